import { Ajv2020 } from "ajv/dist/2020.js";
import addFormats from "ajv-formats";
import { type JobsOptions, Queue, Worker } from "bullmq";
import { createTasks, createWorker, defineTask, type Logger, type Validator } from "taskwright";
import { type Figures, startClock } from "./rounds.js";

/*
 * The same jobs on both sides: a reminder with a validated payload on ours; on the raw side BullMQ as its documentation
 * shows it, with the retries and the backoff that our task declares, and without a check.
 */

export const names = ["critical", "default", "low"] as const;
export type Name = (typeof names)[number];
export const weights: Readonly<Record<Name, number>> = { critical: 6, default: 3, low: 1 };

export interface Reminder {
  readonly circle_id: string;
  readonly user_id: string;
  readonly amount: number;
  readonly due_date: string;
  readonly reminder_number: number;
}

export const reminder: Reminder = {
  circle_id: "3b241101-e2bb-4255-8caf-4136c566a962",
  user_id: "7c9e6679-7425-40de-944b-e07fc1f90ae7",
  amount: 500_000,
  due_date: "2026-01-01T00:00:00Z",
  reminder_number: 1,
};

const schema = {
  type: "object",
  additionalProperties: false,
  required: ["circle_id", "user_id", "amount", "due_date", "reminder_number"],
  properties: {
    circle_id: { type: "string", format: "uuid" },
    user_id: { type: "string", format: "uuid" },
    amount: { type: "integer", minimum: 1 },
    due_date: { type: "string", format: "date-time" },
    reminder_number: { type: "integer", minimum: 1, maximum: 3 },
  },
};

export const silent: Logger = {
  debug() {},
  info() {},
  warn() {},
  error: (fields, text) => console.error(text, fields),
};

const validator = (() => {
  const ajv = new Ajv2020({ allErrors: true, strict: false });
  (addFormats as unknown as typeof addFormats.default)(ajv);
  return ajv.compile(schema) as unknown as Validator;
})();

const day = 86_400_000;

function remind(name: Name) {
  return defineTask<Reminder>({
    name: `bench:${name}`,
    queue: name,
    version: 1,
    retries: 3,
    backoff: { type: "exponential", delayMs: 1_000, maxMs: 3_600_000, jitter: 0.2 },
    timeoutMs: 1_800_000,
    retention: { completed: { ageMs: day, count: 1_000 }, failed: { ageMs: 90 * day, count: 10_000 } },
    payload: validator,
  });
}

export const catalog = {
  queues: { critical: { weight: 6 }, default: { weight: 3 }, low: { weight: 1 } },
  workflows: { bench: { critical: remind("critical"), default: remind("default"), low: remind("low") } },
};

export function openOurTasks(url: string) {
  return createTasks(catalog, { connection: url, logger: silent });
}

/** A worker of ours whose handlers all call `handle`. */
export function openOurWorker(
  url: string,
  concurrency: number,
  handle: (name: Name) => Promise<void> | void,
  queues: readonly Name[] = names,
) {
  const handlerOf = (name: Name) => async () => handle(name);
  const handlers = { critical: handlerOf("critical"), default: handlerOf("default"), low: handlerOf("low") };
  const options = { connection: url, concurrency, queues, logger: silent, grace: 0 };
  return createWorker(catalog, { bench: handlers }, options);
}

export const rawOptions: JobsOptions = { attempts: 4, backoff: { type: "exponential", delay: 1_000 } };

export function openRawQueue(url: string, name: Name) {
  return new Queue(name, { connection: connectionOf(url) });
}

/** A worker as the documentation shows it, waiting for `run()`. */
export function openRawWorker(
  url: string,
  name: Name,
  concurrency: number,
  handle: (name: Name) => Promise<void> | void,
) {
  return new Worker(name, async () => handle(name), { connection: connectionOf(url), concurrency, autorun: false });
}

export function connectionOf(url: string) {
  const { hostname, port } = new URL(url);
  return { host: hostname, port: Number(port) };
}

/** Counts handlers as they begin; `done` resolves, with the figures since the first, when `total` have. */
export function countStarts(total: number) {
  let count = 0;
  let figuresOf: (count: number) => Figures = startClock();
  let finish: (figures: Figures) => void = () => undefined;
  const done = new Promise<Figures>((resolve) => {
    finish = resolve;
  });
  return {
    done,
    start() {
      if (count === 0) figuresOf = startClock();
      count += 1;
      if (count === total) finish(figuresOf(total - 1));
    },
  };
}
