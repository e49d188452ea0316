import { send } from "../../demo/outside-world.js";
import type { PushHandler } from "../../generated/notification.js";

/** Send a push notification to a member's phones. */
export const push: PushHandler = ({ user_id, title, body }, job) =>
  send("push", user_id, `${title}: ${body}`, job.signal);
