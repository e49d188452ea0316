import type { Ajv2020 } from "ajv/dist/2020.js";
import { type Diagnostic, error, quote } from "../diagnostic.js";
import type { Json } from "../json.js";
import { subschemas } from "../json-schema.js";
import { type JsonNode, placeAt } from "../parse/json-value.js";
import { type Judge, simplify } from "./ajv.js";

/**
 * Every `default` fits the schema it stands in: it is filled in before the check, which it would fail.
 *
 * `resolved` is the schema of `node` with references that `ajv` can follow.
 */
export function checkDefaults(node: JsonNode, resolved: Json, ajv: Ajv2020, judge: Judge): Diagnostic[] {
  return subschemas(resolved).flatMap(({ pointer, schema }) => {
    if (!("default" in schema)) return [];
    const findings = judge(ajv.compile(schema), schema.default ?? null);
    if (findings === undefined) {
      const message = `Whether this default fits its own schema cannot be found out in time. ${simplify}`;
      return [error("invalid-default", placeAt(node, `${pointer}/default`), message)];
    }
    if (findings.length === 0) return [];
    const reasons = findings.map(({ message }) => message).join(", and ");
    const message = `The default ${quote(JSON.stringify(schema.default))} does not fit its own schema: it ${reasons}.`;
    return [error("invalid-default", placeAt(node, `${pointer}/default`), message)];
  });
}
