import { stub } from "taskwright";
import type { CloseStaleCirclesHandler } from "../../generated/savings.js";

/** Handles `savings:close_stale_circles`. */
export const closeStaleCircles: CloseStaleCirclesHandler = stub;
// Put your function in place of `stub`: async (_payload, job) => { … }
// Until then the jobs of this task wait in their queue.
