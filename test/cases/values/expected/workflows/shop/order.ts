import { stub } from "taskwright";
import type { OrderHandler } from "../../generated/shop.js";

/** Handles `shop:order`. */
export const order: OrderHandler = stub;
// Put your function in place of `stub`: async (payload, job) => { … }
// Until then the jobs of this task wait in their queue.
