import { createTasks } from "./expected/generated/index.js";
import type { SendHandler } from "./expected/generated/statement.js";

const tasks = createTasks({ connection: "embedded:" });

// Stored as { account: "A-1", language: "en", copies: 1, envelope: { window: true } }.
await tasks.statement.send.enqueue({ account: "A-1" });
// Stored as { account: "A-1", language: "fr", copies: 2, paper: { size: "a4" }, envelope: { window: true } }.
await tasks.statement.send.enqueue({ account: "A-1", language: "fr", copies: 2, paper: {} });

// @ts-expect-error What has no default is not left out.
await tasks.statement.send.enqueue({ language: "fr" });

// The same type as the caller's, so what is there by default reads as if it could be missing.
export const send: SendHandler = async ({ language, copies, paper, envelope }) => {
  language satisfies "en" | "fr" | "ha" | undefined;
  // @ts-expect-error It never is, which the type doesn't say: `copies ?? 1` would do, or `copies!`.
  copies.toFixed();
  paper?.size?.toUpperCase();
  envelope?.window?.valueOf();
};
