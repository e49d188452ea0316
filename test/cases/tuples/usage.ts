import { createTasks } from "./expected/generated/index.js";
import type { Position } from "./expected/generated/route.js";

const tasks = createTasks({ connection: "embedded:" });
const lagos: Position = [3.38, 6.45];

await tasks.route.plan.enqueue({ from: lagos, stops: [[7.49, 9.06], lagos], window: ["08:00:00Z", null] });

// @ts-expect-error A position has two numbers.
await tasks.route.plan.enqueue({ from: [3.38], stops: [lagos] });
// @ts-expect-error And not three.
await tasks.route.plan.enqueue({ from: [3.38, 6.45, 41], stops: [lagos] });
// @ts-expect-error A window starts some time.
await tasks.route.plan.enqueue({ from: lagos, stops: [lagos], window: [null, "08:00:00Z"] });
