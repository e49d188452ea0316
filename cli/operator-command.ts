import { Command, Option } from "commander";
import type { ExitCode } from "./exit-codes.js";

/** Takes the exit code of the command that was run. */
export type Finish = (code: ExitCode) => void;

/** A command with what all of them have. */
export function leaf(name: string, description: string, { json = true } = {}): Command {
  const command = new Command(name)
    .description(description)
    .addOption(
      new Option("--connection <url>", "where the jobs are: redis://…, rediss://… or embedded:./folder").env(
        "REDIS_URL",
      ),
    )
    .option("--out <folder>", "where the generated code is", "generated");
  return json ? command.option("--json", "print JSON, for a program", false) : command;
}

/** A command that asks before it removes, and can only count. */
export function deleting(command: Command): Command {
  return command
    .option("--dry-run", "only count", false)
    .option("--yes", "don't ask; needed where nobody can be asked", false);
}

/** The options, in the project of the working directory. */
export function inProject<Options extends object>(options: Options): Options & { readonly root: string } {
  return { root: process.cwd(), ...options };
}
