import type { CheckOutPayload } from "./expected/generated/basket.js";
import { createTasks } from "./expected/generated/index.js";

const tasks = createTasks({ connection: "embedded:" });
const basket: CheckOutPayload = { lines: [{ sku: "ABC-1", quantity: 2 }], contacts: ["0803…", "ada@example.com"] };

await tasks.basket.checkOut.enqueue({ ...basket, colours: ["red", "blue"], anything: [1, "two", null] });
// How many there are and what some of them are, no type says: these compile, and would be refused when they are enqueued.
export const refused = [
  tasks.basket.checkOut.validate({ lines: [] }),
  tasks.basket.checkOut.validate({ ...basket, colours: ["red", "red"] }),
  tasks.basket.checkOut.validate({ ...basket, contacts: ["0803…"] }),
];

// @ts-expect-error Each item fits the schema of all.
await tasks.basket.checkOut.enqueue({ lines: [{ sku: "ABC-1" }] });
// @ts-expect-error There is no such colour.
await tasks.basket.checkOut.enqueue({ ...basket, colours: ["black"] });
