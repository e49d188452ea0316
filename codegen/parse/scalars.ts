import type { Located } from "../source.js";
import { type Reader, scalar } from "./reader.js";

/** Text, not empty. */
export const text = scalar("text", (raw) => (typeof raw === "string" && raw.trim() !== "" ? raw : undefined), {
  type: "string",
  minLength: 1,
});

/** The name of a queue; the editor's schema lists those that are declared. */
export const queueName: Reader<Located<string>> = { ...text, editor: { allOf: [{ $ref: "#/definitions/queueName" }] } };

/** A whole number within the bounds, both included. */
export function wholeNumber(min: number, max: number): Reader<Located<number>> {
  const expected =
    max === Number.MAX_SAFE_INTEGER ? `a whole number of at least ${min}` : `a whole number from ${min} to ${max}`;
  return scalar(
    expected,
    (raw) => {
      const value = typeof raw === "bigint" ? Number(raw) : raw;
      return Number.isSafeInteger(value) && Number(value) >= min && Number(value) <= max ? Number(value) : undefined;
    },
    { type: "integer", minimum: min, ...(max === Number.MAX_SAFE_INTEGER ? {} : { maximum: max }) },
  );
}

/** A number within the bounds, both included. */
export function number(min: number, max: number): Reader<Located<number>> {
  return scalar(
    `a number from ${min} to ${max}`,
    (raw) => {
      const value = typeof raw === "bigint" ? Number(raw) : raw;
      return typeof value === "number" && value >= min && value <= max ? value : undefined;
    },
    { type: "number", minimum: min, maximum: max },
  );
}

/** One of a few words. */
export function oneOf<const Words extends readonly string[]>(...words: Words): Reader<Located<Words[number]>> {
  return scalar(
    `one of ${words.map((word) => `\`${word}\``).join(", ")}`,
    (raw) => words.find((word) => word === raw),
    { enum: words },
  );
}

/** `true`, or a sentence that says more; read as the sentence, or as an empty text for a bare `true`. */
export const flagOrText = scalar(
  "`true` or a sentence",
  (raw) => (raw === true ? "" : typeof raw === "string" && raw.trim() !== "" ? raw : undefined),
  { anyOf: [{ const: true }, { type: "string", minLength: 1 }] },
);

/** A duration such as `500ms`, `30s`, `1h30m` or `14d`, read in milliseconds; at least `minMs`. */
export function duration(minMs = 0): Reader<Located<number>> {
  const least = minMs === 0 ? "" : ` of at least ${minMs}ms`;
  return scalar(
    `a duration${least} such as \`500ms\`, \`30s\`, \`1h30m\` or \`14d\``,
    (raw) => {
      const ms = typeof raw === "string" ? parseDuration(raw) : raw === 0n ? 0 : undefined;
      return ms !== undefined && ms >= minMs ? ms : undefined;
    },
    {
      type: "string",
      pattern: "^([0-9]+d)?([0-9]+h)?([0-9]+m)?([0-9]+s)?([0-9]+ms)?$",
      minLength: 1,
      examples: ["30s"],
    },
  );
}

/** Milliseconds of a written duration; `undefined` when it is none. Units go from large to small, each at most once. */
export function parseDuration(written: string): number | undefined {
  const match = /^(?:(\d+)d)?(?:(\d+)h)?(?:(\d+)m)?(?:(\d+)s)?(?:(\d+)ms)?$/.exec(written);
  if (match === null || written === "") return undefined;
  const [days, hours, minutes, seconds, ms] = match.slice(1).map((digits) => Number(digits ?? 0));
  const total = ((((days ?? 0) * 24 + (hours ?? 0)) * 60 + (minutes ?? 0)) * 60 + (seconds ?? 0)) * 1000 + (ms ?? 0);
  return Number.isSafeInteger(total) ? total : undefined;
}
