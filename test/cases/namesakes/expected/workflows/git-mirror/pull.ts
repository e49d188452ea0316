import { stub } from "taskwright";
import type { PullHandler } from "../../generated/git-mirror.js";

/** Handles `git_mirror:pull`. */
export const pull: PullHandler = stub;
// Put your function in place of `stub`: async (_payload, job) => { … }
// Until then the jobs of this task wait in their queue.
