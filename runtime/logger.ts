import { pino } from "pino";

/** Where a client or worker writes: a pino logger, or anything of its shape. */
export interface Logger {
  debug(fields: object, message: string): void;
  info(fields: object, message: string): void;
  warn(fields: object, message: string): void;
  error(fields: object, message: string): void;
}

/** JSON lines on standard output, from the level that LOG_LEVEL names, `info` by default. */
export function defaultLogger(): Logger {
  const level = process.env.LOG_LEVEL?.toLowerCase();
  const isKnown = level !== undefined && (level in pino.levels.values || level === "silent");
  return pino({ name: "taskwright", level: isKnown ? level : "info" });
}
