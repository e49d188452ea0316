import { distance } from "fastest-levenshtein";
import type { DiagnosticCode } from "./diagnostic-codes.js";
import type { Span } from "./source.js";

/** A mistake in the user's files: data, never thrown. `message` is whole sentences and offers the way out. */
export interface Diagnostic {
  readonly code: DiagnosticCode;
  readonly severity: Severity;
  readonly message: string;
  readonly span: Span;
  /** Other places that the message is about, e.g. the first of two equal names. */
  readonly related?: readonly RelatedPlace[];
}

export type Severity = "error" | "warning";

export interface RelatedPlace {
  readonly message: string;
  readonly span: Span;
}

/** An error at `span`. Nothing is written while there is one. */
export function error(
  code: DiagnosticCode,
  span: Span,
  message: string,
  related?: readonly RelatedPlace[],
): Diagnostic {
  return { code, severity: "error", message, span, ...(related === undefined ? {} : { related }) };
}

/** A warning at `span`: the output is written all the same. */
export function warning(
  code: DiagnosticCode,
  span: Span,
  message: string,
  related?: readonly RelatedPlace[],
): Diagnostic {
  return { ...error(code, span, message, related), severity: "warning" };
}

/** Whether a diagnostic is more than a warning. */
export function isError({ severity }: Diagnostic): boolean {
  return severity === "error";
}

/** The same as errors, for those who want no warning to pass. */
export function asErrors(diagnostics: readonly Diagnostic[]): Diagnostic[] {
  return diagnostics.map((found) => ({ ...found, severity: "error" }));
}

/** By file, then by place, then by code: the same order however the files were read. */
export function sortDiagnostics(diagnostics: readonly Diagnostic[]): Diagnostic[] {
  return [...diagnostics].sort(
    (a, b) =>
      compareText(a.span.file, b.span.file) ||
      a.span.start - b.span.start ||
      compareText(a.code, b.code) ||
      compareText(a.message, b.message),
  );
}

/**
 * ` Did you mean …?` when one of `known` is near enough to `typed`, else the list of what is known.
 *
 * Starts with a space so that it can end a sentence; empty when nothing is known.
 */
export function didYouMean(typed: string, known: readonly string[]): string {
  const near = nearest(typed, known);
  if (near !== undefined) return ` Did you mean ${quote(near)}?`;
  return known.length === 0 || known.length > 25 ? "" : ` Known here: ${known.map(quote).join(", ")}.`;
}

/** The one of `known` that `typed` is most likely a misspelling of, if it is near enough to any. */
export function nearest(typed: string, known: readonly string[]): string | undefined {
  if (known.length > maxCompared) return undefined;
  let [found, least]: [string | undefined, number] = [undefined, Math.max(1, Math.floor(typed.length / 3))];
  for (const name of known) {
    // Most names are too short or too long to be near; comparing a text of megabytes with each would take minutes.
    if (Math.abs(name.length - typed.length) > least) continue;
    const mistakes = countMistakes(typed.toLowerCase(), name.toLowerCase());
    if (mistakes > least || (mistakes === least && found !== undefined)) continue;
    [found, least] = [name, mistakes];
  }
  return found;
}

/** Letters that are wrong, missing or too many; two that have changed places, as in `corn` for `cron`, are one mistake. */
export function countMistakes(typed: string, name: string): number {
  const mistakes = distance(typed, name);
  return mistakes === 2 && sorted(typed) === sorted(name) ? 1 : mistakes;
}

function sorted(text: string): string {
  return [...text].sort().join("");
}

/** Among more names than these nobody's slip of a finger is looked for: it would take as long for each fault of a file. */
const maxCompared = 2000;

/** A name as messages show it: between back-ticks, cut when it is very long. */
export function quote(name: string): string {
  const shown = name.length > 60 ? `${name.slice(0, 57)}…` : name;
  return `\`${shown.replaceAll(/[\n\r\u2028\u2029]/g, "⏎")}\``;
}

function compareText(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
