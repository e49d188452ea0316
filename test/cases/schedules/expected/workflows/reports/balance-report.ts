import { stub } from "taskwright";
import type { BalanceReportHandler } from "../../generated/reports.js";

/** Handles `reports:balance_report`. */
export const balanceReport: BalanceReportHandler = stub;
// Put your function in place of `stub`: async (payload, job) => { … }
// Until then the jobs of this task wait in their queue.
