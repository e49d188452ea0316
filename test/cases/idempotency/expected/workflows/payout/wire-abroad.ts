import { stub } from "taskwright";
import type { WireAbroadHandler } from "../../generated/payout.js";

/** Send money abroad. */
export const wireAbroad: WireAbroadHandler = stub;
// Put your function in place of `stub`: async (payload, job) => { … }
// Until then the jobs of this task wait in their queue.
