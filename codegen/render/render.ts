import type { EmitPlan, PlannedFile } from "../plan/emit-plan.js";
import { printJson } from "../print-json.js";
import { renderModule } from "./render-module.js";

/** A file as it is to stand on disk. `path` is relative to the project, with `/` between its parts. */
export interface RenderedFile {
  readonly path: string;
  readonly text: string;
}

/** The files of a plan, by path. */
export interface RenderedFiles {
  readonly generated: readonly RenderedFile[];
  readonly stubs: readonly RenderedFile[];
}

/** Render: a plan to text. The same plan gives the same bytes on every machine. */
export function render(plan: EmitPlan): RenderedFiles {
  return { generated: plan.generated.map(renderFile), stubs: plan.stubs.map(renderFile) };
}

/** The same of one file. */
export function renderFile(file: PlannedFile): RenderedFile {
  switch (file.kind) {
    case "module":
      return { path: file.path, text: renderModule(file) };
    case "json":
      return { path: file.path, text: printJson(file.document) };
    case "text":
      return { path: file.path, text: file.text };
  }
}
