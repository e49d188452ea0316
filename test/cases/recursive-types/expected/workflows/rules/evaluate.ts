import { stub } from "taskwright";
import type { EvaluateHandler } from "../../generated/rules.js";

/** Handles `rules:evaluate`. */
export const evaluate: EvaluateHandler = stub;
// Put your function in place of `stub`: async (payload, job) => { … }
// Until then the jobs of this task wait in their queue.
