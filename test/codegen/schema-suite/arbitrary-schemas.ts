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
      fc
        .tuple(
          fc.array(fc.constantFrom(...fitting).chain(mutate), { minLength: 2, maxLength: 8 }),
          // Any of them in another file, so that files refer to each other in circles.
          fc.subarray(Object.keys(shared)),
          // Once more in the same file, so that all its parts are checked by functions in common.
          fc.boolean(),
        )
        .map(([mutated, lent, isRepeated]) => ({
          source: { payload: schema, schemas: shared, lent, isRepeated },
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
  Card: {
    type: "object",
    required: ["by", "digits"],
    properties: { by: { enum: ["visa", "verve"] }, digits: { type: "string" }, next: { $ref: "#/schemas/Payment" } },
  },
  Transfer: { type: "object", required: ["by"], properties: { by: { const: "transfer" }, bank: { type: "integer" } } },
  Payment: {
    type: "object",
    required: ["by"],
    discriminator: { propertyName: "by" },
    oneOf: [{ $ref: "#/schemas/Card" }, { $ref: "#/schemas/Transfer" }],
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
          negated(depth),
          containing(depth),
          depending(depth),
          patterned(depth),
          combined(depth),
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
      schema: { $ref: "#/schemas/Payment", description: "How it is paid." },
      fits: fc.constantFrom<Json>(
        { by: "transfer" },
        { by: "transfer", bank: 1, digits: true },
        { by: "verve", digits: "1", next: { by: "visa", digits: "", next: { by: "transfer" } } },
      ),
    },
    { schema: { type: "object", not: { required: ["no"] } }, fits: fc.constantFrom<Json>({}, { yes: 1 }) },
    { schema: { type: "string", format: "uuid", readOnly: true }, fits: fc.uuid() },
    { schema: { type: ["number", "null"], multipleOf: 0.25 }, fits: fc.constantFrom<Json>(null, 0.75, 19.5) },
    {
      schema: { $ref: "#/schemas/Named", type: "object", minProperties: 1 },
      fits: fc.constant({ name: "n", more: 1 }),
    },
  );
}

const names = ["a", "b", "a b", "constructor", "toString", 'quote"*/', "é", "3ds", "2024", "_x"];

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

/** Everything but what another schema takes. */
function negated(depth: number): Arbitrary<Fitted> {
  return schema(depth - 1).chain(({ schema, fits }) =>
    fc.constantFrom<Fitted>(
      {
        schema: { type: "object", required: ["a"], properties: { a: schema }, not: { required: ["b"] } },
        fits: fits.map((a): Json => ({ a })),
      },
      {
        schema: { type: ["object", "string"], not: { type: "object", required: ["a"], properties: { a: schema } } },
        fits: fc.constantFrom<Json>("", {}, { b: 1 }),
      },
      {
        schema: { type: ["array", "null"], items: schema, not: { type: "array", minItems: 1 } },
        fits: fc.constantFrom<Json>(null, []),
      },
    ),
  );
}

function containing(depth: number): Arbitrary<Fitted> {
  return schema(depth - 1).chain(({ schema, fits }) =>
    fc.constantFrom<Fitted>(
      {
        schema: { type: "array", contains: { enum: ["x", "y"] }, maxContains: 2 },
        fits: fc.tuple(fc.constantFrom<Json>("x", "y"), fc.constantFrom<Json>(1, null, {})),
      },
      {
        schema: { type: "array", items: { anyOf: [schema, { const: "x" }] }, contains: { const: "x" }, minContains: 2 },
        fits: fits.map((item): Json => ["x", item, "x"]),
      },
      {
        schema: { type: "array", items: schema, uniqueItems: true, minItems: 1 },
        fits: fits.map((item): Json => [item]),
      },
    ),
  );
}

/** What one property asks of others. */
function depending(depth: number): Arbitrary<Fitted> {
  return schema(depth - 1).chain(({ schema, fits }) =>
    fc.constantFrom<JsonObject>({}, { additionalProperties: false }).map((others) => ({
      schema: {
        type: "object",
        ...others,
        properties: { a: schema, b: { type: ["string", "integer"] }, toString: { type: "null" } },
        dependentRequired: { a: ["b"], toString: ["a"] },
        dependentSchemas: { b: { properties: { b: { type: "string" } } } },
      },
      fits: fits.chain((a) => fc.constantFrom<Json>({}, { a, b: "" }, { a, b: "x", toString: null })),
    })),
  );
}

/** Names by several patterns, beside properties and what is left. */
function patterned(depth: number): Arbitrary<Fitted> {
  const inner = fc.tuple(schema(depth - 1), schema(depth - 1));
  const others = fc.constantFrom<JsonObject>(
    {},
    { additionalProperties: false },
    { additionalProperties: { type: "string" } },
  );
  return fc.tuple(inner, others, fc.boolean()).map(([[one, other], others, isRequired]) => ({
    schema: {
      type: "object",
      ...others,
      ...(isRequired ? { required: ["id"] } : {}),
      properties: { id: { type: "integer" } },
      patternProperties: { "^n-": one.schema, "^m-.*\\*/$": other.schema },
      propertyNames: { maxLength: 9 },
    },
    fits: fc
      .record({ "n-1": one.fits, "n-": one.fits, "m-*/": other.fits }, { requiredKeys: [] })
      .map((value): Json => ({ id: 1, ...value })),
  }));
}

/** Several keywords that choose between schemas, side by side. */
function combined(depth: number): Arbitrary<Fitted> {
  return fc.tuple(schema(depth - 1), schema(depth - 1)).map(([one, other]) => ({
    schema: {
      type: "object",
      allOf: [{ anyOf: [{ required: ["a"], properties: { a: one.schema } }, { required: ["b"] }] }],
      anyOf: [{ properties: { b: other.schema } }, { properties: { c: { const: 1 } }, required: ["c"] }],
      properties: { a: { description: "*/" }, c: { type: ["integer", "null"] } },
      unevaluatedProperties: false,
    },
    fits: fc.oneof(
      one.fits.map((a): Json => ({ a })),
      fc.tuple(one.fits, other.fits).map(([a, b]): Json => ({ a, b })),
      one.fits.map((a): Json => ({ a, c: 1 })),
    ),
  }));
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
