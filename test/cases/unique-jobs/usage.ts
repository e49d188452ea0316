import { createTasks } from "./expected/generated/index.js";

const tasks = createTasks({ connection: "embedded:" });
const user = { circle_id: "6f1c…", user_id: "0a77…" };

const first = await tasks.notification.remind.enqueue({ ...user, text: "Due today." });
const second = await tasks.notification.remind.enqueue({ ...user, text: "Due tomorrow." });
export const isTheFirst: boolean = second.deduplicated && second.id === first.id;

// @ts-expect-error What makes a job unique is declared, not chosen by its caller.
await tasks.notification.remind.enqueue(user, { unique: { by: ["text"] } });
