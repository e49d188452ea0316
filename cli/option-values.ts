import { InvalidArgumentError } from "commander";
import { parseDuration } from "../runtime/duration.js";

/** Reads a comma-separated list, after those of earlier options of the same name. */
export function names(text: string, before: readonly string[] = []): string[] {
  const list = text
    .split(",")
    .map((name) => name.trim())
    .filter((name) => name !== "");
  if (list.length === 0) throw new InvalidArgumentError("It must name at least one.");
  return [...before, ...list];
}

/** Milliseconds. */
export function duration(text: string): number {
  const ms = parseDuration(text);
  if (ms === undefined) throw new InvalidArgumentError("It is a duration such as 90s, 1h30m or 14d.");
  return ms;
}

/** A whole number of at least 1. */
export function wholeNumber(text: string): number {
  return wholeNumberFrom(1, text);
}

/** A whole number of at least 0. */
export function wholeNumberFromZero(text: string): number {
  return wholeNumberFrom(0, text);
}

function wholeNumberFrom(least: number, text: string): number {
  const value = Number(text);
  if (/^\d+$/.test(text) && Number.isSafeInteger(value) && value >= least) return value;
  throw new InvalidArgumentError(`It must be a whole number of at least ${least}.`);
}

/** A port of TCP, or 0 for any that is free. */
export function portNumber(text: string): number {
  const value = Number(text);
  if (/^\d+$/.test(text) && value < 2 ** 16) return value;
  throw new InvalidArgumentError("It must be a port, from 0 (any that is free) to 65535.");
}

/** A moment, with its offset from UTC or on this machine's clock. */
export function time(text: string): Date {
  const at = new Date(text);
  if (!Number.isNaN(at.getTime())) return at;
  throw new InvalidArgumentError("It is a time such as 2026-03-01T09:00:00Z.");
}

/** The headers so far, and one more. */
export function header(text: string, before: Readonly<Record<string, string>> = {}): Record<string, string> {
  const sign = text.indexOf("=");
  if (sign < 1) throw new InvalidArgumentError("It is written name=value.");
  return { ...before, [text.slice(0, sign)]: text.slice(sign + 1) };
}
