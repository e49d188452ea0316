import type { Logger } from "../logger.js";
import { currentJob } from "./current-job.js";

/** The same logger, whose lines name `task`, `jobId` and `attempt` while a handler is running; what a line says itself comes first. */
export function withJobFields(logger: Logger): Logger {
  const add = (fields: object): object => {
    const job = currentJob();
    return job === undefined ? fields : { task: job.task, jobId: job.id, attempt: job.attempt, ...fields };
  };
  return {
    debug: (fields, message) => logger.debug(add(fields), message),
    info: (fields, message) => logger.info(add(fields), message),
    warn: (fields, message) => logger.warn(add(fields), message),
    error: (fields, message) => logger.error(add(fields), message),
  };
}
