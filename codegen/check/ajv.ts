import { createRequire } from "node:module";
import type { Ajv2020, ErrorObject, ValidateFunction } from "ajv/dist/2020.js";
import type addFormats from "ajv-formats";
import type { Json } from "../json.js";
import { withinTime } from "./within-time.js";

/**
 * An Ajv for values and schemas that the compiler itself must judge, which many a run has none of: it is loaded at the
 * first.
 *
 * It isn't strict, since the rules are. Types are never coerced, and defaults are filled in, as generated validators do.
 * `ownProperties` makes it ask whether a property is the value's own, for schemas that name one as `Object.prototype` does:
 * otherwise `{}` has a `constructor`.
 */
export function createAjv({ ownProperties = false } = {}): Ajv2020 {
  const require = createRequire(import.meta.url);
  const { Ajv2020: Ajv } = require("ajv/dist/2020.js") as typeof import("ajv/dist/2020.js");
  const ajv = new Ajv({
    strict: false,
    allErrors: true,
    // Findings then have the schema that they are by.
    verbose: true,
    discriminator: true,
    useDefaults: true,
    logger: false,
    ownProperties,
    validateSchema: false,
  });
  (require("ajv-formats") as typeof addFormats).default(ajv);
  return ajv;
}

/** What is wrong with a value by a schema; `undefined` where that takes too long to find out. */
export type Judge = (validate: ValidateFunction, value: Json) => readonly ErrorObject[] | undefined;

/** The way out where a judge finds nothing in time. */
export const simplify =
  "Simplify the schema's patterns: one such as `^(a+)+$` takes years for some texts, for a payload too.";

/** A judge that stops to try once something has taken it too long, so that a file of such values is done within bounds. */
export function createJudge(): Judge {
  let isTired = false;
  return (validate, value) => {
    const found = isTired ? undefined : withinTime(() => findingsOf(validate, value));
    isTired = found === undefined;
    return found?.value;
  };
}

/**
 * What is wrong with `value`, which stays as it is; the validator fills defaults into a copy.
 *
 * Ajv's own comparison calls the `toString` and `valueOf` that a value brings along. One that breaks it has no findings
 * here and is left to the generated validators, which compare by themselves.
 */
function findingsOf(validate: ValidateFunction, value: Json): readonly ErrorObject[] {
  try {
    return validate(structuredClone(value)) === true ? [] : (validate.errors ?? []);
  } catch (cause) {
    if (cause instanceof TypeError) return [];
    throw cause;
  }
}
