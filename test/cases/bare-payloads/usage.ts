import { createTasks } from "./expected/generated/index.js";
import type { AccountId, CloseHandler, SettleHandler } from "./expected/generated/ledger.js";

const tasks = createTasks({ connection: "embedded:" });
const account: AccountId = "A-1";

await tasks.ledger.close.enqueue(account);
const job = await tasks.ledger.settle.enqueue([account, "A-2"]);
export const settled: number = await tasks.ledger.settle.waitFor(job, { timeout: "30s" });
await tasks.ledger.recount.enqueue("all");
await tasks.ledger.round.enqueue(null);
await tasks.ledger.note.enqueue([1, { deep: true }, "text"]);

// @ts-expect-error The text itself is the payload, not an object around it.
await tasks.ledger.close.enqueue({ account });
// @ts-expect-error A list of one is a list.
await tasks.ledger.settle.enqueue(account);
// @ts-expect-error There is no such scope.
await tasks.ledger.recount.enqueue("none");

export const close: CloseHandler = async (id) => {
  id.toUpperCase();
};
export const settle: SettleHandler = async (ids) => ids.length;
