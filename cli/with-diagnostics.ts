import type { Diagnostic, SourceFile } from "../codegen/index.js";
import { layoutOf, type ProjectOptions } from "./compile-project.js";
import { type Format, printDiagnostics } from "./print-diagnostics.js";
import { UsageError } from "./usage-error.js";

/** Tells of faults that a run has found. */
export type Tell = (diagnostics: readonly Diagnostic[], sources: readonly SourceFile[]) => void;

/**
 * What `run` gives. People read what it tells at once; programs read all of it as one document when it has ended.
 *
 * That document is whole however the run ends: what is thrown is its last fault, and is thrown on. After a wrong usage there
 * is none.
 */
export async function withDiagnostics<T>(
  options: ProjectOptions & { readonly format: Format },
  run: (tell: Tell) => Promise<T>,
): Promise<T> {
  const { format } = options;
  if (format === "text") return run((diagnostics, sources) => printDiagnostics(diagnostics, sources, format));
  const told: Diagnostic[] = [];
  let known: readonly SourceFile[] = [];
  const print = () => printDiagnostics(told, known, format);
  try {
    const result = await run((diagnostics, sources) => {
      told.push(...diagnostics);
      known = sources;
    });
    print();
    return result;
  } catch (cause) {
    if (cause instanceof UsageError) throw cause;
    told.push(asDiagnostic(cause, layoutOf(options).workflows));
    print();
    throw cause;
  }
}

function asDiagnostic(cause: unknown, file: string): Diagnostic {
  const message = cause instanceof Error ? cause.message : String(cause);
  return { code: "command-failed", severity: "error", message, span: { file, start: 0, end: 0 } };
}
