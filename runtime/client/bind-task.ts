import { randomUUID } from "node:crypto";
import { checkPayload } from "../contract/check.js";
import { InvalidPayload, type Issue } from "../errors.js";
import { planJobOptions } from "../mapping/job-options.js";
import { planUniqueId } from "../mapping/unique.js";
import { withPatience } from "../store/patience.js";
import type { TaskDefinition } from "../task.js";
import { type EnqueueOptions, readEnqueueOptions } from "./enqueue-options.js";
import type { Producer } from "./producer.js";
import { type PlannedJob, sendJobs } from "./send-jobs.js";
import type { EnqueuedJob, TaskClient, Validation } from "./task-client.js";

/** The client of one task: checks a job, plans its options and hands it to the task's queue. */
export function bindTask(
  task: TaskDefinition,
  tasksOfQueue: readonly TaskDefinition[],
  producer: Producer,
): TaskClient<unknown, unknown> {
  function plan(payload: unknown, options: EnqueueOptions): Planned {
    const checked = checkPayload(task, payload);
    const settings = readEnqueueOptions(task, options, Date.now());
    if (!checked.valid) return { issues: checked.issues };
    const uniqueId = planUniqueId(task, checked.value);
    const marks = {
      ...(settings.id !== undefined && { enqueuedBy: randomUUID() }),
      // With an id of our own, another id in the answer is another job.
      ...(uniqueId !== undefined && { uniqueId, id: settings.id ?? randomUUID() }),
    };
    return {
      name: task.name,
      data: checked.value,
      opts: planJobOptions(task, tasksOfQueue, { ...settings, ...marks }),
    };
  }

  function send(jobs: readonly PlannedJob[]): Promise<EnqueuedJob[]> {
    // An embedded store may still be starting, in this process and within seconds: it is slow, never away.
    const patienceMs = producer.isEmbedded ? 60_000 : 900 + jobs.length;
    const { outageBehind } = producer;
    return withPatience({ operation: `enqueueing ${task.name}`, patienceMs, outageBehind }, async () => {
      return sendJobs(jobs, task, await producer.queue(task.queue));
    });
  }

  return {
    definition: task,
    async enqueue(payload, options = {}) {
      const planned = plan(payload, options);
      if ("issues" in planned) throw new InvalidPayload(task.name, planned.issues);
      const [job] = await send([planned]);
      if (job === undefined) throw new Error("BullMQ answered one job with none.");
      return job;
    },
    async enqueueMany(jobs) {
      const planned = jobs.map(({ payload, ...options }) => plan(payload, options));
      const issues = planned.flatMap((each, index) => ("issues" in each ? each.issues.map(inEntry(index)) : []));
      if (issues.length > 0) throw new InvalidPayload(task.name, issues);
      const ready = planned.filter((each): each is PlannedJob => !("issues" in each));
      return ready.length === 0 ? [] : send(ready);
    },
    validate(payload): Validation {
      const checked = checkPayload(task, payload);
      return checked.valid ? { valid: true } : checked;
    },
  };
}

type Planned = PlannedJob | { readonly issues: readonly Issue[] };

function inEntry(index: number): (issue: Issue) => Issue {
  return (issue) => ({ ...issue, pointer: `/${index}/payload${issue.pointer}` });
}
