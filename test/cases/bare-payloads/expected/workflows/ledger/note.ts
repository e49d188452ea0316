import { stub } from "taskwright";
import type { NoteHandler } from "../../generated/ledger.js";

/** Handles `ledger:note`. */
export const note: NoteHandler = stub;
// Put your function in place of `stub`: async (payload, job) => { … }
// Until then the jobs of this task wait in their queue.
