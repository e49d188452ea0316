import type { CatalogTask } from "../catalog.js";
import { type Diagnostic, error, quote } from "../diagnostic.js";
import { durationInWords } from "../words.js";
import type { WorkflowRule } from "./rule.js";

/** A job's deadline leaves it time: it begins with the enqueueing, and no attempt may outlast it. */
export const checkTimeouts: WorkflowRule = ({ tasks }) => tasks.flatMap(checkTask);

function checkTask({ name, deadlineMs, delayMs, timeoutMs }: CatalogTask): Diagnostic[] {
  if (deadlineMs === undefined) return [];
  const inAll = durationInWords(deadlineMs.value);
  const refuse = (message: string) => [error("timeout-beyond-deadline", deadlineMs.span, message)];
  if (timeoutMs.value > deadlineMs.value) {
    return refuse(
      `${quote(name.value)} may take ${durationInWords(timeoutMs.value)} for one attempt but has only ${inAll} in all. ` +
        `Shorten ${quote("timeout")} or lengthen ${quote("deadline")}.`,
    );
  }
  if (delayMs < deadlineMs.value) return [];
  return refuse(
    `${quote(name.value)} starts ${durationInWords(delayMs)} after it was enqueued and has only ${inAll} in all, so that none would run. ` +
      `Shorten ${quote("delay")} or lengthen ${quote("deadline")}.`,
  );
}
