import type { JobRef, Operations } from "../runtime/operate/index.js";
import { requireQueue } from "./job-filter-options.js";
import { UsageError } from "./usage-error.js";

/**
 * Where the job is that `text` names, an id or `queue/id`; undefined when there is none. Throws a UsageError when `queue`
 * is none, or when several queues have a job of that id.
 */
export async function locateJob(
  text: string,
  queue: string | undefined,
  operations: Operations,
): Promise<JobRef | undefined> {
  if (queue !== undefined) {
    await requireQueue(queue, operations);
    return (await operations.find(text, [queue]))[0];
  }
  const slash = text.indexOf("/");
  if (slash > 0 && Object.hasOwn(operations.manifest.queues, text.slice(0, slash))) {
    return (await operations.find(text.slice(slash + 1), [text.slice(0, slash)]))[0];
  }
  const found = await operations.find(text);
  if (found.length > 1) {
    const names = found.map((ref) => `${ref.queue}/${ref.id}`).join(" or ");
    throw new UsageError(`several queues have a job ${text}: say ${names}.`);
  }
  return found[0];
}

/** That there are no such jobs, and why that may be. */
export function describeMissing(named: readonly string[], queue: string | undefined): string {
  const where = queue === undefined ? "" : ` in queue ${queue}`;
  const [they, have] = named.length === 1 ? ["it never was, or it has", "is"] : ["they never were, or have", "are"];
  return `taskwright: there is no job ${named.join(", ")}${where}: ${they} ended and ${have} kept no longer.`;
}
