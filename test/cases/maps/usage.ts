import { createTasks } from "./expected/generated/index.js";
import type { PublishHandler } from "./expected/generated/rates.js";

const tasks = createTasks({ connection: "embedded:" });

await tasks.rates.publish.enqueue({
  rates: { NGN: 1540.5, GHS: 15.2 },
  headers: { "x-request-id": "1" },
  labels: { team: "treasury", "x-cost-center": "7", priority: 3 },
  limits: { NGN: 5_000_000 },
  anything: { deep: [{}] },
  nothing: {},
});

// @ts-expect-error A rate is a number.
await tasks.rates.publish.enqueue({ rates: { NGN: "1540.5" } });
// @ts-expect-error A header is a string.
await tasks.rates.publish.enqueue({ rates: {}, headers: { "x-request-id": 1 } });
// @ts-expect-error So is a limit; that its name has three capitals, no type says.
await tasks.rates.publish.enqueue({ rates: {}, limits: { NGN: "5000000" } });
// @ts-expect-error An empty object that is closed stays empty.
await tasks.rates.publish.enqueue({ rates: {}, nothing: { a: 1 } });

export const publish: PublishHandler = async ({ rates, labels }) => {
  // @ts-expect-error A name may be missing (`noUncheckedIndexedAccess`).
  rates.NGN.toFixed(2);
  // @ts-expect-error Names that match no pattern can hold anything.
  labels?.priority satisfies string | undefined;
  labels?.team satisfies string | undefined;
};
