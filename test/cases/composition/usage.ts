import type { Entity } from "./expected/generated/event.js";
import { createTasks } from "./expected/generated/index.js";

const tasks = createTasks({ connection: "embedded:" });
const entity: Entity = { id: "e1" };

await tasks.event.record.enqueue({ ...entity, at: "2026-01-01T00:00:00Z", status: "open", email: "a@b.example" });

// @ts-expect-error The status is narrower than the entity's.
await tasks.event.record.enqueue({ id: "e1", at: "2026-01-01T00:00:00Z", status: "lost", email: "a@b.example" });
// @ts-expect-error One way to be reached is needed.
await tasks.event.record.enqueue({ id: "e1", at: "2026-01-01T00:00:00Z", status: "open" });
// @ts-expect-error Nothing declares a colour.
await tasks.event.record.enqueue({ id: "e1", at: "", status: "open", phone: "1", by: "me", colour: "red" });
