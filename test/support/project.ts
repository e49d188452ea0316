import { randomUUID } from "node:crypto";
import { existsSync } from "node:fs";
import { Ajv2020 } from "ajv/dist/2020.js";
import addFormats from "ajv-formats";
import {
  createTasks,
  createWorker,
  defineTask,
  type Handler,
  type Hooks,
  type Idempotency,
  type IdempotentTaskDefinition,
  type Logger,
  type QueueDefinition,
  type TaskClient,
  type TaskDefinition,
  type Validator,
  type WorkerOptions,
} from "taskwright";
import { openQueues } from "taskwright/testing";
import { inject, onTestFinished } from "vitest";

/** The stores that every behaviour must hold on. */
export const stores: readonly { readonly store: string; readonly connection: () => string }[] = [
  { store: "Redis", connection: redisOfThisFile },
  ...(existsSync(new URL("../../runtime/store/embedded.ts", import.meta.url))
    ? [{ store: "embedded", connection: () => "embedded:" }]
    : []),
];

/**
 * A database that no test file uses at the same time: the projects of tests have one workflow, `w`, by which those that
 * are on one store would take each other for versions of one project, and remove each other's schedules.
 */
export function redisOfThisFile(): string {
  return `${inject("redisUrl")}/${48 + (Number(process.env.VITEST_POOL_ID) % 16)}`;
}

/** A logger that keeps quiet, and keeps what it was told. */
export function silentLogger(): Logger & { readonly lines: { level: string; fields: object; message: string }[] } {
  const lines: { level: string; fields: object; message: string }[] = [];
  const at = (level: string) => (fields: object, message: string) => void lines.push({ level, fields, message });
  return { lines, debug: at("debug"), info: at("info"), warn: at("warn"), error: at("error") };
}

/** A validator as the compiler would generate it. */
export function validatorOf(schema: object, options: { useDefaults?: boolean } = {}): Validator {
  const ajv = new Ajv2020({ allErrors: true, strict: false, ...options });
  (addFormats as unknown as typeof addFormats.default)(ajv);
  return ajv.compile(schema) as unknown as Validator;
}

/** A task that a test declares by what matters to it. */
export function task<Payload = undefined, Result = void>(
  settings: Partial<TaskDefinition> = {},
): TaskDefinition<NoInfer<Payload>, NoInfer<Result>> {
  return defineTask<Payload, Result>({
    name: "",
    queue: "",
    version: 1,
    retries: 0,
    backoff: { type: "fixed", delayMs: 1, maxMs: 1_000, jitter: 0 },
    timeoutMs: 10_000,
    retention: { completed: { ageMs: 86_400_000, count: 1_000 }, failed: { ageMs: 86_400_000, count: 1_000 } },
    ...settings,
  });
}

/** A task whose effects happen once for each `reference`. */
export function payment<Payload = Payment, Result = { receipt: string }>(
  idempotency: Partial<Idempotency> = {},
  settings: Partial<TaskDefinition> = {},
): IdempotentTaskDefinition<NoInfer<Payload>, NoInfer<Result>> {
  const rest = { leaseMs: 60_000, ttlMs: 3_600_000, onDuplicate: "result", onUncertain: "retry" } as const;
  return {
    ...task<Payload, Result>({ payload: isPayment, result: isReceipt, ...settings }),
    idempotency: { key: ["reference"], ...rest, ...idempotency },
  };
}

export interface Payment {
  reference: string;
  amount: number;
}

const isPayment = validatorOf({
  type: "object",
  additionalProperties: false,
  required: ["reference", "amount"],
  properties: { reference: { type: "string" }, amount: { type: "integer" } },
});

const isReceipt = validatorOf({
  type: "object",
  required: ["receipt"],
  properties: { receipt: { type: "string" } },
});

/** Schema of the payload that most tests use. */
export const amountSchema = {
  type: "object",
  additionalProperties: false,
  required: ["amount"],
  properties: { amount: { type: "integer", minimum: 1 } },
};

export interface Amount {
  amount: number;
}

/** What a handler of the project enqueues with. */
interface TasksOfProject<T> {
  w: {
    [Name in keyof T]: T[Name] extends TaskDefinition<infer Payload, infer Result>
      ? TaskClient<Payload, Result>
      : never;
  };
}

type HandlersOf<T, All = T> = {
  [Name in keyof T]?: T[Name] extends TaskDefinition<infer Payload, infer Result>
    ? Handler<TasksOfProject<All>, Payload, Result>
    : never;
};

/** A project of one workflow `w` and one queue of its own, with everything a test does to it closed when it ends. */
export async function openProject<T extends Readonly<Record<string, TaskDefinition>>>(
  connection: string,
  definitions: T,
  { queue = `q-${randomUUID()}`, limits = {} }: { queue?: string; limits?: Partial<QueueDefinition> } = {},
) {
  const logger = silentLogger();
  const named = Object.fromEntries(
    Object.entries(definitions).map(([name, definition]) => [name, { ...definition, name: `w:${name}`, queue }]),
  ) as unknown as T;
  const catalog = { queues: { [queue]: { weight: 1, ...limits } }, workflows: { w: named } };
  const tasks = createTasks(catalog, { connection, logger });
  const queues = await openQueues(catalog, connection, logger);
  onTestFinished(() => tasks.close());
  onTestFinished(() => queues.close());

  return {
    queue,
    catalog,
    logger,
    tasks: tasks.w,
    queues,
    /** Starts a worker with these handlers; what it does is told by `seen`. */
    async work(handlers: HandlersOf<T>, options: Partial<WorkerOptions> = {}) {
      const seen = recordHooks(options.hooks);
      const worker = createWorker(catalog, { w: handlers } as never, {
        connection,
        logger,
        grace: 0,
        ...options,
        hooks: seen.hooks,
      });
      onTestFinished(() => worker.close({ graceMs: 0 }));
      await worker.start();
      return { worker, seen };
    },
    /** Counts of the project's queue. */
    async counts() {
      return (await queues.counts())[queue];
    },
  };
}

/** Hooks that note every event, and promises for the moments when enough of one kind were seen. */
export function recordHooks(also: Hooks = {}) {
  const events: { [Name in keyof Required<Hooks>]: Parameters<NonNullable<Hooks[Name]>>[0][] } = {
    onStart: [],
    onSuccess: [],
    onFailure: [],
    onDead: [],
    onRevoked: [],
    onCancelled: [],
    onSkipped: [],
  };
  const waiting = new Set<() => void>();
  const note =
    <Name extends keyof Hooks>(name: Name) =>
    (event: never) => {
      events[name].push(event);
      for (const check of waiting) check();
      return (also[name] as ((event: never) => unknown) | undefined)?.(event);
    };
  return {
    events,
    hooks: {
      onStart: note("onStart"),
      onSuccess: note("onSuccess"),
      onFailure: note("onFailure"),
      onDead: note("onDead"),
      onRevoked: note("onRevoked"),
      onCancelled: note("onCancelled"),
      onSkipped: note("onSkipped"),
    } satisfies Hooks,
    /** Resolves to the events of one kind as soon as there are `count` of them. */
    until<Name extends keyof Hooks>(name: Name, count = 1): Promise<(typeof events)[Name]> {
      return new Promise((resolve) => {
        const check = () => {
          if (events[name].length < count) return;
          waiting.delete(check);
          resolve(events[name]);
        };
        waiting.add(check);
        check();
      });
    },
  };
}

/** A promise and its resolve. */
export function deferred<T = void>() {
  let resolve: (value: T) => void = () => undefined;
  const promise = new Promise<T>((settle) => {
    resolve = settle;
  });
  return { promise, resolve };
}
