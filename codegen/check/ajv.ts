import { Ajv2020, type ErrorObject, type ValidateFunction } from "ajv/dist/2020.js";
import addFormats from "ajv-formats";
import type { Json } from "../json.js";

/**
 * An Ajv that compiles to standalone ESM code under the strictest rules a payload author can live with.
 *
 * `strictRequired` is off: `oneOf: [{required: [a]}, {required: [b]}]` is good JSON Schema. Types are never coerced:
 * `coerceTypes` turns `null` into `""` and `true` into `1` without a word. Defaults are filled in.
 *
 * `ownProperties` makes the code ask whether a property is the value's own. It is for schemas that name a property as
 * `Object.prototype` does: to code without it, `{}` has a `constructor`. The others are spared its length.
 * Without `strict`, a part of a schema compiles by itself, though its parents said the type. Its validators run only
 * when it `isExecutable`; otherwise they are there to be printed, and accept whatever they are given.
 */
export function createAjv({ ownProperties = false, strict = true, isExecutable = false } = {}): Ajv2020 {
  const ajv = new Ajv2020({
    strict,
    strictRequired: false,
    allowUnionTypes: true,
    allErrors: true,
    discriminator: true,
    useDefaults: true,
    logger: false,
    ownProperties,
    // A rule has checked every schema's form by then, and says it better.
    validateSchema: false,
    // Ajv's own optimiser takes a third of its time, and V8 has a better one.
    code: { source: true, esm: true, lines: true, optimize: false, ...(isExecutable ? {} : { process: nothing }) },
  });
  addFormats.default(ajv);
  // It says how a value is shown, not which one fits.
  ajv.addKeyword("x-sensitive");
  return ajv;
}

/** Instead of the code that Ajv would run itself: parsing what is only to be printed takes longer than printing it. */
function nothing(): string {
  return "return function () { return true; }";
}

/**
 * What is wrong with `value`, which stays as it is; the validator fills defaults into a copy.
 *
 * Ajv's own comparison calls the `toString` and `valueOf` that a value brings along. One that breaks it has no findings
 * here and is left to the generated validators, which compare by themselves.
 */
export function findingsOf(validate: ValidateFunction, value: Json): readonly ErrorObject[] {
  try {
    return validate(structuredClone(value)) === true ? [] : (validate.errors ?? []);
  } catch (cause) {
    if (cause instanceof TypeError) return [];
    throw cause;
  }
}
