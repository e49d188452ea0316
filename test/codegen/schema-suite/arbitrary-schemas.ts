import fc, { type Arbitrary } from "fast-check";
import { isJsonObject, type Json, type JsonObject } from "../../../codegen/json.js";
import type { SchemaSource } from "../../support/compiled-schemas.js";

/** A schema, values that fit it by construction, and others made from them that may fit or not. */
export interface SchemaWithValues {
  readonly source: SchemaSource;
  readonly fitting: readonly Json[];
  readonly mutated: readonly Json[];
}

/** Payload schemas of every keyword that the compiler knows, nested, with values. */
export function schemaWithValues(): Arbitrary<SchemaWithValues> {
  return schema(3).chain(({ schema, fits }) =>
    fc.array(fits, { minLength: 1, maxLength: 4 }).chain((fitting) =>
      fc.array(fc.constantFrom(...fitting).chain(mutate), { minLength: 2, maxLength: 8 }).map((mutated) => ({
        source: { payload: schema, schemas: shared },
        fitting,
        mutated,
      })),
    ),
  );
}

/** A schema, and how to draw values that fit it. */
interface Fitted {
  readonly schema: JsonObject;
  readonly fits: Arbitrary<Json>;
}

/** What the generated schemas may refer to: a type that contains itself, and one that contains itself in a map. */
const shared: JsonObject = {
  Tree: {
    type: "object",
    additionalProperties: false,
    required: ["label"],
    properties: {
      label: { type: "string" },
      children: { type: "array", items: { $ref: "#/schemas/Tree" } },
    },
  },
  AnyJson: {
    anyOf: [
      { type: ["string", "number", "boolean", "null"] },
      { type: "array", items: { $ref: "#/schemas/AnyJson" } },
      { type: "object", additionalProperties: { $ref: "#/schemas/AnyJson" } },
    ],
  },
  Named: { type: "object", required: ["name"], properties: { name: { type: "string" }, nick: { type: "string" } } },
};

function schema(depth: number): Arbitrary<Fitted> {
  const leaves = [text(), wholeNumber(), plainType(), listed(), listOfTypes(), reference()];
  const nested =
    depth === 0
      ? []
      : [
          object(depth),
          object(depth),
          map(depth),
          list(depth),
          tuple(depth),
          either(depth),
          discriminated(depth),
          extended(depth),
          narrowed(depth),
          conditional(depth),
        ];
  return fc.oneof(...leaves, ...nested).chain(annotated);
}

function annotated(fitted: Fitted): Arbitrary<Fitted> {
  const annotations = fc.constantFrom<JsonObject>(
    ...[{}, {}, { description: "It ends */ here, `way`\u2028." }, { deprecated: true }, { readOnly: true }],
    { title: "A title", examples: ["*/"] },
  );
  return annotations.map((some) => ({ ...fitted, schema: { ...some, ...fitted.schema } }));
}

function text(): Arbitrary<Fitted> {
  return fc.constantFrom<Fitted>(
    { schema: { type: "string", minLength: 1, maxLength: 4 }, fits: fc.string({ minLength: 1, maxLength: 2 }) },
    { schema: { type: "string", pattern: "^[a-z]+$" }, fits: fc.constantFrom("a", "bc") },
    { schema: { type: "string", format: "date" }, fits: fc.constant("2026-02-28") },
    { schema: { type: "string", not: { const: "x" } }, fits: fc.constantFrom("y", "") },
  );
}

function wholeNumber(): Arbitrary<Fitted> {
  return fc
    .record({ low: fc.integer({ min: -9, max: 0 }), high: fc.integer({ min: 0, max: 9 }) })
    .map(({ low, high }) => ({
      schema: { type: "integer", minimum: low, exclusiveMaximum: high + 1 },
      fits: fc.integer({ min: low, max: high }),
    }));
}

function plainType(): Arbitrary<Fitted> {
  return fc.constantFrom<Fitted>(
    { schema: { type: "boolean" }, fits: fc.boolean() },
    { schema: { type: "null" }, fits: fc.constant(null) },
    { schema: { type: "number", multipleOf: 0.5 }, fits: fc.constantFrom(0.5, -1, 3) },
    { schema: { type: "object" }, fits: fc.constantFrom<Json>({}, { free: [1] }) },
    { schema: { type: "array" }, fits: fc.constantFrom<Json>([], [1, "a"]) },
    { schema: {}, fits: anyJson() },
  );
}

