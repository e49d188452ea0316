import fc, { type Arbitrary } from "fast-check";
import { isJsonObject, type Json, type JsonObject } from "../../../codegen/json.js";

/** Schemas that `value` fits, which say one thing of it each, or several. */
export function describing(value: Json): Arbitrary<JsonObject> {
  const type = nameOf(value);
  const plain: JsonObject[] = [
    { type },
    { type: [type, type === "null" ? "string" : "null"] },
    { const: value },
    { enum: ["other", value] },
    { not: { type: type === "string" ? "object" : "string" } },
    { anyOf: [false, { type }, { type: "boolean" }] },
    { oneOf: [{ const: value }, { not: {} }] },
    ...limits(value),
  ];
  return fc.oneof(fc.constantFrom(...plain), fc.constantFrom(...plain), ...ofParts(value)).chain((one) =>
    fc.oneof(
      fc.constant(one),
      fc.constant<JsonObject>({ anyOf: [one, { type: "string", maxLength: 1 }] }),
      fc.constantFrom(...plain).map((other): JsonObject => ({ allOf: [one, other] })),
    ),
  );
}

function nameOf(value: Json): string {
  if (value === null) return "null";
  if (Array.isArray(value)) return "array";
  return Number.isInteger(value) ? "integer" : typeof value;
}

/** As tight as they may be. */
function limits(value: Json): JsonObject[] {
  if (typeof value === "number") {
    return [
      { type: "number", minimum: value },
      { type: "number", maximum: value },
      // Beside a very large number there is none that is one less.
      ...(Math.abs(value) < 2 ** 50
        ? [{ type: "number", exclusiveMinimum: value - 1, exclusiveMaximum: value + 1 }]
        : []),
    ];
  }
  if (typeof value === "string") {
    const { length } = [...value];
    return [
      { type: "string", minLength: length },
      { type: "string", maxLength: length },
    ];
  }
  if (Array.isArray(value)) {
    return [
      { type: "array", minItems: value.length },
      { type: "array", maxItems: value.length },
      { type: "array", prefixItems: value.map((item: Json) => ({ const: item })), items: false },
      ...value.map((item: Json) => ({ type: "array", contains: { const: item } })),
    ];
  }
  if (!isJsonObject(value)) return [];
  const names = Object.keys(value);
  return [
    { type: "object", minProperties: names.length },
    { type: "object", maxProperties: names.length },
    { type: "object", required: names },
    { type: "object", additionalProperties: false, properties: Object.fromEntries(names.map((name) => [name, true])) },
    { type: "object", properties: { absent: false } },
  ];
}

function ofParts(value: Json): Arbitrary<JsonObject>[] {
  if (Array.isArray(value) && value.length > 0) {
    const items = fc.tuple(...value.map((item: Json) => describing(item)));
    return [items.map((prefixItems) => ({ type: "array", prefixItems, minItems: value.length }))];
  }
  if (!isJsonObject(value)) return [];
  const inner = fc.tuple(...Object.entries(value).map(([name, part]) => describing(part).map((one) => [name, one])));
  return [
    inner.map((properties) => ({
      type: "object",
      required: Object.keys(value),
      properties: Object.fromEntries(properties),
    })),
  ];
}
