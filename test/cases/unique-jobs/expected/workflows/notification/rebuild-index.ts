import { stub } from "taskwright";
import type { RebuildIndexHandler } from "../../generated/notification.js";

/** Handles `notification:rebuild_index`. */
export const rebuildIndex: RebuildIndexHandler = stub;
// Put your function in place of `stub`: async (_payload, job) => { … }
// Until then the jobs of this task wait in their queue.
