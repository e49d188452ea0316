import { allTasks } from "../catalog.js";
import { quote, warning } from "../diagnostic.js";
import { durationInWords, waitBefore } from "../words.js";
import type { Rule } from "./rule.js";

/** A dead job is kept at least as long as its retries took, so that somebody can see it before it is gone. */
export const checkShortRetention: Rule = ({ catalog }) =>
  allTasks(catalog).flatMap(({ task }) => {
    const waits = Array.from({ length: task.retries }, (_, n) => waitBefore(n + 1, task.backoff));
    const spanMs = waits.reduce((sum, wait) => sum + wait, 0);
    const { ageMs } = task.retention.failed;
    if (ageMs >= spanMs) return [];
    const message =
      `A dead job of ${quote(task.name.value)} is kept for ${durationInWords(ageMs)}, though its retries alone take ` +
      `${durationInWords(spanMs)}. Lengthen ${quote("retention.failed.age")}.`;
    return [warning("short-retention", task.name.span, message)];
  });
