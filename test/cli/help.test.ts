import type { Command } from "commander";
import { describe, expect, test } from "vitest";
import { commandsOf, helpTexts } from "../../cli/help-texts.js";
import { buildProgram } from "../../cli/program.js";
import { examplesIn, wordsOf } from "./help.js";

const helps = helpTexts(buildProgram(() => undefined));

describe.each(commandsOf(buildProgram(() => undefined)).slice(1))("$path --help", ({ command, path }) => {
  const examples = examplesIn(helps[path] ?? "");

  test("says what it is for", () => {
    expect(command.description()).toMatch(/^[A-Z].*\.$/);
  });

  test("begins with an example of itself", () => {
    expect(`${examples[0]} `).toContain(`taskwright ${path} `);
  });

  test("has examples whose arguments and options are taken", async () => {
    for (const example of examples) {
      const program = buildProgram(() => undefined);
      const ran: string[] = [];
      for (const { command: each, path } of commandsOf(program)) {
        if (each.commands.length === 0) each.action(() => void ran.push(path));
      }
      await program.parseAsync(wordsOf(example), { from: "user" });
      expect(ran).toEqual([expect.stringMatching(/./)]);
      expect(`${example} `).toContain(`taskwright ${ran[0]} `);
    }
  });
});

test("an option that a command doesn't take is refused, and so is one too many an argument", async () => {
  for (const line of [
    "taskwright stats --every 5s",
    "taskwright queues ls critical",
    "taskwright jobs ls --limit 1e3",
  ]) {
    const parsing = quiet(buildProgram(() => undefined)).parseAsync(wordsOf(line), { from: "user" });
    await expect(parsing).rejects.toMatchObject({ name: "CommanderError" });
  }
});

/** The same, and its errors are not printed. */
function quiet(program: Command): Command {
  for (const { command } of commandsOf(program)) command.configureOutput({ writeErr: () => undefined });
  return program;
}
