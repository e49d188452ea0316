import { type Diagnostic, didYouMean, error, quote } from "../diagnostic.js";
import { formatNames } from "../formats.js";
import { isJsonObject } from "../json.js";
import { knownKeywords, type Subschema, subschemas } from "../json-schema.js";
import { type JsonNode, keyPlaceAt, placeAt, pointerTo } from "../parse/json-value.js";
import { ownSchemas } from "../references.js";
import type { WorkflowRule } from "./rule.js";

/** Every keyword, `format` and `pattern` of a schema is one that the validators can enforce; none is ignored. */
export const checkSchemaKeywords: WorkflowRule = (workflow) => ownSchemas(workflow).flatMap(checkSchema);

function checkSchema(schema: JsonNode): readonly Diagnostic[] {
  return subschemas(schema.value).flatMap((inner) => [
    ...unknownKeywords(schema, inner),
    ...unknownFormat(schema, inner),
    ...brokenPatterns(schema, inner),
    ...unclearSensitivity(schema, inner),
  ]);
}

/** Keywords of other drafts and dialects, or that this language has another way for. */
const hints: Readonly<Record<string, string>> = {
  $anchor: "Refer to a schema under `schemas:` by its name.",
  $defs: "Declare the schema under `schemas:` of the file and refer to it as '#/schemas/Name'.",
  $dynamicAnchor: "Refer to a schema under `schemas:` by its name.",
  $dynamicRef: "Refer to a schema under `schemas:` by its name.",
  $id: "Schemas are known by their name under `schemas:`.",
  $schema: "Every schema is JSON Schema 2020-12.",
  $vocabulary: "Every schema is JSON Schema 2020-12.",
  additionalItems: "In JSON Schema 2020-12 it is `items`, beside `prefixItems`.",
  definitions: "Declare the schema under `schemas:` of the file and refer to it as '#/schemas/Name'.",
  dependencies: "In JSON Schema 2020-12 it is `dependentRequired` or `dependentSchemas`.",
  example: "In JSON Schema it is `examples`, a list.",
  id: "Schemas are known by their name under `schemas:`.",
  nullable: "Write `type: [string, 'null']`.",
};

function unknownKeywords(node: JsonNode, { pointer, schema }: Subschema): Diagnostic[] {
  return Object.keys(schema)
    .filter((keyword) => !knownKeywords.includes(keyword))
    .map((keyword) => {
      const wayOut = Object.hasOwn(hints, keyword) ? ` ${hints[keyword]}` : didYouMean(keyword, knownKeywords);
      const message = `${quote(keyword)} is not a keyword of schemas here.${wayOut}`;
      return error("unknown-keyword", keyPlaceAt(node, pointerTo(pointer, keyword)), message);
    });
}

function unknownFormat(node: JsonNode, { pointer, schema }: Subschema): Diagnostic[] {
  const { format } = schema;
  if (typeof format !== "string" || formatNames.includes(format)) return [];
  const message = `No validator knows the format ${quote(format)}.${didYouMean(format, formatNames)}`;
  return [error("unknown-format", placeAt(node, pointerTo(pointer, "format")), message)];
}

function brokenPatterns(node: JsonNode, { pointer, schema }: Subschema): Diagnostic[] {
  const { pattern, patternProperties } = schema;
  const ofValue =
    typeof pattern === "string" ? [{ written: pattern, place: () => placeAt(node, `${pointer}/pattern`) }] : [];
  const ofNames = Object.keys(isJsonObject(patternProperties) ? patternProperties : {}).map((written) => ({
    written,
    place: () => keyPlaceAt(node, pointerTo(`${pointer}/patternProperties`, written)),
  }));
  return [...ofValue, ...ofNames].flatMap(({ written, place }) => {
    try {
      // The flag is the one that the validators use, as the standard asks.
      new RegExp(written, "u");
      return [];
    } catch (cause) {
      const reason =
        cause instanceof Error ? cause.message.replace(/^Invalid regular expression: /, "") : String(cause);
      return [error("invalid-schema", place(), `${quote(written)} is not a regular expression: ${reason}.`)];
    }
  });
}

/** Whatever is written there else would leave in doubt whether the value is hidden. */
function unclearSensitivity(node: JsonNode, { pointer, schema }: Subschema): Diagnostic[] {
  const sensitive = schema["x-sensitive"];
  if (sensitive === undefined || typeof sensitive === "boolean") return [];
  const message = `${quote("x-sensitive")} is ${quote("true")}, or left out.`;
  return [error("invalid-schema", placeAt(node, pointerTo(pointer, "x-sensitive")), message)];
}
