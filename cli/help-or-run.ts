#!/usr/bin/env node
import { readFileSync, writeSync } from "node:fs";
import { join } from "node:path";
import type { HelpTexts } from "./help-texts.js";

/*
 * The `taskwright` of the package: asked for help or for its version, it prints what the build has written down
 * (`prepared-answers.json`); anything else is `main.ts`. Importing Commander, or any ES module, takes longer than all that.
 * Hence it is built as CommonJS, without a dependency.
 */

/** What can be said without running anything. */
export interface PreparedAnswers {
  readonly version: string;
  /** As Commander prints it. */
  readonly help: HelpTexts;
}

const args = process.argv.slice(2);
const answer = preparedAnswer(args);
if (answer !== undefined) {
  // Nothing at all is a wrong usage, which Commander says with the help.
  const isUsage = args.length === 0;
  process.exitCode = isUsage ? 2 : 0;
  print(isUsage ? 2 : 1, answer);
} else {
  // As Node ends a program of its own that waits for what never comes.
  const leaveUndone = () => {
    process.exitCode = 13;
  };
  process.on("beforeExit", leaveUndone);
  import("./main.js").finally(() => process.off("beforeExit", leaveUndone));
}

function preparedAnswer(args: readonly string[]): string | undefined {
  const asked = askedFor(args);
  if (asked === undefined) return undefined;
  const text = readFileSync(join(import.meta.dirname, "prepared-answers.json"), "utf8");
  const { version, help } = JSON.parse(text) as PreparedAnswers;
  if (asked === "version") return `${version}\n`;
  const path = asked.helpOf.join(" ");
  return Object.hasOwn(help, path) ? help[path] : undefined;
}

function askedFor(args: readonly string[]): "version" | { readonly helpOf: readonly string[] } | undefined {
  const [first] = args;
  const last = args.at(-1);
  if (first === undefined) return { helpOf: [] };
  if (args.length === 1 && (first === "--version" || first === "-v")) return "version";
  if (last === "--help" || last === "-h") return { helpOf: args.slice(0, -1) };
  // Of more words Commander takes the first alone: that it may say itself.
  return first === "help" && args.length <= 2 ? { helpOf: args.slice(1) } : undefined;
}

/** All of `text`, by the shortest way: making a stream of an output takes longer than writing to it. */
function print(fd: 1 | 2, text: string): void {
  const bytes = Buffer.from(text);
  let written = 0;
  try {
    while (written < bytes.length) written += writeSync(fd, bytes, written);
  } catch {
    // It takes no more for now, which streams know how to wait for, or it takes no more at all.
    const stream = fd === 1 ? process.stdout : process.stderr;
    stream.on("error", ({ code }: NodeJS.ErrnoException) => {
      if (code !== "EPIPE") process.exitCode = 1;
    });
    stream.write(bytes.subarray(written));
  }
}
