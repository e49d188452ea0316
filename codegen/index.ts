/*
 * The compiler as a library (`taskwright/codegen`): what the CLI uses, for build tools that want the same.
 */
export { type Compilation, compile, createCompiler } from "./compile.js";
export { asErrors, type Diagnostic, type RelatedPlace, type Severity, sortDiagnostics } from "./diagnostic.js";
export { type DiagnosticCode, diagnosticCodes } from "./diagnostic-codes.js";
export { type Explanation, explanations } from "./explanations.js";
export { checkHandlers } from "./handlers/check-handlers.js";
export type { ExpectedHandler, HandlerFile } from "./handlers/handler-file.js";
export { readHandler, readHandlers } from "./handlers/read-handlers.js";
export { compileInParallel } from "./parallel/compile-in-parallel.js";
export type { Layout } from "./plan/layout.js";
export type { RenderedFile, RenderedFiles } from "./render/render.js";
export { formatChange } from "./report/format-change.js";
export { formatGithub } from "./report/format-github.js";
export { formatJson } from "./report/format-json.js";
export { formatSchedules, type ScheduledTask } from "./report/format-schedules.js";
export { formatText } from "./report/format-text.js";
export { differsInLineEnds } from "./report/line-ends.js";
export type { SourceFile, Span } from "./source.js";
export { type Change, findChanges, listForeign, readGenerated } from "./write/changes.js";
export { readWorkflow, readWorkflows } from "./write/read-workflows.js";
export { type FileMemory, type ReadFile, rememberFiles } from "./write/remember-files.js";
export { finishInterrupted, updateFiles } from "./write/update-files.js";
