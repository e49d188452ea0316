import { allTasks } from "../catalog.js";
import { didYouMean, error, quote } from "../diagnostic.js";
import { mayDeclare, type Rule } from "./rule.js";

/** A task runs in a queue that some file declares; `default` exists by itself. */
export const checkUnknownQueue: Rule = ({ catalog, unread }) => {
  const known = catalog.queues.map((queue) => queue.name);
  const isKnown = new Set(known);
  return allTasks(catalog)
    .filter(({ task }) => !isKnown.has(task.queue.value))
    .filter(({ task }) => !unread.some((file) => mayDeclare(file, task.queue.value)))
    .map(({ task }) => {
      const name = task.queue.value;
      const wayOut = `${didYouMean(name, known)} Declare it under ${quote("queues")} to make it one.`;
      return error("unknown-queue", task.queue.span, `No file declares a queue ${quote(name)}.${wayOut}`);
    });
};
