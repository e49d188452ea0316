import { allTasks } from "../catalog.js";
import { quote, warning } from "../diagnostic.js";
import { mayDeclare, type Rule } from "./rule.js";

/** A queue has tasks: one without is an idle share of every worker's pool, and often a name misspelt elsewhere. */
export const checkUnusedQueues: Rule = ({ catalog, unread, hasUnknownPart }) => {
  const used = new Set(allTasks(catalog).map(({ task }) => task.queue.value));
  const known = new Set(catalog.queues.map((queue) => queue.name));
  // One misspelt name is one mistake: `checkUnknownQueue` reports it, and the queue it means only looks unused.
  if (hasUnknownPart || [...used].some((name) => !known.has(name))) return [];
  return catalog.queues
    .filter((queue) => queue.isDeclared && !used.has(queue.name))
    .filter((queue) => !unread.some((file) => mayDeclare(file, queue.name)))
    .map(({ name, span }) =>
      warning("unused-queue", span, `No task uses the queue ${quote(name)}. Remove it, or give it a task.`),
    );
};
