import { type ExitCode, exitCodes } from "./exit-codes.js";

/** Prints an error of the runtime as a person should see it, and tells the exit code; anything else is thrown on. */
export function reportFailure(cause: unknown): ExitCode {
  // By its code and not its class: the project's generated code may load another copy of this package.
  const code = cause instanceof Error && "code" in cause ? String(cause.code) : "";
  if (!code.startsWith("TASKWRIGHT_")) throw cause;
  console.error(`taskwright: ${(cause as Error).message}`);
  return code === "TASKWRIGHT_REDIS_UNAVAILABLE" ? exitCodes.unreachable : exitCodes.fault;
}
