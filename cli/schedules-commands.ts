import { Command } from "commander";
import { type Finish, inProject, leaf } from "./operator-command.js";

/** `taskwright schedules`. Its module is imported when it runs. */
export function schedulesCommand(finish: Finish): Command {
  const command = new Command("schedules").description(
    "Look at the schedules in the store beside those declared here, and bring them up to date.",
  );
  command.addCommand(
    leaf("ls", "List every schedule: in words, with its next and last runs, and how it stands to what is declared.")
      .alias("list")
      .action(async (options) => {
        const { listing } = await import("./schedules-command.js");
        finish(await listing(inProject(options)));
      }),
  );
  command.addCommand(
    leaf("diff", "Tell what a sync would write; exit 1 when that is anything.").action(async (options) => {
      const { diff } = await import("./schedules-command.js");
      finish(await diff(inProject(options)));
    }),
  );
  command.addCommand(
    leaf("sync", "Make the schedules in the store what is declared here. Only differences are written.")
      .option("--remove-waiting", "also remove the runs that still wait of schedules that are removed", false)
      .option("--force", "also while workers of a newer version live, as after a rollback", false)
      .addHelpText(
        "after",
        [
          "",
          "Workers do the same when they start, so that this is needed before they do, and to undo a newer version that",
          "still has workers. What is written holds for an hour without a worker of this version.",
        ].join("\n"),
      )
      .action(async (options) => {
        const { sync } = await import("./schedules-command.js");
        finish(await sync(inProject(options)));
      }),
  );
  return command;
}