function listed(): Arbitrary<Fitted> {
  const values: readonly Json[] = [
    "*/",
    "` + x + `",
    "\u2028",
    '"',
    0,
    -1,
    1.5,
    true,
    null,
    [],
    [1, "a"],
    {},
    { a: { b: 1 } },
  ];
  return fc
    .uniqueArray(fc.constantFrom(...values), { minLength: 1, maxLength: 4 })
    .map(([first = null, ...others]) => ({
      schema: others.length === 0 ? { const: first } : { enum: [first, ...others] },
      fits: fc.constantFrom(first, ...others),
    }));
}

function listOfTypes(): Arbitrary<Fitted> {
  return fc.constantFrom<Fitted>(
    { schema: { type: ["string", "null"] }, fits: fc.constantFrom<Json>("a", null) },
    { schema: { type: ["integer", "string"], minimum: 0, minLength: 1 }, fits: fc.constantFrom<Json>("a", 0) },
    {
      schema: { type: ["object", "null"], required: ["a"], properties: { a: { type: "string" } } },
      fits: fc.constantFrom<Json>(null, { a: "" }, { a: "x", b: 1 }),
    },
    {
      schema: { type: ["array", "string"], items: { type: "integer" } },
      fits: fc.constantFrom<Json>("a", [], [1, 2]),
    },
  );
}

function reference(): Arbitrary<Fitted> {
  const trees: readonly Json[] = [{ label: "a" }, { label: "a", children: [{ label: "b", children: [] }] }];
  return fc.constantFrom<Fitted>(
    { schema: { $ref: "#/schemas/Tree" }, fits: fc.constantFrom(...trees) },
    { schema: { $ref: "#/schemas/AnyJson" }, fits: anyJson() },
    {
      schema: { $ref: "#/schemas/Named", type: "object", minProperties: 1 },
      fits: fc.constant({ name: "n", more: 1 }),
    },
  );
}

const names = ["a", "b", "a b", "constructor", "toString", 'quote"*/', "é"];

function object(depth: number): Arbitrary<Fitted> {
  const property = fc.record({ inner: schema(depth - 1), isRequired: fc.boolean() });
  const others = fc.constantFrom<JsonObject>(
    {},
    { additionalProperties: false },
    { additionalProperties: true },
    {
      additionalProperties: { type: "integer" },
    },
  );
  return fc
    .record({ members: fc.dictionary(fc.constantFrom(...names), property, { maxKeys: 4 }), others })
    .map(({ members, others }) => {
      const all = Object.entries(members);
      const required = all.filter(([, { isRequired }]) => isRequired).map(([name]) => name);
      return {
        schema: {
          type: "object",
          ...others,
          ...(required.length > 0 ? { required } : {}),
          properties: Object.fromEntries(all.map(([name, { inner }]) => [name, inner.schema])),
        },
        fits: fc.record(Object.fromEntries(all.map(([name, { inner }]) => [name, inner.fits])), {
          requiredKeys: required,
        }),
      };
    });
}

function map(depth: number): Arbitrary<Fitted> {
  return fc
    .record({ inner: schema(depth - 1), kind: fc.constantFrom("pattern", "closed pattern", "all") })
    .map(({ inner, kind }) => ({
      schema:
        kind === "all"
          ? { type: "object", additionalProperties: inner.schema, propertyNames: { pattern: "^x-" } }
          : {
              type: "object",
              properties: { fixed: { type: "string" } },
              patternProperties: { "^x-": inner.schema },
              ...(kind === "pattern" ? {} : { additionalProperties: false }),
            },
      fits: fc.dictionary(fc.constantFrom("x-1", "x-2"), inner.fits, { maxKeys: 2 }),
    }));
}

function list(depth: number): Arbitrary<Fitted> {
  return schema(depth - 1).map(({ schema, fits }) => ({
    schema: { type: "array", items: schema, maxItems: 3 },
    fits: fc.array(fits, { maxLength: 3 }),
  }));
}

function tuple(depth: number): Arbitrary<Fitted> {
  return fc.array(schema(depth - 1), { minLength: 1, maxLength: 3 }).chain((parts) =>
    fc.boolean().map((isItems) => ({
      schema: {
        type: "array",
        prefixItems: parts.map(({ schema }) => schema),
        minItems: parts.length,
        ...(isItems ? { items: false } : { maxItems: parts.length }),
      },
      fits: fc.tuple(...parts.map(({ fits }) => fits)),
    })),
  );
}

