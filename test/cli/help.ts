import type { Command } from "commander";

/** A command with its name, or a command of a group with both names. */
export interface NamedCommand {
  readonly command: Command;
  readonly path: string;
}

/** Every command that the help of a program shows, and those of its groups. */
export function commandsOf(program: Command): readonly NamedCommand[] {
  const shown = new Set(program.createHelp().visibleCommands(program));
  return program.commands
    .filter((command) => shown.has(command))
    .flatMap((command) => [
      { command, path: command.name() },
      ...command.commands.map((each) => ({ command: each, path: `${command.name()} ${each.name()}` })),
    ]);
}

/** What `--help` prints. */
export function helpOf(command: Command): string {
  let text = "";
  command.configureOutput({
    writeOut: (part) => {
      text += part;
    },
  });
  command.outputHelp();
  return text;
}

/** The lines after "Examples:", without their comments. */
export function examplesIn(help: string): readonly string[] {
  const [, section = ""] = help.split(/^Examples:$/m);
  return [...section.matchAll(/^ {2}(\S.*?)(?: +# .*)?$/gm)].map(([, line = ""]) => line);
}

/** What a shell would hand to `taskwright`, in a line that may end in a pipe or a file and begin with other commands. */
export function wordsOf(line: string): string[] {
  const [, own = ""] = /\btaskwright (.*)$/.exec(line) ?? [];
  const words = [...own.matchAll(/'([^']*)'|"([^"]*)"|(\S+)/g)];
  const end = words.findIndex(([word]) => word === "|" || word === ">");
  return (end < 0 ? words : words.slice(0, end)).map(([, single, double, plain]) => single ?? double ?? plain ?? "");
}
