import type { CloseHandler } from "../../generated/savings.js";

export const close: CloseHandler = async () => {};
