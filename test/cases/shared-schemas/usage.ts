import { createTasks } from "./expected/generated/index.js";
import type { Kobo } from "./expected/generated/money.js";
import type { PayHandler } from "./expected/generated/payout.js";

const tasks = createTasks({ connection: "embedded:" });
const total = { amount: 100, currency: "NGN" } as const;
const amount: Kobo = total.amount;

await tasks.payout.pay.enqueue({ total, to: { kind: "bank", iban: "NG1" }, split: { share: amount, parts: [] } });
await tasks.payout.pay.enqueue({ total, to: { kind: "wallet", wallet_id: "6f1c…" }, shown_in: "naira" });

// @ts-expect-error A wallet has no iban.
await tasks.payout.pay.enqueue({ total, to: { kind: "wallet", iban: "NG1" } });
// @ts-expect-error This file's own `Currency` is not the one of money.yaml.
await tasks.payout.pay.enqueue({ total, to: { kind: "bank", iban: "NG1" }, shown_in: "NGN" });
// @ts-expect-error A workflow that only lends its schemas has no client.
tasks.money;

export const pay: PayHandler = async ({ total: paid, to }) => {
  if (to.kind === "bank") return { ...paid, amount: to.iban.length };
  return paid;
};
