import { createRequire } from "node:module";

/** Where a client or worker writes: a pino logger, or anything of its shape. */
export interface Logger {
  debug(fields: object, message: string): void;
  info(fields: object, message: string): void;
  warn(fields: object, message: string): void;
  error(fields: object, message: string): void;
}

/** JSON lines on standard output, from the level that LOG_LEVEL names, `info` by default. */
export function defaultLogger(): Logger {
  let opened: Logger | undefined;
  const logger = () => {
    opened ??= openPino();
    return opened;
  };
  return {
    debug: (fields, message) => logger().debug(fields, message),
    info: (fields, message) => logger().info(fields, message),
    warn: (fields, message) => logger().warn(fields, message),
    error: (fields, message) => logger().error(fields, message),
  };
}

/** Loaded at the first line: a process that only enqueues writes none, and is spared a sixth of its start. */
function openPino(): Logger {
  const { pino } = createRequire(import.meta.url)("pino") as typeof import("pino");
  const level = process.env.LOG_LEVEL?.toLowerCase();
  const isKnown = level !== undefined && (level in pino.levels.values || level === "silent");
  return pino({ name: "taskwright", level: isKnown ? level : "info" });
}
