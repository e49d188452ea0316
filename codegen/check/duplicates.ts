import { type Diagnostic, error, quote } from "../diagnostic.js";
import type { DiagnosticCode } from "../diagnostic-codes.js";
import type { Located } from "../source.js";
import type { Rule } from "./rule.js";

/** Each queue and each workflow is declared once in the whole project. */
export const checkDuplicates: Rule = ({ catalog }) => [
  ...repeated(
    catalog.queues.map((queue) => ({ value: queue.name, span: queue.span })),
    "duplicate-queue",
    (name) => `The queue ${quote(name)} is declared twice. Keep one declaration: a queue belongs to the whole project.`,
  ),
  ...repeated(
    catalog.workflows.map((workflow) => workflow.name),
    "duplicate-workflow",
    (name) => `Two files declare the workflow ${quote(name)}. Merge them, or name one with ${quote("workflow: …")}.`,
  ),
];

/** A diagnostic at the second and every later one of equal names, pointing at the first. */
function repeated(
  names: readonly Located<string>[],
  code: DiagnosticCode,
  message: (name: string) => string,
): Diagnostic[] {
  const first = new Map<string, Located<string>>();
  return names.flatMap((name) => {
    const earlier = first.get(name.value);
    if (earlier === undefined) {
      first.set(name.value, name);
      return [];
    }
    return [error(code, name.span, message(name.value), [{ message: "The first one is here.", span: earlier.span }])];
  });
}
