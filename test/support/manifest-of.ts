import type { Catalog } from "taskwright";
import type { JsonSchema, Manifest } from "taskwright/operate";

/** The manifest that goes with a test's catalog; `schemas` are payloads by the task's name in the workflow `w`. */
export function manifestOf(
  catalog: Catalog,
  schemas: Readonly<Record<string, JsonSchema>> = {},
  shared: Readonly<Record<string, JsonSchema>> = {},
): Manifest {
  return {
    manifestVersion: 1,
    queues: catalog.queues,
    schemas: shared,
    tasks: Object.entries(catalog.workflows).flatMap(([workflow, tasks]) =>
      Object.entries(tasks).map(([name, task]) => ({
        name: task.name,
        workflow,
        task: name,
        client: `${workflow}.${name}`,
        source: `workflows/${workflow}.yaml#/tasks/${name}`,
        handler: `workflows/${workflow}/${name}.ts`,
        version: task.version,
        queue: task.queue,
        retries: task.retries,
        timeoutMs: task.timeoutMs,
        delayMs: task.delayMs ?? 0,
        priority: task.priority ?? "normal",
        unique: task.unique,
        schedules: Object.entries(task.schedules ?? {}).map(([schedule, each]) => ({ name: schedule, ...each })),
        payload: schemas[name],
      })),
    ),
  };
}
