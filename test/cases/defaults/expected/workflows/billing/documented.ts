import { stub } from "taskwright";
import type { DocumentedHandler } from "../../generated/billing.js";

/** Charge a card. */
export const documented: DocumentedHandler = stub;
// Put your function in place of `stub`: async (_payload, job) => { … }
// Until then the jobs of this task wait in their queue.
