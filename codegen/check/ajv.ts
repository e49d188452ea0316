import { Ajv2020 } from "ajv/dist/2020.js";
import addFormats from "ajv-formats";

/**
 * An Ajv that compiles to standalone ESM code under the strictest rules a payload author can live with.
 *
 * `strictRequired` is off: `oneOf: [{required: [a]}, {required: [b]}]` is good JSON Schema. Types are never coerced:
 * `coerceTypes` turns `null` into `""` and `true` into `1` without a word. Defaults are filled in.
 */
export function createAjv(): Ajv2020 {
  const ajv = new Ajv2020({
    strict: true,
    strictRequired: false,
    allowUnionTypes: true,
    allErrors: true,
    discriminator: true,
    useDefaults: true,
    logger: false,
    code: { source: true, esm: true, lines: true },
  });
  addFormats.default(ajv);
  return ajv;
}
