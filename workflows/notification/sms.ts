import { send } from "../../demo/outside-world.js";
import type { SmsHandler } from "../../generated/notification.js";

/** Send a text message. */
export const sms: SmsHandler = ({ phone, message }, job) => send("sms", phone, message, job.signal);
