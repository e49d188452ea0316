import { createTasks } from "./expected/generated/index.js";
import type { OrderPayload } from "./expected/generated/shop.js";

const tasks = createTasks({ connection: "embedded:" });
const order: OrderPayload = { kind: "order", sku: "ABC-1", quantity: 2, size: 42, weight: 0.5, anything: [null] };

await tasks.shop.order.enqueue(order);
const answer = tasks.shop.order.validate({ ...order, card: "4000…" });
export const pointers: string[] = answer.valid ? [] : answer.issues.map(({ pointer }) => pointer);

// @ts-expect-error It can only be an order.
await tasks.shop.order.enqueue({ ...order, kind: "offer" });
// @ts-expect-error There is no such size.
await tasks.shop.order.enqueue({ ...order, size: "xl" });
// @ts-expect-error A weight is a number.
await tasks.shop.order.enqueue({ ...order, weight: "500 g" });
