import { randomUUID } from "node:crypto";
import { checkPayload } from "../contract/check.js";
import { InvalidPayload, type Issue } from "../errors.js";
import { type JobOptions, planJobOptions } from "../mapping/job-options.js";
import { withPatience } from "../store/patience.js";
import type { StoreJob, StoreQueue } from "../store/queue.js";
import type { TaskDefinition } from "../task.js";
import { type EnqueueOptions, readEnqueueOptions } from "./enqueue-options.js";
import type { Producer } from "./producer.js";
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
    const mark = settings.id === undefined ? {} : { enqueuedBy: randomUUID() };
    return { name: task.name, data: checked.value, opts: planJobOptions(task, tasksOfQueue, { ...settings, ...mark }) };
  }

  function send(jobs: readonly PlannedJob[]): Promise<EnqueuedJob[]> {
    // An embedded store may still be starting, in this process and within seconds: it is slow, never away.
    const patienceMs = producer.isEmbedded ? 60_000 : 900 + jobs.length;
    const { outageBehind } = producer;
    return withPatience({ operation: `enqueueing ${task.name}`, patienceMs, outageBehind }, async () => {
      const queue = await producer.queue(task.queue);
      const [only, ...others] = jobs;
      const added =
        only !== undefined && others.length === 0
          ? [await queue.add(only.name, only.data, only.opts)]
          : await queue.addBulk([...jobs]);
      return Promise.all(added.map((job) => describe(queue, task, job)));
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

interface PlannedJob {
  readonly name: string;
  readonly data: unknown;
  readonly opts: JobOptions;
}

type Planned = PlannedJob | { readonly issues: readonly Issue[] };

/**
 * BullMQ ignores a second job with the same id and answers with the second's own data, so only the stored job can
 * tell whose it is. One that is gone by now has run, and was ours.
 */
async function describe(queue: StoreQueue, task: TaskDefinition, job: StoreJob): Promise<EnqueuedJob> {
  const { opts, id = "" } = job;
  const mark = markOf(opts);
  const stored = mark === undefined ? undefined : await queue.getJob(id);
  const deduplicated = stored !== undefined && markOf(stored.opts) !== mark;
  return { id, queue: task.queue, name: task.name, deduplicated };
}

function markOf(options: StoreJob["opts"] & Partial<JobOptions>): string | undefined {
  return options.taskwright?.enqueuedBy;
}

function inEntry(index: number): (issue: Issue) => Issue {
  return (issue) => ({ ...issue, pointer: `/${index}/payload${issue.pointer}` });
}
