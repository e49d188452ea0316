import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { isJsonObject, type Json, type JsonObject } from "../../../codegen/json.js";
import { mapSubschemas } from "../../../codegen/json-schema.js";
import type { SchemaSource } from "../../support/compiled-schemas.js";

/** One schema of the official suite, with values that it must accept or refuse. */
export interface SuiteGroup {
  /** `ref.json: root pointer ref`. */
  readonly title: string;
  readonly schema: Json;
  readonly cases: readonly { readonly description: string; readonly value: Json; readonly valid: boolean }[];
}

/** Every required group of the suite's 2020-12 files. */
export function readSuite(): SuiteGroup[] {
  const folder = join(import.meta.dirname, "official");
  const files = readdirSync(folder)
    .filter((name) => name.endsWith(".json"))
    .sort();
  return files.flatMap((file) => {
    const groups = JSON.parse(readFileSync(join(folder, file), "utf8")) as readonly {
      readonly description: string;
      readonly schema: Json;
      readonly tests: readonly { readonly description: string; readonly data: Json; readonly valid: boolean }[];
    }[];
    return groups.map(({ description, schema, tests }) => ({
      title: `${file}: ${description}`,
      schema,
      cases: tests.map(({ description, data, valid }) => ({ description, value: data, valid })),
    }));
  });
}

/**
 * A suite schema as an author of workflow files writes it: `$defs` stand under `schemas:`, and what refers to the
 * whole is a schema with a name. Nothing else changes.
 */
export function asWorkflowSchema(schema: Json): SchemaSource {
  if (!isJsonObject(schema)) return { payload: schema };
  const { $schema: _dialect, $defs = {}, ...root } = schema;
  const definitions = isJsonObject($defs) ? $defs : {};
  const names = new Map(Object.keys(definitions).map((key, index) => [pointerTo(key), `Def${index}`]));
  const refersToWhole = JSON.stringify(schema).includes('"$ref":"#"');
  const rename = (inner: JsonObject): JsonObject => {
    if (typeof inner.$ref !== "string") return inner;
    if (inner.$ref === "#") return { ...inner, $ref: "#/schemas/Whole" };
    const name = names.get(decodeURIComponent(inner.$ref));
    return name === undefined ? inner : { ...inner, $ref: `#/schemas/${name}` };
  };
  const whole = mapSubschemas(root, rename);
  const schemas = Object.entries(definitions).map(([key, definition]): [string, Json] => [
    names.get(pointerTo(key)) ?? key,
    mapSubschemas(definition, rename),
  ]);
  return {
    payload: refersToWhole ? { $ref: "#/schemas/Whole" } : whole,
    schemas: Object.fromEntries([...schemas, ...(refersToWhole ? [["Whole", whole] as const] : [])]),
  };
}

/**
 * The same schema, saying so where it leaves the type open.
 *
 * The suite's schemas mostly do, and strict mode wants a keyword such as `maximum` to stand beside the type it is for.
 * A list of all the types means what no list means, and so brings these groups into scope.
 */
export function withTypesSpelledOut({ payload, schemas = {} }: SchemaSource): SchemaSource {
  return {
    payload: spellOut(payload, false),
    schemas: Object.fromEntries(Object.entries(schemas).map(([name, schema]) => [name, spellOut(schema, false)])),
  };
}

const allTypes = ["array", "boolean", "null", "number", "object", "string"];
/** Where a schema's type is known: it is applied to the same value as the one that holds it, or to a name, a string. */
const isTypedInside = new Set([
  "allOf",
  "anyOf",
  "oneOf",
  "not",
  "if",
  "then",
  "else",
  "dependentSchemas",
  "propertyNames",
]);

function spellOut(schema: Json, isTyped: boolean): Json {
  if (!isJsonObject(schema)) return schema;
  const typed = isTyped || "type" in schema ? schema : { type: allTypes, ...schema };
  return Object.fromEntries(
    Object.entries(typed).map(([keyword, value]) => {
      const inner = (child: Json) => spellOut(child, isTypedInside.has(keyword));
      switch (keyword) {
        case "allOf":
        case "anyOf":
        case "oneOf":
        case "prefixItems":
          return [keyword, Array.isArray(value) ? value.map(inner) : value];
        case "properties":
        case "patternProperties":
        case "dependentSchemas":
          return [
            keyword,
            isJsonObject(value)
              ? Object.fromEntries(Object.entries(value).map(([name, child]) => [name, inner(child)]))
              : value,
          ];
        case "additionalProperties":
        case "contains":
        case "else":
        case "if":
        case "items":
        case "not":
        case "propertyNames":
        case "then":
        case "unevaluatedItems":
        case "unevaluatedProperties":
          return [keyword, inner(value)];
        default:
          return [keyword, value];
      }
    }),
  );
}

function pointerTo(key: string): string {
  return `#/$defs/${key.replaceAll("~", "~0").replaceAll("/", "~1")}`;
}
