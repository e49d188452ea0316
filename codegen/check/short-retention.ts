import { quote, warning } from "../diagnostic.js";
import { durationInWords } from "../words.js";
import { waitsMs } from "./retry-span.js";
import type { WorkflowRule } from "./rule.js";

/** A dead job is kept at least as long as its retries took, so that somebody can see it before it is gone. */
export const checkShortRetention: WorkflowRule = ({ tasks }) =>
  tasks.flatMap((task) => {
    const spanMs = waitsMs(task);
    const { ageMs } = task.retention.failed;
    if (ageMs >= spanMs) return [];
    const message =
      `A dead job of ${quote(task.name.value)} is kept for ${durationInWords(ageMs)}, though its retries alone take ` +
      `${durationInWords(spanMs)}. Lengthen ${quote("retention.failed.age")}.`;
    return [warning("short-retention", task.name.span, message)];
  });
