import { readFileSync } from "node:fs";
import { Command, Help, Option } from "commander";
import { addExamples } from "./examples.js";
import { idempotencyCommand } from "./idempotency-commands.js";
import { addOperateCommands } from "./operate-commands.js";
import { type Finish, inProject, leaf } from "./operator-command.js";
import { header, names, portNumber, time, wholeNumber, wholeNumberFromZero } from "./option-values.js";
import { schedulesCommand } from "./schedules-commands.js";

/**
 * The command line: every command with its arguments, options, help and examples. `finish` is given the exit code of the
 * command that was run.
 *
 * Argument parsing only. Each command's module is imported when it runs, so that `--help` never loads the compiler and
 * `worker` never does.
 */
export function buildProgram(finish: Finish): Command {
  const program = new Command("taskwright")
    .description("Compiles YAML task declarations into typed BullMQ clients and handler stubs, and runs them.")
    .version(version(), "-v, --version")
    .addHelpText(
      "after",
      [
        "",
        "Exit codes: 0 fine, 1 your files or state are at fault, 2 wrong usage, 3 Redis cannot be reached.",
        "",
        "A first task:",
        "  1. Declare it in workflows/<name>.yaml",
        "  2. taskwright codegen      writes its client, its types and an empty handler",
        "  3. Fill in workflows/<name>/<task>.ts",
        "  4. taskwright dev          runs it at every change, with a dashboard to enqueue it from",
      ].join("\n"),
    );

  const folders = (command: Command) =>
    command
      .option("--workflows <folder>", "where the YAML files are", "workflows")
      .option("--out <folder>", "where the generated code goes", "generated");
  const compiled = (command: Command) => command.option("--out <folder>", "where the generated code is", "generated");

  folders(program.command("codegen"))
    .description("Compile the workflow files: write the generated code, and a stub for each handler that is not there.")
    .option("--check", "write nothing; exit 1 when something is out of date (for CI)", false)
    .addOption(new Option("--watch", "compile again at every change, until Ctrl-C").conflicts(["check", "format"]))
    .option("--strict", "take warnings for errors", false)
    .option("--verbose", "tell of every schedule in words, with its next runs", false)
    .addOption(formatOption())
    .action(async (options) => {
      if (options.watch) {
        const { watch } = await import("./watch-command.js");
        await watch({ root: process.cwd(), ...options });
      }
      if (!options.check && !options.verbose && options.format === "text") {
        const { recallUnchanged } = await import("./unchanged.js");
        const tasks = recallUnchanged({ root: process.cwd(), ...options });
        if (tasks !== undefined) {
          console.log(`✓ ${tasks} task${tasks === 1 ? "" : "s"}: nothing to do.`);
          return;
        }
      }
      const { codegen } = await import("./codegen-command.js");
      finish(await codegen({ root: process.cwd(), ...options }));
    });

  folders(program.command("check"))
    .description("Check the workflow files alone: print every fault, write nothing.")
    .option("--strict", "take warnings for errors", false)
    .option("--verbose", "tell of every schedule in words, with its next runs", false)
    .addOption(formatOption())
    .action(async (options) => {
      const { checkOnly } = await import("./codegen-command.js");
      finish(await checkOnly({ root: process.cwd(), ...options }));
    });

  program
    .command("explain")
    .description("Tell what a diagnostic's code means, with a wrong and a right example.")
    .argument("[code]", "the code, e.g. unknown-queue; without one, all are listed")
    .action(async (code: string | undefined) => {
      const { explain } = await import("./explain-command.js");
      finish(explain(code));
    });

  folders(program.command("init"))
    .description("Make this folder a Taskwright project: a first task with its handler, and what it needs to run.")
    .addHelpText(
      "after",
      [
        "",
        "Whatever is there stays as it is: of package.json and .gitignore only what they lack is added, and what tsconfig.json",
        "lacks is told. Nothing is written where something is in the way.",
      ].join("\n"),
    )
    .action(async (options) => {
      const { init } = await import("./init-command.js");
      finish(await init({ root: process.cwd(), version: version(), ...options }));
    });

  compiled(program.command("worker"))
    .description("Run the handlers of this project until SIGTERM or Ctrl-C.")
    .addOption(connectionOption())
    .option("--concurrency <n>", "jobs at once, over all queues", wholeNumber, 10)
    .option("--queues <names>", "serve these queues only, separated by commas", names)
    .option("--port <n>", "serve /metrics, /healthz, /readyz and the dashboard on this port", portNumber)
    .option("--host <address>", "listen on this address only; without it, on all")
    .option("--no-dashboard", "on that port, serve no dashboard")
    .option(
      "--trace",
      "a span of OpenTelemetry for each attempt: by bullmq-otel, and an SDK that `node --import` starts",
    )
    .addHelpText("after", ["", "Whoever opens the dashboard has to sign in:", ...tokenHelp()].join("\n"))
    .action(async (options) => {
      const { worker } = await import("./worker-command.js");
      finish(await worker({ root: process.cwd(), ...options }));
    });

  compiled(program.command("enqueue"))
    .description("Enqueue one job, checked against its contract. On `embedded:` it is also run, here and now.")
    .argument("<task>", "the task's wire name, <workflow>:<task>")
    .argument("[payload]", "the payload as JSON; @file reads it from a file, - from standard input")
    .addOption(connectionOption())
    .addOption(new Option("--delay <duration>", "wait before the first attempt, e.g. 5m").conflicts("at"))
    .option("--at <time>", "when the first attempt is due, e.g. 2026-03-01T09:00:00Z", time)
    .addOption(new Option("--priority <level>", "inside its queue").choices(["high", "normal", "low"]))
    .option("--retries <n>", "tries after the first", wholeNumberFromZero)
    .option("--timeout <duration>", "for one attempt, e.g. 30s")
    .option("--id <id>", "the job's own id: a second one with it is not enqueued")
    .option("--header <name=value>", "for the handler, no part of the payload; may be repeated", header)
    .option("--example", "print a payload that fits the contract, and enqueue nothing", false)
    .option("--dry-run", "check the payload and the options, and enqueue nothing", false)
    .option("--run", "run a worker in this process until the job has ended", false)
    .option("--json", "print the result as JSON", false)
    .addHelpText("after", "\nIt ends with 1 when the payload does not fit, and says each field that doesn't.")
    .action(async (task: string, payload: string | undefined, options) => {
      const { enqueue } = await import("./enqueue-command.js");
      finish(await enqueue({ root: process.cwd(), task, payload, ...options }));
    });

  program.addCommand(
    leaf("dashboard", "Show the queues, tasks and jobs of this project in the browser, until Ctrl-C.", { json: false })
      .option("--port <n>", "0 for any that is free", portNumber, 7788)
      .option("--host <address>", "the address to listen on; 0.0.0.0 for all", "127.0.0.1")
      .option("--hosts <names>", "names that it is reached by, as TASKWRIGHT_DASHBOARD_HOSTS", names)
      .option("--trust-proxy", "believe X-Forwarded-For and X-Forwarded-Proto", false)
      .addHelpText("after", ["", "Whoever opens it has to sign in:", ...tokenHelp()].join("\n"))
      .action(async (options) => {
        const { dashboard } = await import("./dashboard-command.js");
        finish(await dashboard(inProject(options)));
      }),
  );

  folders(program.command("dev"))
    .description("Compile at every change, run the handlers as they are now, and serve the dashboard, until Ctrl-C.")
    .addOption(
      new Option("--connection <url>", "redis://…; without it, the embedded store, kept in .taskwright/").env(
        "REDIS_URL",
      ),
    )
    .option("--port <n>", "of the dashboard: 7788, or any if that is taken", portNumber)
    .option("--host <address>", "the address that the dashboard listens on", "127.0.0.1")
    .option("--concurrency <n>", "jobs at once, over all queues", wholeNumber, 10)
    .addHelpText(
      "after",
      [
        "",
        "When a workflow file, a handler or what it imports is saved, what it says now is compiled and runs at once; jobs stay",
        "in their queues meanwhile. Faults are shown until they are mended, and the last worker that could start goes on.",
        "The line `dashboard` has the link that signs you in. While no Redis is given, the queues belong to this process:",
        "enqueue on the dashboard, or from a handler.",
      ].join("\n"),
    )
    .action(async (options) => {
      const { dev } = await import("./dev/dev-command.js");
      finish(await dev({ root: process.cwd(), ...options }));
    });

  // Started by `dev`.
  program
    .command("dev-worker", { hidden: true })
    .requiredOption("--out <folder>")
    .requiredOption("--connection <url>")
    .requiredOption("--concurrency <n>", "", wholeNumber)
    .requiredOption("--port <n>", "", portNumber)
    .requiredOption("--host <address>")
    .action(async (options) => {
      const { devWorker } = await import("./dev/dev-worker.js");
      await devWorker({ root: process.cwd(), ...options });
    });

  addOperateCommands(program, finish);
  program.addCommand(schedulesCommand(finish));
  program.addCommand(idempotencyCommand(finish));
  addExamples(program);
  forEveryCommand(program, (command) => {
    // Each by itself: those that are added whole inherit nothing.
    command.exitOverride().showHelpAfterError("Run with --help to see what there is.");
    command.configureHelp({ optionDescription: describeOption, helpWidth });
  });
  return program;
}