function either(depth: number): Arbitrary<Fitted> {
  return fc.array(schema(depth - 1), { minLength: 1, maxLength: 3 }).map((parts) => ({
    schema: { anyOf: parts.map(({ schema }) => schema) },
    fits: fc.oneof(...parts.map(({ fits }) => fits)),
  }));
}

function discriminated(depth: number): Arbitrary<Fitted> {
  return fc
    .record({ of: schema(depth - 1), others: schema(depth - 1), isDeclared: fc.boolean() })
    .map(({ of, others, isDeclared }) => {
      const branch = (kind: string, inner: JsonObject): JsonObject => ({
        type: "object",
        additionalProperties: false,
        required: ["kind"],
        properties: { kind: { const: kind }, value: inner },
      });
      return {
        schema: {
          type: "object",
          ...(isDeclared ? { discriminator: { propertyName: "kind" } } : {}),
          required: ["kind"],
          oneOf: [branch("a", of.schema), branch("b", others.schema)],
        },
        fits: fc.oneof(
          of.fits.map((value) => ({ kind: "a", value })),
          others.fits.map((value) => ({ kind: "b", value })),
        ),
      };
    });
}

/** `allOf` with and without properties of one's own, some of them named as in what is extended. */
function extended(depth: number): Arbitrary<Fitted> {
  return schema(depth - 1).chain(({ schema, fits }) =>
    fc.constantFrom<JsonObject>({ nick: { const: "n" } }, { own: schema }).map((properties) => ({
      schema: {
        type: "object",
        allOf: [{ $ref: "#/schemas/Named" }, { properties: { part: schema } }],
        properties,
        ...("own" in properties ? { required: ["own"] } : { unevaluatedProperties: false }),
      },
      fits: fc
        .record({ name: fc.constant("x"), part: fits, own: fits }, { requiredKeys: ["name", "own"] })
        .map(({ own, ...value }): Json => ("own" in properties ? { ...value, own } : value)),
    })),
  );
}

/** Branches that take their type from their parent. */
function narrowed(depth: number): Arbitrary<Fitted> {
  return schema(depth - 1).chain(({ schema, fits }) =>
    fc.constantFrom("anyOf", "oneOf").map((keyword) => ({
      schema: {
        type: ["object", "string"],
        [keyword]: [
          { required: ["a"], properties: { a: schema, b: false } },
          { required: ["b"], properties: { a: false } },
        ],
      },
      fits: fc.oneof(
        fits.map((a): Json => ({ a })),
        fc.constant<Json>({ b: 1 }),
        ...(keyword === "anyOf" ? [fc.constant<Json>("text")] : []),
      ),
    })),
  );
}

function conditional(depth: number): Arbitrary<Fitted> {
  return schema(depth - 1).chain(({ schema, fits }) =>
    fc.constantFrom<[string, Json][]>([["else", { required: ["b"] }]], []).map((otherwise) => ({
      schema: Object.fromEntries<Json>([
        ["type", "object"],
        ["properties", { a: { type: "boolean" }, b: schema, c: { type: "string" } }],
        ["if", { required: ["a"], properties: { a: { const: true } } }],
        // biome-ignore lint/suspicious/noThenProperty: JSON Schema has a keyword of this name.
        ["then", { required: ["c"] }],
        ["dependentRequired", { c: ["a"] }],
        ...otherwise,
      ]),
      fits: fits.chain((b) => fc.constantFrom<Json>({ a: true, c: "x" }, { a: false, b }, { b })),
    })),
  );
}

function anyJson(): Arbitrary<Json> {
  return fc.constantFrom<Json>(null, 0, 1.5, "a", true, [], [1, ["b"]], {}, { a: 1 }, { constructor: [null] });
}

/** A value with one thing about it changed. */
function mutate(value: Json): Arbitrary<Json> {
  const inside: Arbitrary<Json>[] = [anyJson()];
  if (Array.isArray(value)) {
    inside.push(
      anyJson().map((item) => [...value, item]),
      fc.constant(value.slice(1)),
    );
    value.forEach((item: Json, index) => {
      inside.push(mutate(item).map((changed) => value.with(index, changed)));
    });
  }
  if (isJsonObject(value)) {
    const added = fc.constantFrom("extra", "x-9", "b", "toString");
    inside.push(fc.tuple(added, anyJson()).map(([name, member]) => ({ ...value, [name]: member })));
    for (const [name, member] of Object.entries(value)) {
      const { [name]: _removed, ...others } = value;
      inside.push(
        fc.constant(others),
        mutate(member).map((changed) => ({ ...value, [name]: changed })),
      );
    }
  }
  return fc.oneof(...inside);
}
