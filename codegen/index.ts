/*
 * The compiler as a library (`taskwright/codegen`): what the CLI uses, for build tools that want the same.
 */
export { type Compilation, compile } from "./compile.js";
export type { Diagnostic, RelatedPlace, Severity } from "./diagnostic.js";
export { type DiagnosticCode, diagnosticCodes } from "./diagnostic-codes.js";
export type { Layout } from "./plan/layout.js";
export type { RenderedFile, RenderedFiles } from "./render/render.js";
export { formatGithub } from "./report/format-github.js";
export { formatJson } from "./report/format-json.js";
export { formatText } from "./report/format-text.js";
export type { SourceFile, Span } from "./source.js";
export { type Change, findChanges } from "./write/changes.js";
export { readWorkflows } from "./write/read-workflows.js";
export { writeChanges } from "./write/write-changes.js";
