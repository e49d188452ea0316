import type { Ajv2020, ErrorObject } from "ajv/dist/2020.js";
import { type Diagnostic, error, quote } from "../diagnostic.js";
import { isJsonObject } from "../json.js";
import { type JsonNode, placeAt } from "../parse/json-value.js";
import { ownSchemas } from "../references.js";
import { createAjv } from "./ajv.js";
import type { WorkflowRule } from "./rule.js";
import { isSurelyWellFormed } from "./well-formed.js";

/** Every schema is valid JSON Schema 2020-12, by the standard's own meta-schema. */
export const checkSchemaForm: WorkflowRule = (workflow) => ownSchemas(workflow).flatMap(checkForm);

const draft2020 = "https://json-schema.org/draft/2020-12/schema";

let metaSchemas: Ajv2020 | undefined;

function checkForm(schema: JsonNode): readonly Diagnostic[] {
  const { value } = schema;
  if (typeof value === "boolean") return [];
  if (!isJsonObject(value)) {
    return [error("invalid-schema", schema.span, `A schema is a mapping such as ${quote("{ type: object }")}.`)];
  }
  if (isSurelyWellFormed(value)) return [];
  metaSchemas ??= createAjv();
  // Not by `validateSchema`, which looks for the meta-schema that a `$schema` names, and throws where it knows none.
  if (metaSchemas.validate(draft2020, value) === true) return [];
  return deepest(metaSchemas.errors ?? []).map((found) =>
    error("invalid-schema", placeAt(schema, found.instancePath), describeFinding(found)),
  );
}

/** The meta-schema is layered, so one mistake gives findings at many levels: the innermost place says it best. */
function deepest(findings: readonly ErrorObject[]): ErrorObject[] {
  const isInnermost = (finding: ErrorObject) =>
    !findings.some((other) => other.instancePath.startsWith(`${finding.instancePath}/`));
  const byPlace = new Map<string, ErrorObject>();
  for (const finding of findings.filter(isInnermost)) {
    // Of several findings at one place, a list of the allowed values helps most.
    if (!byPlace.has(finding.instancePath) || finding.keyword === "enum") byPlace.set(finding.instancePath, finding);
  }
  return [...byPlace.values()];
}

function describeFinding(finding: ErrorObject): string {
  const name = quote(finding.instancePath.slice(finding.instancePath.lastIndexOf("/") + 1) || "schema");
  if (finding.keyword === "enum") {
    const allowed = (finding.params as { readonly allowedValues: readonly unknown[] }).allowedValues;
    return `${name} must be one of ${allowed.map((value) => quote(String(value))).join(", ")}.`;
  }
  if (finding.keyword === "type" && /(?<!\/(properties|dependentSchemas))\/items$/.test(finding.instancePath)) {
    return `${name} is one schema, for all items. For a tuple, write ${quote("prefixItems")}.`;
  }
  if (finding.keyword === "type")
    return `${name} must be ${asList(String((finding.params as { type: unknown }).type))}.`;
  return `${name} ${finding.message ?? "is not valid JSON Schema"}.`;
}

/** `object,boolean` as people say it. */
function asList(types: string): string {
  return types
    .split(",")
    .map((type) => `${/^[aeio]/.test(type) ? "an" : "a"} ${type}`)
    .join(" or ");
}
