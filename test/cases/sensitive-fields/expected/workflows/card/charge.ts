import { stub } from "taskwright";
import type { ChargeHandler } from "../../generated/card.js";

/** Charge a card. */
export const charge: ChargeHandler = stub;
// Put your function in place of `stub`: async (payload, job) => { … }
// Until then the jobs of this task wait in their queue.
