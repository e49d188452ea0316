import { Command, Option } from "commander";
import type { JobAction, JobState } from "../runtime/operate/index.js";
import { addFilterOptions } from "./job-filter-options.js";
import { deleting, type Finish, inProject, leaf } from "./operator-command.js";
import { duration, wholeNumber } from "./option-values.js";

/** The commands that look into the queues and act on their jobs. Each module is imported when its command runs. */
export function addOperateCommands(program: Command, finish: Finish): void {
  program.addCommand(queuesCommand(finish));
  program.addCommand(jobsCommand(finish));
  program.addCommand(deadCommand(finish));
  program.addCommand(workersCommand(finish));
  program.addCommand(
    leaf("stats", "The whole at a glance: the store, every queue, and what ended lately.").action(async (options) => {
      const { printStats } = await import("./stats-command.js");
      finish(await printStats(inProject(options)));
    }),
  );
  program.addCommand(
    leaf("top", "A live screen of queues and workers, until q or Ctrl-C.", { json: false })
      .addOption(new Option("--every <duration>", "between two looks").argParser(duration).default(1_000, "1s"))
      .action(async (options) => {
        const { top } = await import("./top-command.js");
        finish(await top(inProject(options)));
      }),
  );
  program.addCommand(doctorCommand(finish));
}

function doctorCommand(finish: Finish): Command {
  const command = leaf(
    "doctor",
    "Look for what is wrong with Redis and the queues: each with why it matters and what to do. Changes nothing.",
  )
    .argument("[check...]", "only these checks, by the names that it prints")
    .addHelpText(
      "after",
      "\nIt ends with 1 when there is an error (jobs are lost or not run, or will be), and with 0 when there are only warnings.",
    )
    .action(async (only: string[], options) => {
      const { doctor } = await import("./doctor-command.js");
      finish(await doctor({ only, ...inProject(options) }));
    });
  return command;
}

function queuesCommand(finish: Finish): Command {
  const command = new Command("queues").description("See the queues; stop, start and empty them.");
  command.addCommand(
    leaf("ls", "List the queues: what they hold, for how long the oldest job waits, their limits.")
      .option("--all", "also those in the store that this project doesn't declare (looks through all keys)", false)
      .action(async (options) => {
        const { listQueues } = await import("./queues-command.js");
        finish(await listQueues(inProject(options)));
      }),
  );
  for (const [action, description] of [
    ["pause", "Let workers take no further job of these queues; running jobs go on, and new ones may be enqueued."],
    ["resume", "Let workers take jobs of these queues again."],
  ] as const) {
    command.addCommand(
      leaf(action, description)
        .argument("<queue...>", "names of queues")
        .action(async (queues: string[], options) => {
          const { switchQueues } = await import("./queues-command.js");
          finish(await switchQueues(action, queues, inProject(options)));
        }),
    );
  }
  command.addCommand(
    deleting(leaf("drain", "Remove every job that waits in a queue. Running and ended ones stay."))
      .argument("<queue>", "its name")
      .option("--delayed", "those too that are delayed; the next runs of schedules stay", false)
      .action(async (queue: string, options) => {
        const { drainQueue } = await import("./queues-command.js");
        finish(await drainQueue({ queue, ...inProject(options) }));
      }),
  );
  return command;
}

function jobsCommand(finish: Finish): Command {
  const command = new Command("jobs").description("Find jobs, look into them, and act on them, one or many.");
  command.addCommand(listing(leaf("ls", "List jobs that fit every filter."), finish));
  command.addCommand(showing(leaf("show", "All of one job: payload, errors, log, timeline, contract."), finish));
  for (const action of ["retry", "cancel", "promote", "rm"] as const) {
    command.addCommand(acting(action, leaf(action, descriptions[action]), finish));
  }
  command.addCommand(
    leaf("edit", "Give a job that waits, is delayed or is dead another payload, checked by its contract.")
      .argument("<job>", "its id, or queue/id")
      .argument("[payload]", "the whole payload as JSON; without it and without --set, $EDITOR opens")
      .addOption(queueOption())
      .option("--set <field=value...>", "change one field; JSON, or else text")
      .action(async (job: string, payload: string | undefined, options) => {
        const { editJob } = await import("./edit-job-command.js");
        finish(await editJob({ job, payload, ...inProject(options) }));
      }),
  );
  return command;
}

function deadCommand(finish: Finish): Command {
  const command = new Command("dead").description("The dead letter: jobs that failed for good, or were cancelled.");
  const states = ["dead", "cancelled"] as const;
  command.addCommand(listing(leaf("ls", "List the dead letter, the latest first in each queue."), finish, states));
  command.addCommand(showing(leaf("show", "All of one dead job."), finish));
  command.addCommand(acting("retry", leaf("retry", descriptions.retry), finish, states));
  command.addCommand(
    deleting(addFilterOptions(leaf("purge", "Remove dead jobs that fit every filter; without one, all of them.")))
      .option("--limit <n>", "at most so many", wholeNumber)
      .action(async (options) => {
        const { actOnJobs } = await import("./jobs-command.js");
        finish(await actOnJobs("remove", [], { ...inProject(options), all: true }, states));
      }),
  );
  return command;
}

function workersCommand(finish: Finish): Command {
  const command = new Command("workers").description("See who runs the jobs.");
  command.addCommand(
    leaf("ls", "List the worker processes: host, queues, running jobs, since when.").action(async (options) => {
      const { listWorkers } = await import("./workers-command.js");
      finish(await listWorkers(inProject(options)));
    }),
  );
  return command;
}

function listing(command: Command, finish: Finish, states?: readonly JobState[]): Command {
  return addFilterOptions(command)
    .option("--limit <n>", "at most so many", wholeNumber, 50)
    .option("--cursor <text>", "go on where a list ended")
    .action(async (options) => {
      const { listJobs } = await import("./jobs-command.js");
      finish(await listJobs(inProject(options), states));
    });
}

function showing(command: Command, finish: Finish): Command {
  return command
    .argument("<job>", "its id, or queue/id where several queues have it")
    .addOption(queueOption())
    .action(async (job: string, options) => {
      const { showJob } = await import("./show-job-command.js");
      finish(await showJob({ job, ...inProject(options) }));
    });
}

const descriptions = {
  retry: "Put dead jobs back with all their chances: attempts, crashes and deadline are counted anew.",
  cancel: "Cancel jobs for good, also while they run; they are kept among the dead.",
  promote: "Let delayed jobs run now.",
  rm: "Remove jobs that don't run.",
} as const;

function acting(name: JobAction | "rm", command: Command, finish: Finish, states?: readonly JobState[]): Command {
  const action: JobAction = name === "rm" ? "remove" : name;
  const isFinal = action === "remove" || action === "cancel";
  if (isFinal) deleting(command);
  else command.option("--dry-run", "only count", false);
  if (action === "cancel") command.option("--reason <text>", "told to the handler, and kept with the job");
  return addFilterOptions(command)
    .argument("[job...]", "ids, or queue/id")
    .option("--all", "every job that fits the filters, instead of those named", false)
    .option("--limit <n>", "with --all, at most so many", wholeNumber)
    .action(async (jobs: string[], options) => {
      const { actOnJobs } = await import("./jobs-command.js");
      finish(await actOnJobs(action, jobs, { yes: false, ...inProject(options) }, states));
    });
}

function queueOption(): Option {
  return new Option("--queue <name>", "the queue it is in");
}
