import { randomUUID } from "node:crypto";
import { checkPayload } from "../contract/check.js";
import { AlreadyClosed, InvalidPayload, type Issue } from "../errors.js";
import { planJobOptions } from "../mapping/job-options.js";
import { keepsNothing } from "../mapping/retention.js";
import { planUniqueId } from "../mapping/unique.js";
import type { TaskDefinition } from "../task.js";
import { askOf, clientPatienceMs } from "./ask.js";
import { type EnqueueOptions, readEnqueueOptions, readMs } from "./enqueue-options.js";
import { bindIdempotency } from "./idempotency.js";
import { type JobView, readJob } from "./job-view.js";
import { isPlain, openPlainJobs } from "./plain-jobs.js";
import type { Producer } from "./producer.js";
import { type PlannedJob, sendJobs } from "./send-jobs.js";
import type { EnqueuedJob, IdempotentTaskClient, Validation } from "./task-client.js";
import { waitForEnd } from "./wait-for.js";

/** The client of one task: checks a job, plans its options and hands it to the task's queue. */
export function bindTask(
  task: TaskDefinition,
  tasksOfQueue: readonly TaskDefinition[],
  producer: Producer,
): IdempotentTaskClient<unknown, unknown> {
  const ask = askOf(producer, clientPatienceMs);
  const contexts = producer.telemetry?.contextManager;

  function plan(payload: unknown, options: EnqueueOptions): Planned {
    const checked = checkPayload(task, payload);
    const settings = readEnqueueOptions(task, options, Date.now());
    if (!checked.valid) return { issues: checked.issues };
    const uniqueId = planUniqueId(task, checked.value);
    const marks = {
      ...(settings.id !== undefined && { enqueuedBy: randomUUID() }),
      // With an id of our own, another id in the answer is another job.
      ...(uniqueId !== undefined && { uniqueId, id: settings.id ?? randomUUID() }),
      ...(contexts !== undefined && { traceContext: contexts.getMetadata(contexts.active()) }),
    };
    return {
      name: task.name,
      data: checked.value,
      opts: planJobOptions(task, tasksOfQueue, { ...settings, ...marks }),
    };
  }

  async function read(id: string): Promise<JobView<unknown, unknown> | undefined> {
    return readJob(task, await producer.queue(task.queue), (await producer.store()).steps, id);
  }

  let plainJobs = openPlainJobs(task, tasksOfQueue, producer);
  const enqueueing = `enqueueing ${task.name}`;

  /** Undefined: they have to go BullMQ's own way. */
  async function sendPlain(data: readonly string[]): Promise<EnqueuedJob[] | undefined> {
    if (producer.isClosed) throw new AlreadyClosed("client");
    const add = await plainJobs?.();
    // As long as this client lives; otherwise every payload would be checked twice.
    if (add === undefined) plainJobs = undefined;
    const ids = await add?.(data);
    return ids?.map((id) => ({ id, queue: task.queue, name: task.name, deduplicated: false }));
  }

  function send(jobs: readonly PlannedJob[]): Promise<EnqueuedJob[]> {
    const call = async () => sendJobs(jobs, task, await producer.queue(task.queue), (await producer.store()).steps);
    return ask(enqueueing, call, clientPatienceMs + jobs.length);
  }

  const records = bindIdempotency(task, producer.store, producer.logger);

  return {
    definition: task,
    async enqueue(payload, options = {}) {
      if (plainJobs !== undefined && isPlain(options)) {
        const checked = checkPayload(task, payload);
        if (!checked.valid) throw new InvalidPayload(task.name, checked.issues);
        const data = [JSON.stringify(checked.value)];
        const [plain] = (await ask(enqueueing, () => sendPlain(data))) ?? [];
        if (plain !== undefined) return plain;
      }
      const planned = plan(payload, options);
      if ("issues" in planned) throw new InvalidPayload(task.name, planned.issues);
      const [job] = await send([planned]);
      if (job === undefined) throw new Error("BullMQ answered one job with none.");
      return job;
    },
    async enqueueMany(jobs) {
      if (plainJobs !== undefined && jobs.length > 0 && jobs.every(isPlain)) {
        const checked = jobs.map(({ payload }) => checkPayload(task, payload));
        const data = checked.flatMap((each) => (each.valid ? [JSON.stringify(each.value)] : []));
        const send = () => sendPlain(data);
        const plain =
          data.length === jobs.length ? await ask(enqueueing, send, clientPatienceMs + data.length) : undefined;
        if (plain !== undefined) return plain;
      }
      const planned = jobs.map(({ payload, ...options }) => plan(payload, options));
      const issues = planned.flatMap((each, index) => ("issues" in each ? each.issues.map(inEntry(index)) : []));
      if (issues.length > 0) throw new InvalidPayload(task.name, issues);
      const ready = planned.filter((each): each is PlannedJob => !("issues" in each));
      return ready.length === 0 ? [] : send(ready);
    },
    get: (id) => ask(`reading a job of ${task.name}`, () => read(id)),
    logs: (id) =>
      ask(`reading the log of a job of ${task.name}`, async () => {
        const queue = await producer.queue(task.queue);
        return (await queue.getJobLogs(id)).logs;
      }),
    async waitFor(job, { timeout }) {
      const timeoutMs = readMs("timeout", timeout, 0);
      const events = await ask(`waiting for ${task.name}`, () => producer.events(task.queue));
      const id = typeof job === "string" ? job : job.id;
      const look = () => ask(`waiting for ${task.name}`, () => read(id));
      return waitForEnd({ task: task.name, id, timeoutMs, events, read: look, closed: producer.closed });
    },
    cancel: (id, reason) =>
      ask(`cancelling a job of ${task.name}`, async () => {
        const job = await (await producer.queue(task.queue)).getJob(id);
        if (job?.name !== task.name) return "unknown";
        const why = reason === undefined ? "Cancelled." : `Cancelled: ${reason.slice(0, 500)}`;
        const order = { reason: why, now: Date.now(), isKept: !keepsNothing(task.retention.failed) };
        return answerOf[await (await producer.store()).steps.cancel(task.queue, id, order)];
      }),
    idempotency: {
      read: (payload) => ask(`reading a key of ${task.name}`, () => records.read(payload)),
      clear: (payload, why) => ask(`clearing a key of ${task.name}`, () => records.clear(payload, why)),
    },
    validate(payload): Validation {
      const checked = checkPayload(task, payload);
      return checked.valid ? { valid: true } : checked;
    },
  };
}

const answerOf = { ended: "cancelled", marked: "cancelling", over: "ended", unknown: "unknown" } as const;

type Planned = PlannedJob | { readonly issues: readonly Issue[] };

function inEntry(index: number): (issue: Issue) => Issue {
  return (issue) => ({ ...issue, pointer: `/${index}/payload${issue.pointer}` });
}
