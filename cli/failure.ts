import { type ExitCode, exitCodes } from "./exit-codes.js";

/** Prints an error of the runtime as a person should see it, and tells the exit code; anything else is thrown on. */
export function reportFailure(cause: unknown): ExitCode {
  // By its code and not its class: the project's generated code may load another copy of this package.
  const code = cause instanceof Error && "code" in cause ? String(cause.code) : "";
  if (!code.startsWith("TASKWRIGHT_")) throw cause;
  console.error(`taskwright: ${(cause as Error).message}`);
  return exitCodeOf[code] ?? exitCodes.fault;
}

const exitCodeOf: Readonly<Record<string, ExitCode>> = {
  TASKWRIGHT_REDIS_UNAVAILABLE: exitCodes.unreachable,
  TASKWRIGHT_INVALID_FILTER: exitCodes.usage,
  TASKWRIGHT_INVALID_ENQUEUE_OPTION: exitCodes.usage,
  TASKWRIGHT_JOB_AMBIGUOUS: exitCodes.usage,
  TASKWRIGHT_UNSUPPORTED_CONNECTION: exitCodes.usage,
};
