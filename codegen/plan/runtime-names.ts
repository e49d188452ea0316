import type { CodeSymbol } from "./emit-plan.js";

const from = "taskwright";

/**
 * Every name of the runtime that generated code may use.
 *
 * The one table to look at before renaming anything in `runtime/index.ts`; a test compiles generated code against it.
 */
export const runtimeNames = {
  Catalog: { name: "Catalog", from, isType: true },
  Handler: { name: "Handler", from, isType: true },
  IdempotentHandler: { name: "IdempotentHandler", from, isType: true },
  IdempotentTaskClient: { name: "IdempotentTaskClient", from, isType: true },
  TaskClient: { name: "TaskClient", from, isType: true },
  TasksLifetime: { name: "TasksLifetime", from, isType: true },
  TasksOptions: { name: "TasksOptions", from, isType: true },
  Worker: { name: "Worker", from, isType: true },
  WorkerOptions: { name: "WorkerOptions", from, isType: true },
  bindTasks: { name: "bindTasks", from, importedAs: "createTasks", isType: false },
  bindWorker: { name: "bindWorker", from, importedAs: "createWorker", isType: false },
  defineTask: { name: "defineTask", from, isType: false },
  stub: { name: "stub", from, isType: false },
  validatorRuntime: { name: "validatorRuntime", from, isType: false },
} satisfies Record<string, CodeSymbol>;
