import { createTasks } from "./expected/generated/index.js";

const tasks = createTasks({ connection: "embedded:" });
const { send } = tasks.transfer;

await send.enqueue({ country: "NG", account: "0123456789" });
await send.enqueue({ country: "GH", account: "GH-77", bank: "GCB", repeat: "monthly", until: "2027-01-01", day: 28 });

// These compile, and would be refused when they are enqueued.
export const refused = [
  send.validate({ country: "NG", account: "GH-77" }),
  send.validate({ country: "GH", account: "GH-77" }),
  send.validate({ country: "NG", account: "0123456789", repeat: "weekly" }),
  send.validate({ country: "NG", account: "0123456789", repeat: "weekly", until: "2027-01-01", day: 28 }),
];
