import { stub } from "taskwright";
import type { PushHandler } from "../../generated/git-mirror.js";

/** Handles `git_mirror:push`. */
export const push: PushHandler = stub;
// Put your function in place of `stub`: async (_payload, job) => { … }
// Until then the jobs of this task wait in their queue.
