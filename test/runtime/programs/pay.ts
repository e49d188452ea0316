import { createWorker } from "taskwright";
import { paymentsOf } from "./payments.js";

/* A worker that begins each payment, tells its fence, and never ends it. */

const { QUEUE = "", REDIS_URL } = process.env;
const handlers = {
  w: {
    pay: (_payload: unknown, { fence }: { readonly fence: number }) => {
      process.stdout.write(`began ${fence}\n`);
      return new Promise<never>(() => undefined);
    },
  },
};
await createWorker(paymentsOf(QUEUE, "retry"), handlers, {
  connection: REDIS_URL,
  lockDuration: 600,
  stalledInterval: 300,
}).run();
