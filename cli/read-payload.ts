import { readFileSync } from "node:fs";
import { text as readAll } from "node:stream/consumers";
import { UsageError } from "./usage-error.js";

/**
 * The payload that an argument names: JSON itself, `@file` for one in a file, `-` for standard input; undefined for none.
 * Throws a UsageError that says where the JSON breaks off.
 */
export async function readPayload(argument: string | undefined): Promise<unknown> {
  if (argument === undefined) return undefined;
  if (argument === "-") return parse(await readAll(process.stdin), "standard input");
  if (argument.startsWith("@")) return parse(readFile(argument.slice(1)), argument.slice(1));
  return parse(argument, "the payload");
}

function readFile(path: string): string {
  try {
    return readFileSync(path, "utf8");
  } catch (cause) {
    throw new UsageError(`${path} cannot be read: ${messageOf(cause)}`);
  }
}

function parse(text: string, source: string): unknown {
  try {
    return JSON.parse(text);
  } catch (cause) {
    const hint = /^\s*[{[]/.test(text)
      ? ""
      : " Quote it for the shell, as in '{\"amount\":1}'; @file reads a file, - standard input.";
    throw new UsageError(`${source} is not JSON: ${messageOf(cause)}.${hint}`);
  }
}

function messageOf(cause: unknown): string {
  return cause instanceof Error ? cause.message : String(cause);
}
