import type { CatalogTask, CatalogWorkflow } from "../catalog.js";
import { handlerPath } from "../plan/layout.js";
import type { Span } from "../source.js";

/** Where a task's handler has to be, under which name, and by which type. */
export interface ExpectedHandler {
  /** Wire name. */
  readonly task: string;
  /** Relative to the project. */
  readonly path: string;
  readonly exportName: string;
  /** What the workflow's module calls its type. */
  readonly typeName: string;
  /** The task in the YAML. */
  readonly span: Span;
}

/** A TypeScript file in a folder of handlers, as it is on disk. Nothing here ever changes one. */
export interface HandlerFile {
  readonly path: string;
  readonly text: string;
  /** What is wrong with it, and the way out, where no file is there to be read: `is a folder. Move it away.` */
  readonly fault?: string;
}

/** The handler that a task needs. */
export function expectedHandler(workflow: CatalogWorkflow, task: CatalogTask): ExpectedHandler {
  const { camel, pascal } = task.names;
  return {
    task: task.wireName,
    path: handlerPath(workflow, task),
    exportName: camel,
    typeName: `${pascal}Handler`,
    span: task.name.span,
  };
}
