import { createTasks } from "./expected/generated/index.js";
import type { UpdateHandler } from "./expected/generated/profile.js";

const tasks = createTasks({ connection: "embedded:" });

await tasks.profile.update.enqueue({ user_id: "u1", nickname: null });
await tasks.profile.update.enqueue({ user_id: "u1", nickname: "Ada", age: null, plan: null, address: null, tags: null });
await tasks.profile.update.enqueue({ user_id: "u1", nickname: "Ada", plan: "pro", address: { city: "Aba", street: null } });

// @ts-expect-error What is required may be null here, but not left out.
await tasks.profile.update.enqueue({ user_id: "u1" });
// @ts-expect-error What may be left out is not null unless its type says so.
await tasks.profile.update.enqueue({ user_id: "u1", nickname: null, fax: null });

export const update: UpdateHandler = async (payload) => {
  // @ts-expect-error It may be null.
  payload.nickname.trim();
  // @ts-expect-error A `readOnly` property is not assigned to.
  payload.user_id = "u2";
};
