import { stub } from "taskwright";
import type { OfTheFileHandler } from "../../generated/billing.js";

/** Handles `billing:of_the_file`. */
export const ofTheFile: OfTheFileHandler = stub;
// Put your function in place of `stub`: async (_payload, job) => { … }
// Until then the jobs of this task wait in their queue.
