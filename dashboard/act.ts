import { errorCode } from "../runtime/errors.js";
import type { Acted, JobAction, JobRef, Operations } from "../runtime/operate/index.js";
import type { AuditEntry } from "./access/audit.js";
import { noteAction, operationsOf, type Services, type Visit } from "./visit.js";

/** What is done, as the audit trail names it. */
type Deed = Pick<AuditEntry, "action" | "target">;

/** What came of it. */
type Ending = Pick<AuditEntry, "outcome"> & { readonly detail?: string | undefined };

/** Does something in the name of the visitor, and notes what came of it; also that it failed, when `act` rejects. */
export async function actAndNote<Result>(
  visit: Visit,
  services: Services,
  deed: Deed,
  act: (operations: Operations) => Promise<Result>,
  endingOf: (result: Result) => Ending,
): Promise<Result> {
  let result: Result;
  try {
    result = await act(operationsOf(visit, services));
  } catch (error) {
    const detail = errorCode(error) ?? "the log says why";
    await noteAction(visit, services, { ...deed, outcome: "failed", detail });
    throw error;
  }
  await noteAction(visit, services, { ...deed, ...endingOf(result) });
  return result;
}

/** The same with an action on one job; `detail` is noted when it was done. */
export function actOnJob(
  visit: Visit,
  services: Services,
  action: JobAction,
  job: JobRef,
  { reason, detail = reason }: { readonly reason?: string | undefined; readonly detail?: string | undefined } = {},
): Promise<Acted> {
  const deed = { action, target: `${job.queue}/${job.id}` };
  return actAndNote(
    visit,
    services,
    deed,
    (operations) => operations.act(action, job, reason),
    (acted) => (acted.done ? { outcome: "done", detail } : { outcome: "refused", detail: acted.reason }),
  );
}

/** The same with a queue, which is paused or goes on. */
export function switchQueue(
  visit: Visit,
  services: Services,
  action: "pause" | "resume",
  queue: string,
  detail?: string,
): Promise<void> {
  return actAndNote(
    visit,
    services,
    { action, target: queue },
    (operations) => operations[action](queue),
    () => ({ outcome: "done", detail }),
  );
}
