import { createWorker } from "taskwright";
import { paymentsOf } from "./payments.js";

/*
 * A worker that begins each payment, tells its fence, and ends it when it is told SIGUSR2. It says when its signal aborts,
 * and what its log tells of. LOCK_MS: how long its jobs are held without a word of it.
 */

const { QUEUE = "", REDIS_URL, LOCK_MS = "600" } = process.env;
const say = (line: string) => process.stdout.write(`${line}\n`);
const toldToEnd = new Promise((resolve) => process.once("SIGUSR2", resolve));

const handlers = {
  w: {
    pay: async (_payload: unknown, { fence, signal }: { readonly fence: number; readonly signal: AbortSignal }) => {
      signal.addEventListener("abort", () => say(`aborted ${signal.reason.code}`));
      say(`began ${fence}`);
      await toldToEnd;
      return { receipt: "of the one that was stopped" };
    },
  },
};
const tell = (_: object, message: string) => say(`log ${message}`);
await createWorker(paymentsOf(QUEUE, "retry"), handlers, {
  connection: REDIS_URL,
  logger: { debug() {}, info: tell, warn: tell, error: tell },
  lockDuration: Number(LOCK_MS),
  stalledInterval: 300,
}).run();
