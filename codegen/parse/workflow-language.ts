import { jsonValue } from "./json-value.js";
import { key, list, type NodeOf, object, orEmpty, record } from "./reader.js";
import { duration, flagOrText, number, oneOf, queueName, text, wholeNumber } from "./scalars.js";

/*
 * The language of the workflow files, whole. The parser, its messages and the editor's schema all read these
 * definitions; a key that is not here does not exist. It reads upwards, since each definition needs the ones before.
 */

const keptJobs = object("retention", {
  age: key(duration(1), "How long an ended job is kept."),
  count: key(wholeNumber(0, Number.MAX_SAFE_INTEGER), "How many ended jobs of the task are kept."),
});

const backoff = object("backoff", {
  type: key(
    oneOf("fixed", "exponential", "polynomial"),
    "`fixed`: `delay` each time; `exponential`: delay·2^(n-1); `polynomial`: delay·n^exponent; n is the retry, from 1.",
  ),
  delay: key(duration(1), "The wait before the first retry. Default 1s."),
  max: key(duration(1), "No wait is longer. Default 1h."),
  exponent: key(number(0, 10), "Of `polynomial` alone. Default 2."),
  jitter: key(
    number(0, 1),
    "The share of each wait that is random, so that failed jobs don't return together. Default 0.2.",
  ),
});

/** What a file or a queue may set for all its tasks, and a task for itself. */
const taskSettings = {
  retries: key(wholeNumber(0, 1000), "Tries after the first. Default 3."),
  backoff: key(backoff, "How long to wait before each retry. Default exponential from 1s."),
  timeout: key(duration(1), "For one attempt; then its `signal` aborts and it has failed. Default 30m."),
  deadline: key(
    duration(1),
    "From enqueue to the end of the last attempt; then the job has failed for good. Default none.",
  ),
  delay: key(duration(), "Before the first attempt. Default 0."),
  priority: key(oneOf("high", "normal", "low"), "Inside its queue. Default normal."),
  retention: key(
    object("retention", {
      completed: key(keptJobs, "Of jobs that succeeded. Default 24h and 1000."),
      failed: key(keptJobs, "Of dead jobs. Default 90d and 10000."),
    }),
    "How long ended jobs are kept.",
  ),
};

const belongsToQueue = "It belongs to a queue: write it under `queues:`.";
const belongsToTask = "It belongs to a task, or under `defaults`.";
const settingsOfTasks = Object.fromEntries(Object.keys(taskSettings).map((name) => [name, belongsToTask]));

const fileDefaults = object(
  "defaults",
  {
    queue: key(queueName, "The queue of tasks that name none. Default `default`."),
    ...taskSettings,
    timezone: key(text, "Of crons that name none, as an IANA name such as `Africa/Lagos`. Default UTC."),
  },
  {
    elsewhere: {
      weight: belongsToQueue,
      concurrency: belongsToQueue,
      rateLimit: belongsToQueue,
      attempts: "Did you mean `retries`?",
    },
  },
);

const queue = object(
  "queue",
  {
    weight: key(wholeNumber(1, 1000), "Its share of the workers when every queue has work. Default 1."),
    concurrency: key(
      wholeNumber(1, 1_000_000),
      "How many of its jobs run at once, across all workers. Default no limit.",
    ),
    rateLimit: key(
      object(
        "rateLimit",
        {
          max: key(wholeNumber(1, 1_000_000_000), "How many jobs may start."),
          per: key(duration(1), "In which time."),
        },
        { required: ["max", "per"] },
      ),
      "How many of its jobs may start in a time, across all workers. Default no limit.",
    ),
    defaults: key(
      object("queue defaults", taskSettings),
      "Settings of every task in this queue; a task's own come first.",
    ),
    description: key(text, "What the queue is for."),
  },
  {
    elsewhere: settingsOfTasks,
  },
);

const schedulePolicy = {
  timezone: key(text, "As an IANA name such as `Africa/Lagos`. Default the file's, else UTC."),
  missed: key(
    oneOf("once", "skip"),
    "Of ticks that nobody started in time: `once` runs one however late and however many there were, `skip` runs none that is late by a minute or by the time to the next. Default once.",
  ),
  overlap: key(
    oneOf("allow", "skip"),
    "What becomes of a tick while the run before it has not ended, its retries included: `skip` leaves it out. Default allow.",
  ),
};

const cronForm =
  "Minute, hour, day of month, month, day of week, and seconds before them where they are six; or `@daily` and the like. " +
  'For example "0 9 * * 1-5", in quotes.';

