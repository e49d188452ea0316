import type { CatalogTask, CatalogWorkflow } from "../catalog.js";

/** Where things stand in the project; both folders relative to its root, with `/` between their parts. */
export interface Layout {
  readonly workflows: string;
  readonly generated: string;
}

/** `generated/savings.ts`, and its siblings by suffix: `generated/savings.definitions.ts`. */
export function modulePath(layout: Layout, workflow: CatalogWorkflow, suffix = ""): string {
  return `${layout.generated}/${workflow.names.kebab}${suffix}.ts`;
}

/** `workflows/savings/contribution-reminder.ts`: in the folder beside the workflow's file. */
export function handlerPath(workflow: CatalogWorkflow, task: CatalogTask): string {
  return `${workflow.file.replace(/\.ya?ml$/, "")}/${task.names.kebab}.ts`;
}

/** How the file at `from` imports the TypeScript file at `to`: relative, with the `.js` of its output. */
export function importPath(from: string, to: string): string {
  /** Length of the folders that both are in. */
  let shared = 0;
  for (let at = 0; at < from.length && from[at] === to[at]; at += 1) if (from[at] === "/") shared = at + 1;
  const up = from.slice(shared).split("/").length - 1;
  return `${up === 0 ? "./" : "../".repeat(up)}${to.slice(shared).replace(/\.ts$/, ".js")}`;
}
