import { stub } from "taskwright";
import type { PolynomialHandler } from "../../generated/mail.js";

/** Handles `mail:polynomial`. */
export const polynomial: PolynomialHandler = stub;
// Put your function in place of `stub`: async (_payload, job) => { … }
// Until then the jobs of this task wait in their queue.
