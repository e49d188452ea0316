import type { Command } from "commander";

/** A command with the words that it is called by, "" for the program itself: `jobs ls`. */
export interface NamedCommand {
  readonly command: Command;
  readonly path: string;
}

/** What `--help` prints, by the words of the command. */
export type HelpTexts = Readonly<Record<string, string>>;

/** The help of a program and of every command that it shows, as Commander prints it. */
export function helpTexts(program: Command): HelpTexts {
  return Object.fromEntries(commandsOf(program).map(({ command, path }) => [path, helpOf(command)]));
}

/** A program, every command that its help shows, and those of its groups. */
export function commandsOf(program: Command): readonly NamedCommand[] {
  const shown = new Set(program.createHelp().visibleCommands(program));
  return [
    { command: program, path: "" },
    ...program.commands
      .filter((command) => shown.has(command))
      .flatMap((command) => [
        { command, path: command.name() },
        ...command.commands.map((each) => ({ command: each, path: `${command.name()} ${each.name()}` })),
      ]),
  ];
}

function helpOf(command: Command): string {
  let text = "";
  command.configureOutput({
    writeOut: (part) => {
      text += part;
    },
  });
  command.outputHelp();
  return text;
}
