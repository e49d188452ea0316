import type { CollectHandler } from "../../generated/loan.js";

export const collectRepayment: CollectHandler = async () => {};
