import { error, quote } from "../diagnostic.js";
import { durationInWords } from "../words.js";
import type { WorkflowRule } from "./rule.js";

/** One attempt never has longer than the whole job. */
export const checkTimeouts: WorkflowRule = ({ tasks }) =>
  tasks.flatMap((task) => {
    const { deadlineMs, timeoutMs } = task;
    if (deadlineMs === undefined || timeoutMs.value <= deadlineMs.value) return [];
    const message =
      `${quote(task.name.value)} may take ${durationInWords(timeoutMs.value)} for one attempt but has only ` +
      `${durationInWords(deadlineMs.value)} in all. Shorten ${quote("timeout")} or lengthen ${quote("deadline")}.`;
    return [error("timeout-beyond-deadline", deadlineMs.span, message)];
  });
