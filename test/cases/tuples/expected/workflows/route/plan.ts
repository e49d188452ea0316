import { stub } from "taskwright";
import type { PlanHandler } from "../../generated/route.js";

/** Handles `route:plan`. */
export const plan: PlanHandler = stub;
// Put your function in place of `stub`: async (payload, job) => { … }
// Until then the jobs of this task wait in their queue.
