import { stub } from "taskwright";
import type { CheckOutHandler } from "../../generated/basket.js";

/** Handles `basket:check_out`. */
export const checkOut: CheckOutHandler = stub;
// Put your function in place of `stub`: async (payload, job) => { … }
// Until then the jobs of this task wait in their queue.
