import type { Action } from "./expected/generated/actions.js";
import { createTasks } from "./expected/generated/index.js";
import type { Condition, Json } from "./expected/generated/rules.js";

const tasks = createTasks({ connection: "embedded:" });
const isLarge: Condition = { not: { field: "amount", equals: { currency: ["NGN", { kobo: 100 }] } } };
const notify: Action = { name: "notify", unless: isLarge, next: { name: "log", input: [1, null] } };

await tasks.rules.evaluate.enqueue({ when: { all: [isLarge, { field: "kind", equals: "loan" }] }, then: notify });

// @ts-expect-error Deep inside as well, a condition is one of three.
await tasks.rules.evaluate.enqueue({ when: { all: [{ not: { some: [] } }] } });
// @ts-expect-error JSON has no dates.
export const moment: Json = { at: [new Date()] };
