import equalModule from "ajv/dist/runtime/equal.js";
import ucs2lengthModule from "ajv/dist/runtime/ucs2length.js";
import formatsModule from "ajv-formats/dist/formats.js";

/** What Ajv's standalone validators call at run time: three small modules, none of which loads Ajv's compiler. */
export const validatorRuntime = {
  /** Length of a string in code points, for `minLength` and `maxLength`. */
  ucs2length: ucs2lengthModule.default,
  /** Deep equality, for `const`, `enum` and `uniqueItems`. */
  equal: equalModule.default,
  /** Tests by format name, for `format`. */
  formats: formatsModule.fullFormats,
} as const;
