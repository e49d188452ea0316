import { stub } from "taskwright";
import type { RecordHandler } from "../../generated/event.js";

/** Handles `event:record`. */
export const record: RecordHandler = stub;
// Put your function in place of `stub`: async (payload, job) => { … }
// Until then the jobs of this task wait in their queue.
