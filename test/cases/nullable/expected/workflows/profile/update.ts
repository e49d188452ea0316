import { stub } from "taskwright";
import type { UpdateHandler } from "../../generated/profile.js";

/** Handles `profile:update`. */
export const update: UpdateHandler = stub;
// Put your function in place of `stub`: async (payload, job) => { … }
// Until then the jobs of this task wait in their queue.
