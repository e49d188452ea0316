import { Command } from "commander";
import { type Finish, inProject, leaf } from "./operator-command.js";

/** `taskwright idempotency`. Its module is imported when it runs. */
export function idempotencyCommand(finish: Finish): Command {
  const command = new Command("idempotency").description(
    "Look at what is remembered of an effect that happens once, and forget it.",
  );
  command.addCommand(
    keyed(leaf("show", "Tell whether an effect has happened, is under way or is uncertain, and by which job.")).action(
      async (task: string, key: string, options) => {
        const { showEffect } = await import("./idempotency-command.js");
        finish(await showEffect({ task, key, ...inProject(options) }));
      },
    ),
  );
  command.addCommand(
    keyed(leaf("clear", "Forget that an effect may have happened: the next job with its key runs it, again or not."))
      .requiredOption("--reason <text>", "what you have found out; kept with the record and in the job's log")
      .option("--yes", "don't ask; needed where nobody can be asked", false)
      .action(async (task: string, key: string, options) => {
        const { clearEffect } = await import("./idempotency-command.js");
        finish(await clearEffect({ task, key, ...inProject(options) }));
      }),
  );
  return command;
}

function keyed(command: Command): Command {
  return command
    .argument("<task>", "its wire name, <workflow>:<task>")
    .argument(
      "<key>",
      "a payload or the fields of its key as JSON, a key as handlers and logs see it, or the one value of a key of one field",
    );
}
