import type { Catalog, CatalogWorkflow } from "../catalog.js";
import { isJsonObject, type Json, type JsonObject } from "../json.js";
import { mapSubschemas, subschemas } from "../json-schema.js";
import { followReferences, type WrittenSchema } from "../references.js";

/**
 * The same schema, where whatever requires a property that a part of it declares says what that property is: a type can
 * require no property of another.
 *
 * From `allOf` and a `$ref` it is said again beside `required`; of `oneOf` and `anyOf` each branch requires it by itself,
 * so that they are told apart by it. Left as it is where it would have to be said in the words of another file.
 */
export function declareRequired(schema: Json, workflow: CatalogWorkflow, catalog: Catalog): Json {
  return mapSubschemas(schema, (inner) =>
    undeclared(inner).reduce((rest, name) => declare(rest, name, { workflow, catalog }), inner),
  );
}

interface Scope {
  /** The workflow whose types are printed. */
  readonly workflow: CatalogWorkflow;
  readonly catalog: Catalog;
}

function undeclared(schema: JsonObject): readonly string[] {
  const { properties = {}, required = [], patternProperties, additionalProperties = true } = schema;
  if (patternProperties !== undefined || additionalProperties !== true || !Array.isArray(required)) return [];
  return required.filter((name: Json) => isJsonObject(properties) && !Object.hasOwn(properties, String(name)));
}

function declare(schema: JsonObject, name: string, scope: Scope): JsonObject {
  const { oneOf, anyOf, required, ...joined } = schema;
  const others = asList(required).filter((each) => each !== name);
  if (requires(joined, name, scope)) return { ...schema, required: others };
  const property = find(joined, name, scope);
  if (property !== undefined) return { ...schema, properties: { ...propertiesOf(schema), [name]: property } };
  for (const [keyword, branches] of Object.entries({ oneOf, anyOf })) {
    const requiring = asList(branches).map((branch) => requireIn(branch, name, scope));
    if (requiring.length === 0 || !requiring.every((branch) => branch !== undefined)) continue;
    return { ...schema, [keyword]: requiring, required: others };
  }
  return schema;
}

/** The branch that requires the property; undefined where it doesn't declare it. */
function requireIn(branch: Json, name: string, scope: Scope): JsonObject | undefined {
  const property = find(branch, name, scope);
  if (property === undefined || !isJsonObject(branch)) return undefined;
  if (requires(branch, name, scope)) return branch;
  if (Object.hasOwn(propertiesOf(branch), name)) return { ...branch, required: [...asList(branch.required), name] };
  return { allOf: [branch, { type: "object", properties: { [name]: property }, required: [name] }] };
}

/** What the schema says of the property in every value; undefined where it says nothing, or nothing that can be said here. */
function find(schema: Json, name: string, scope: Scope): Json | undefined {
  const place = declarations(schema, name, scope)[0];
  return place && sayable(propertiesOf(place.schema)[name] ?? true, place.workflow, scope);
}

/** Whether the schema both declares the property and requires it. */
function requires(schema: Json, name: string, scope: Scope): boolean {
  return declarations(schema, name, scope).some((place) => asList(place.schema.required).includes(name));
}

/** The schemas that declare the property, of those that hold for every value that the schema lets in. */
function declarations(schema: Json, name: string, { workflow, catalog }: Scope): readonly WrittenSchema[] {
  const all = followReferences(schema, workflow, catalog, joined);
  return all.filter((place) => Object.hasOwn(propertiesOf(place.schema), name));
}

function joined(schema: Json): JsonObject[] {
  return isJsonObject(schema) ? [schema, ...asList(schema.allOf).flatMap(joined)] : [];
}

/** Without what documents it, which stands where it is declared. */
function sayable(property: Json, workflow: CatalogWorkflow, scope: Scope): Json | undefined {
  if (!isJsonObject(property)) return property;
  if (workflow !== scope.workflow && subschemas(property).some((inner) => "$ref" in inner.schema)) return undefined;
  const { title: _title, description: _description, examples: _examples, default: _default, ...said } = property;
  return said;
}

function propertiesOf({ properties }: JsonObject): JsonObject {
  return isJsonObject(properties) ? properties : {};
}

function asList(value: Json | undefined): readonly Json[] {
  return Array.isArray(value) ? value : [];
}