const schedule = object(
  "schedule",
  {
    cron: key(text, cronForm),
    ...schedulePolicy,
    payload: key(jsonValue({}), "What each of its jobs carries; checked against the task's payload schema."),
  },
  { required: ["cron"] },
);

const unique = object(
  "unique",
  {
    by: key(
      list(text),
      "The payload's fields that tell jobs apart: one live job for the same values. `[]`: one live job of the task.",
    ),
    for: key(duration(1), "From enqueue for at most this long, and no longer than the job lives."),
    until: key(oneOf("completed"), "`completed`: until the job ends, in whatever way."),
  },
  { required: ["by"] },
);

const idempotency = object(
  "idempotency",
  {
    key: key(list(text), "The payload's fields that name one effect: jobs with the same values do it once."),
    ttl: key(
      duration(1),
      "How long a key is remembered after its last attempt. Default as long as a job of the task may still be retried.",
    ),
    lease: key(
      duration(1),
      "How long an attempt holds its key after its worker was last heard of; renewed at a third. Default 60s.",
    ),
    onDuplicate: key(
      oneOf("result", "skip", "error"),
      "A job whose effect is done: `result` completes it with the stored result, `skip` drops it, `error` makes it dead. Default result.",
    ),
    onUncertain: key(
      oneOf("retry", "park"),
      "After a crash in the middle: `retry` runs it again, `park` makes it dead, its outcome unknown. Default retry.",
    ),
    fingerprint: key(
      list(text),
      "The fields that must be the same under one key; another value is an error. Default the whole payload.",
    ),
  },
  { required: ["key"] },
);

/** Payload and result schemas; what they may hold is checked by the rules, with Ajv's own meta-schema. */
const jsonSchema = jsonValue({ allOf: [{ $ref: "#/definitions/payloadSchema" }] });

const task = object(
  "task",
  {
    description: key(text, "What the task does, as one sentence: it becomes its documentation everywhere."),
    owner: key(text, "Who answers for it."),
    tags: key(list(text), "Words to find it by."),
    deprecated: key(flagOrText, "`true`, or what to use instead."),
    version: key(wholeNumber(1, 1_000_000), "Of the contract. Default 1."),
    queue: key(queueName, "A declared queue. Default `default`."),
    ...taskSettings,
    unique: key(unique, "One live job at a time for the same values."),
    idempotency: key(idempotency, "One effect for the same values, through duplicates, failures and crashes."),
    cron: key(text, `When it runs by itself. ${cronForm}`),
    ...schedulePolicy,
    schedules: key(record(schedule), "Several schedules by name, or one with a payload."),
    payload: key(jsonSchema, "JSON Schema 2020-12 of what a job carries. Without it a job carries nothing."),
    result: key(jsonSchema, "JSON Schema 2020-12 of what the handler returns. Without it the handler returns nothing."),
  },
  {
    elsewhere: {
      weight: belongsToQueue,
      concurrency: belongsToQueue,
      rateLimit: belongsToQueue,
      attempts: "Did you mean `retries`?",
    },
  },
);

/** One workflow file. */
export const workflowLanguage = object(
  "workflow",
  {
    workflow: key(text, "The workflow's name. Default the file's own."),
    description: key(text, "What the workflow is about."),
    owner: key(text, "Who answers for its tasks."),
    defaults: key(fileDefaults, "Settings of every task in this file; a queue's come first, then a task's own."),
    queues: key(
      record(orEmpty(queue, (span) => ({ span, keySpans: new Map() }))),
      "The queues that this file declares. A queue is declared once, in any file.",
    ),
    schemas: key(
      record(jsonSchema),
      "Schemas to refer to: '#/schemas/Name' here, 'file.yaml#/schemas/Name' elsewhere.",
    ),
    tasks: key(record(orEmpty(task, (span) => ({ span, keySpans: new Map() }))), "The tasks, by name."),
  },
  { elsewhere: settingsOfTasks },
);

export type WorkflowSettings = NodeOf<typeof workflowLanguage>;
export type TaskSettings = NodeOf<typeof task>;
export type TaskDefaults = Pick<TaskSettings, keyof typeof taskSettings>;
export type QueueSettings = NodeOf<typeof queue>;
export type ScheduleSettings = NodeOf<typeof schedule>;
export type RetentionSettings = NonNullable<TaskSettings["retention"]>;
export type IdempotencySettings = NonNullable<TaskSettings["idempotency"]>;
export type UniqueSettings = NonNullable<TaskSettings["unique"]>;
export type BackoffSettings = NonNullable<TaskSettings["backoff"]>;