/** Columns of a help, whatever the terminal's are, so that the build can write it down. */
const helpWidth = 80;

/** The environment of a dashboard. */
function tokenHelp(): readonly string[] {
  return [
    "  TASKWRIGHT_DASHBOARD_TOKEN        of operators; without it a new one is printed at every start,",
    "                                    and with NODE_ENV=production there is no dashboard",
    "  TASKWRIGHT_DASHBOARD_READ_TOKEN   of those who may only look",
    "  TASKWRIGHT_DASHBOARD_HOSTS        names that it is reached by, beside localhost, with commas between them",
  ];
}

function forEveryCommand(command: Command, act: (command: Command) => void): void {
  act(command);
  for (const each of command.commands) forEveryCommand(each, act);
}

/** What Commander says of an option, without the default of one that is merely off. */
function describeOption(this: Help, option: Option): string {
  return Help.prototype.optionDescription.call(this, option).replace(/ \(default: false\)$/, "");
}

function formatOption(): Option {
  const choices = ["text", "json", "github"];
  return new Option("--format <format>", "how faults are printed").choices(choices).default("text");
}

function connectionOption(): Option {
  return new Option("--connection <url>", "redis://…, rediss://…, embedded: or embedded:./folder")
    .env("REDIS_URL")
    .default("embedded:", "embedded:, in the memory of this process");
}

/** The package's own version, which `--version` prints: beside `cli/` in the sources, two levels up from `dist/cli/`. */
export function version(): string {
  for (const path of ["../package.json", "../../package.json"]) {
    try {
      return String(JSON.parse(readFileSync(new URL(path, import.meta.url), "utf8")).version);
    } catch {
      // Not here: the other layout.
    }
  }
  return "unknown";
}
