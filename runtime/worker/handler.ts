import type { TasksOf } from "../client/create-tasks.js";
import type { Catalog, IdempotentTaskDefinition, TaskDefinition } from "../task.js";
import type { IdempotentJob, Job } from "./job.js";

/**
 * The user's function for a task: what it returns is the job's result, what it throws fails the attempt.
 *
 * `Tasks` is what it can enqueue with. `payload` is undefined for a task without one.
 */
export type Handler<Tasks = unknown, Payload = undefined, Result = void> = (
  payload: Payload,
  job: Job<Tasks>,
) => Promise<Result> | Result;

/** The same for a task that declares an `idempotency`. */
export type IdempotentHandler<Tasks = unknown, Payload = undefined, Result = void> = (
  payload: Payload,
  job: IdempotentJob<Tasks>,
) => Promise<Result> | Result;

/** A handler for every task of a catalog, by workflow and task. */
export type Handlers<C extends Catalog> = {
  readonly [W in keyof C["workflows"]]: {
    readonly [T in keyof C["workflows"][W]]: HandlerOf<TasksOf<C>, C["workflows"][W][T]>;
  };
};

type HandlerOf<Tasks, Definition> =
  Definition extends IdempotentTaskDefinition<infer Payload, infer Result>
    ? IdempotentHandler<Tasks, Payload, Result>
    : Definition extends TaskDefinition<infer Payload, infer Result>
      ? Handler<Tasks, Payload, Result>
      : never;

/** A task with the function that does its jobs. */
export interface HandledTask {
  readonly definition: TaskDefinition;
  /** Undefined: still a stub, or left out by a caller without types. */
  readonly handler: Handler<unknown, unknown, unknown> | undefined;
}

// A registered symbol, since a project may hold two copies of this package and the function's identity would differ.
const stubMark = Symbol.for("taskwright.stub");

/**
 * The handler of a task that nobody has written yet. Its jobs wait, using up no attempt, until a worker has a real
 * one; a worker does not start with it in production.
 */
export const stub: (...unwritten: unknown[]) => Promise<never> = Object.assign(
  async () => {
    throw new Error("This handler is a stub: nobody has written it yet.");
  },
  { [stubMark]: true },
);

/** The tasks of a catalog by wire name, each with its handler. */
export function bindHandlers(catalog: Catalog, handlers: Handlers<Catalog>): ReadonlyMap<string, HandledTask> {
  const bound = new Map<string, HandledTask>();
  for (const [workflow, definitions] of Object.entries(catalog.workflows)) {
    for (const [task, definition] of Object.entries(definitions)) {
      const handler = handlers[workflow]?.[task];
      bound.set(definition.name, { definition, handler: isWritten(handler) ? handler : undefined });
    }
  }
  return bound;
}

function isWritten(handler: Handler<unknown, unknown, unknown> | undefined): boolean {
  return typeof handler === "function" && !(stubMark in handler);
}
