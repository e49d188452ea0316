import ucs2lengthModule from "ajv/dist/runtime/ucs2length.js";
import formatsModule from "ajv-formats/dist/formats.js";
import { jsonEqual } from "./contract/json-equal.js";

/** What Ajv's standalone validators call at run time: small modules, none of which loads Ajv's compiler. */
export const validatorRuntime = {
  /** Length of a string in code points, for `minLength` and `maxLength`. */
  ucs2length: ucs2lengthModule.default,
  /** Deep equality, for `const`, `enum` and `uniqueItems`. */
  equal: jsonEqual,
  /** Tests by format name, for `format`. */
  formats: formatsModule.fullFormats,
} as const;
