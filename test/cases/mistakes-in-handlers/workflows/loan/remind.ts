import type { RemindHandler } from "../../generated/loan.js";

export const remind: RemindHandler = async () => {};
