import { stub } from "taskwright";
import type { YearlyStatementHandler } from "../../generated/reports.js";

/** Handles `reports:yearly_statement`. */
export const yearlyStatement: YearlyStatementHandler = stub;
// Put your function in place of `stub`: async (_payload, job) => { … }
// Until then the jobs of this task wait in their queue.
