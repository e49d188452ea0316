import { Command } from "commander";
import { describe, expect, test } from "vitest";
import { addOperateCommands } from "../../cli/operate-commands.js";

const program = new Command("taskwright");
addOperateCommands(program, () => undefined);

const all = program.commands.flatMap((command) =>
  [command, ...command.commands].map((each) => ({
    command: each,
    path: each === command ? each.name() : `${command.name()} ${each.name()}`,
  })),
);

describe.each(all)("$path --help", ({ command, path }) => {
  const help = helpOf(command);
  const examples = [...help.matchAll(/^ {2}taskwright (.+?)(?: +#.*)?(?: \|.*)?$/gm)].map(([, line = ""]) => line);

  test("says what it is for", () => {
    expect(command.description()).toMatch(/^[A-Z].*\.$/);
  });

  test("has examples, of itself, with arguments and options that it takes", () => {
    expect(examples.length).toBeGreaterThan(0);
    for (const example of examples) {
      expect(example.startsWith(path)).toBe(true);
      const meant = commandOf(example);
      for (const [flag] of example.matchAll(/--[a-z-]+/g)) {
        expect(meant.options.map(({ long }) => long)).toContain(flag);
      }
    }
  });
});

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

/** The command that a line runs. */
function commandOf(line: string): Command {
  const [first, second] = line.split(" ");
  const command = program.commands.find((each) => each.name() === first) ?? program;
  return command.commands.find((each) => each.name() === second) ?? command;
}
