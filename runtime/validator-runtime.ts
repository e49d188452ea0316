import formatsModule from "ajv-formats/dist/formats.js";
import { jsonEqual } from "./contract/json-equal.js";
import { codePoints, isObject, own, pointerStep, sameItems } from "./contract/json-values.js";
import {
  anyOf,
  conditional,
  contains,
  fault,
  fits,
  missing,
  oneOf,
  propertyName,
  unexpected,
  validator,
  wrongType,
} from "./contract/validator.js";

/** What generated validators call. */
export const validatorRuntime = {
  anyOf,
  codePoints,
  conditional,
  contains,
  /** Deep equality, for `const` and `enum`. */
  equal: jsonEqual,
  fault,
  fits,
  format,
  isObject,
  missing,
  oneOf,
  own,
  pointerStep,
  propertyName,
  sameItems,
  unexpected,
  validator,
  wrongType,
} as const;

/** The test of a `format`, from `ajv-formats`. */
function format(name: keyof typeof formatsModule.fullFormats): (value: string | number) => boolean {
  const known: unknown = formatsModule.fullFormats[name];
  if (known instanceof RegExp) return (value) => known.test(String(value));
  const test = typeof known === "object" && known !== null && "validate" in known ? known.validate : known;
  if (test instanceof RegExp) return (value) => test.test(String(value));
  if (typeof test === "function") return (value) => test(value) === true;
  throw new Error(`No test is known for the format ${name}.`);
}
