import { CommanderError } from "commander";
import { type ExitCode, exitCodes } from "./exit-codes.js";
import { buildProgram } from "./program.js";
import { UsageError } from "./usage-error.js";

process.exitCode = await main(process.argv.slice(2));

async function main(argv: readonly string[]): Promise<ExitCode> {
  let exitCode: ExitCode = exitCodes.fine;
  const program = buildProgram((code) => {
    exitCode = code;
  });
  try {
    await program.parseAsync([...argv], { from: "user" });
    return exitCode;
  } catch (cause) {
    if (cause instanceof CommanderError) return cause.exitCode === 0 ? exitCodes.fine : exitCodes.usage;
    const message = cause instanceof Error ? cause.message : String(cause);
    console.error(`taskwright: ${message}`);
    if (process.env.TASKWRIGHT_DEBUG) console.error(cause);
    return cause instanceof UsageError ? exitCodes.usage : exitCodes.fault;
  }
}
