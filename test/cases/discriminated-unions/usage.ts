import { createTasks } from "./expected/generated/index.js";
import type { PayHandler } from "./expected/generated/payout.js";

const tasks = createTasks({ connection: "embedded:" });

await tasks.payout.pay.enqueue({ amount: 100, to: { kind: "bank", iban: "NG00 0000 0000 0000" }, speed: "instant" });

// @ts-expect-error A wallet has no iban.
await tasks.payout.pay.enqueue({ amount: 100, to: { kind: "wallet", iban: "NG00 0000 0000 0000" } });
// @ts-expect-error There is no third kind.
await tasks.payout.pay.enqueue({ amount: 100, to: { kind: "cash" } });
// @ts-expect-error A closed object takes no other property.
await tasks.payout.pay.enqueue({ amount: 100, to: { kind: "bank", iban: "NG00 0000 0000 0000", note: "rent" } });
// @ts-expect-error A property that may be left out is not one that may be undefined.
await tasks.payout.pay.enqueue({ amount: 100, to: { kind: "bank", iban: "NG00 0000 0000 0000" }, speed: undefined });

export const pay: PayHandler = async ({ to }) => {
  switch (to.kind) {
    case "bank":
      to.iban.toUpperCase();
      break;
    case "wallet":
      to.wallet_id.toUpperCase();
      break;
    default:
      to satisfies never;
  }
};
