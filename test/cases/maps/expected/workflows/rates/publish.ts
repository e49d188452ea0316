import { stub } from "taskwright";
import type { PublishHandler } from "../../generated/rates.js";

/** Handles `rates:publish`. */
export const publish: PublishHandler = stub;
// Put your function in place of `stub`: async (payload, job) => { … }
// Until then the jobs of this task wait in their queue.
