import fc from "fast-check";
import { expect, it } from "vitest";
import { expectFaults, findFaults } from "../../support/marked-yaml.js";
import { schemaWithValues } from "../schema-suite/arbitrary-schemas.js";
import { describing } from "./describing-schemas.js";

it.each([
  [
    "limits that cross",
    `
    schemas:
      A: { type: integer, minimum: 5, maximum: 3 }
                                               ^ empty-schema: No number can have both \`minimum: 5\` and \`maximum: 3\`.
      B: { type: number, exclusiveMinimum: 3, maximum: 3 }
                                                       ^ empty-schema
      C: { type: string, minLength: 3, maxLength: 2 }
                                                  ^ empty-schema: No string can
      D: { type: array, items: { type: integer, minimum: 3, maximum: 3 }, minItems: 2, maxItems: 1 }
                                                                                                 ^ empty-schema: No array
    `,
  ],
  [
    "values that the type rules out",
    `
    schemas:
      A: { type: integer, enum: [1, two, 3.5] }
                                    ^^^ empty-schema: \`"two"\` can never be the value, since the type is \`integer\`.
                                         ^^^ empty-schema
      B: { type: string, const: 1 }
                                ^ empty-schema
      C: { type: [string, "null"], enum: [a, null] }
    `,
  ],
  [
    "a required property that is forbidden",
    `
    schemas:
      A: { type: object, required: [a], properties: { a: false, b: false } }
                                                      ^ empty-schema: \`a\` is required, and its schema \`false\` refuses every value.
    `,
  ],
  [
    "a payload that nothing fits",
    `
    tasks:
      pay: { payload: false }
                      ^^^^^ empty-schema: Nothing fits the schema \`false\`.
    `,
  ],
  [
    "types that have nothing in common",
    `
    schemas:
      Name: { type: string }
      A: { allOf: [{ type: string }, { type: integer }] }
                                             ^^^^^^^ empty-schema: Nothing is \`string\` and also \`integer\`. Where either may be, use \`anyOf\`.
      B: { $ref: "#/schemas/Name", type: integer }
                                         ^^^^^^^ empty-schema: Nothing is \`integer\` and also \`string\` (of \`Name\`). Where either may be, use \`anyOf\`.
      C: { type: [string, "null"], allOf: [{ type: [integer, boolean] }] }
                                                   ^^^^^^^^^^^^^^^^^^ empty-schema: Nothing is \`null\` or \`string\` and also \`boolean\` or \`integer\`. Where either may be, use \`anyOf\`.
      D: { type: string, not: { type: string } }
                              ^^^^^^^^^^^^^^^^ empty-schema: Nothing is \`string\` and none of what \`not\` refuses.
    `,
  ],
  [
    "limits that cross where schemas are joined, through other files too",
    `
    schemas:
      Long: { type: string, minLength: 3 }
      A: { type: integer, minimum: 5, allOf: [{ maximum: 3 }] }
                                                         ^ empty-schema: No number can have both \`minimum: 5\` and \`maximum: 3\`.
      B: { allOf: [{ $ref: "#/schemas/Long" }, { $ref: "other.yaml#/schemas/Short" }] }
         ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ empty-schema: No string can have both \`minLength: 3\` (of \`Long\`) and \`maxLength: 2\` (of \`Short\`).
      C: { type: object, allOf: [{ required: [a, b] }, { maxProperties: 1 }] }
                                                                        ^ empty-schema: No object can have the 2 properties that are required, and \`maxProperties: 1\`.
      D: { type: integer, exclusiveMinimum: 1, exclusiveMaximum: 2 }
                                                                 ^ empty-schema: No whole number can have both \`exclusiveMinimum: 1\` and \`exclusiveMaximum: 2\`.
    === other.yaml
    schemas:
      Short: { type: string, maxLength: 2 }
    `,
  ],
  [
    "lists that leave no value",
    `
    schemas:
      A: { allOf: [{ const: 1 }, { const: 2 }] }
                                          ^ empty-schema: Nothing is \`1\` and also \`2\`. Where either may be, use \`anyOf\`.
      B: { enum: [a, b], allOf: [{ enum: [c, d, e, f] }] }
                                         ^^^^^^^^^^^^ empty-schema: Nothing is \`"a"\` or \`"b"\` and also \`"c"\` or \`"d"\` or \`"e"\` or one of 1 more. Where either may be, use \`anyOf\`.
      C: { enum: [] }
                 ^^ empty-schema: \`enum\` lists no value, so that nothing fits. List one, or leave it out.
      D: { type: string, enum: [a], minLength: 3 }
                                               ^ empty-schema: \`"a"\` is the only value listed, and \`minLength: 3\` refuses it.
      E: { type: integer, enum: [1, 2], minimum: 3 }
                                                 ^ empty-schema: None of the 2 values listed fits the rest: \`minimum: 3\` refuses \`1\`.
      F: { type: object, const: { a: 1 }, required: [b] }
                                                     ^ empty-schema: \`{"a":1}\` is the only value listed, and \`required: [b]\` refuses it.
      G: { allOf: [{ type: integer }, { const: a }] }
                                               ^ empty-schema: \`"a"\` is the only value listed, and \`type: integer\` refuses it.
    `,
  ],
  [
    "lists of which no value fits what else is said",
    `
    schemas:
      Day: { type: string, format: date }
      A: { type: string, const: hello, format: date }
                                ^^^^^ empty-schema: \`"hello"\` is the only value listed, and does not fit the rest of the schema: must match format "date".
      B: { $ref: "#/schemas/Day", type: string, enum: [x, y] }
                                                      ^^^^^^ empty-schema: None of the 2 values listed fits the rest of the schema: \`"x"\` must match format "date".
      C: { allOf: [{ type: string, enum: [ab, cd] }, { type: string, pattern: "^x" }] }
                  ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ empty-schema: None of the 2 values listed fits the rest of the schema: \`"ab"\` must match pattern "^x".
      D: { type: object, const: { a: 1 }, properties: { a: { type: string } } }
                                ^^^^^^^^ empty-schema: \`{"a":1}\` is the only value listed, and does not fit the rest of the schema: its \`a\` must be string.
      E: { oneOf: [{ const: a }, { const: a }] }
                  ^^^^^^^^^^^^^^^^^^^^^^^^^^^^ empty-schema: \`"a"\` is the only value listed, and does not fit the rest of the schema: must match exactly one schema in oneOf.
      F: { allOf: [{ type: string, const: hello, format: date }], description: Its branch is told. }
                                          ^^^^^ empty-schema: \`"hello"\` is the only value listed, and does not fit the rest of the schema: must match format "date".
    `,
  ],
  [
    "schemas that refuse everything",
    `
    schemas:
      A: { not: {} }
                ^^ empty-schema: Nothing fits, since \`not: {}\` refuses every value.
      B: { not: true }
                ^^^^ empty-schema: Nothing fits, since \`not: true\` refuses every value.
      C: { anyOf: [false, false] }
                  ^^^^^^^^^^^^^^ empty-schema: Nothing fits, since every branch of \`anyOf\` refuses every value.
      D: { oneOf: [false, { not: {} }] }
                  ^^^^^^^^^^^^^^^^^^^^ empty-schema: Nothing fits, since every branch of \`oneOf\` refuses every value.
      E: { allOf: [{ type: string }, false] }
                                     ^^^^^ empty-schema: Nothing fits the schema \`false\`.
    `,
  ],
  [
    "choices of which none is left",
    `
    schemas:
      A: { type: boolean, anyOf: [{ $ref: "#/schemas/Name" }, { $ref: "#/schemas/Count" }] }
                                 ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ empty-schema: No branch of \`anyOf\` agrees with the rest. Nothing is \`boolean\` and also \`string\` (of \`Name\`).
      B: { type: integer, maximum: 3, oneOf: [{ minimum: 5 }, { minimum: 7 }] }
                                             ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ empty-schema: No branch of \`oneOf\` agrees with the rest. No number can have both \`minimum: 5\` and \`maximum: 3\`.
      Name: { type: string }
      Count: { type: integer }
    `,
  ],
  [
    "arrays of which none is long and short enough",
    `
    schemas:
      A: { type: array, items: false, minItems: 1 }
                                                ^ empty-schema: No array can have both \`minItems: 1\` and \`items: false\`.
      B: { type: array, contains: { const: x }, maxItems: 2, minContains: 3 }
                                                                          ^ empty-schema: No array can have both \`minContains: 3\` and \`maxItems: 2\`.
      C: { type: array, contains: { const: x }, minContains: 3, maxContains: 2 }
                                                                             ^ empty-schema: No array can have both \`minContains: 3\` and \`maxContains: 2\`.
      D: { type: array, contains: { const: x }, maxContains: 0 }
                                                             ^ empty-schema: No array can have both \`contains\` and \`maxContains: 0\`.
      E: { type: array, contains: false }
                                  ^^^^^ empty-schema: No item fits the schema of \`contains\`, which refuses every value.
      F: { type: array, prefixItems: [true], items: false, minItems: 2 }
                                                                     ^ empty-schema: No array can have both \`minItems: 2\` and \`items: false\` after 1 of \`prefixItems\`.
    `,
  ],
  [
    "objects that are closed to what they need",
    `
    schemas:
      Closed: { type: object, additionalProperties: false, properties: { y: { type: string } } }
      A: { type: object, minProperties: 3, additionalProperties: false, properties: { a: { type: string }, b: { type: string } } }
                                                                 ^^^^^ empty-schema: No object can have both \`minProperties: 3\` and \`additionalProperties: false\` beside 2 properties.
      B: { type: object, additionalProperties: false, required: [x], properties: { y: { type: string } } }
                                                                 ^ unknown-required: \`x\` is required, but no such property may be there. Did you mean \`y\`?
      C: { type: object, additionalProperties: false, required: [x], patternProperties: { ^y: { type: string } } }
                                                                 ^ empty-schema: \`x\` is required, but \`additionalProperties: false\` lets no such property in. Add it to the \`properties\` beside that, or say \`unevaluatedProperties: false\` of the whole instead.
      D: { type: object, allOf: [{ additionalProperties: false, properties: { y: { type: string } } }, { required: [x] }] }
                                                                                                                    ^ empty-schema: \`x\` is required, but \`additionalProperties: false\` lets no such property in. Add it to the \`properties\` beside that, or say \`unevaluatedProperties: false\` of the whole instead.
      E: { $ref: "#/schemas/Closed", type: object, required: [x], properties: { x: { type: string } } }
                                                              ^ empty-schema: \`x\` is required, but \`additionalProperties: false\` (of \`Closed\`) lets no such property in. Add it to the \`properties\` beside that, or say \`unevaluatedProperties: false\` of the whole instead.
    `,
  ],
  [
    "required properties that nothing fits",
    `
    schemas:
      Text: { type: object, properties: { x: { type: string } } }
      A: { $ref: "#/schemas/Text", type: object, required: [x], properties: { x: { type: integer } } }
                                                                                         ^^^^^^^ empty-schema: \`x\` is required, and nothing fits all that is said of it. Nothing is \`integer\` and also \`string\` (of \`Text\`). Where either may be, use \`anyOf\`.
      B: { type: object, required: [a], properties: { a: { not: {} } } }
                                                      ^ empty-schema: \`a\` is required, and its schema \`not: {}\` refuses every value.
      C: { type: object, required: [a], properties: { a: { type: object, allOf: [{ minProperties: 2 }, { maxProperties: 1 }] } } }
                                                                                                                        ^ empty-schema: No object can have both \`minProperties: 2\` and \`maxProperties: 1\`.
    `,
  ],
  [
    "schemas that need themselves",
    `
    schemas:
      Link: { type: object, required: [next], properties: { next: { $ref: "#/schemas/Link" } } }
                                                            ^^^^ empty-schema: Every \`next\` needs another one inside it, without end. Let it be left out, be \`null\`, or be an empty list.
      Rows: { type: array, minItems: 1, items: { $ref: "#/schemas/Rows" } }
                                        ^^^^^ empty-schema: Every item needs another one inside it, without end. Let it be left out, be \`null\`, or be an empty list.
      Hen: { type: object, required: [egg], properties: { egg: { $ref: "their.yaml#/schemas/Egg" } } }
                                                          ^^^ empty-schema: Every \`egg\` needs another one inside it, through \`hen\`, without end.
      Both:
        anyOf:
          - { type: object, required: [both], properties: { both: { $ref: "#/schemas/Both" } } }
                                                            ^^^^ empty-schema: Every \`both\` needs another one inside it, without end. Let it be left out, be \`null\`, or be an empty list.
          - { type: array, contains: { $ref: "#/schemas/Both" } }
      Map: { type: object, required: [a], additionalProperties: { $ref: "#/schemas/Map" } }
                                          ^^^^^^^^^^^^^^^^^^^^ empty-schema: Every \`a\` needs another one inside it, without end. Let it be left out, be \`null\`, or be an empty list.
    === their.yaml
    schemas:
      Egg: { type: object, required: [hen], properties: { hen: { allOf: [{ $ref: "savings.yaml#/schemas/Hen" }] } } }
    `,
  ],
  [
    "a fault once, and not of those that use the schema",
    `
    schemas:
      Link: { type: object, required: [next], properties: { next: { $ref: "#/schemas/Link" } } }
                                                            ^^^^ empty-schema: Every \`next\` needs another one inside it, without end. Let it be left out, be \`null\`, or be an empty list.
      None: { allOf: [{ type: string }, { type: integer }] }
                                                ^^^^^^^ empty-schema: Nothing is \`string\` and also \`integer\`. Where either may be, use \`anyOf\`.
      Same: { $ref: "#/schemas/None" }
      More: { allOf: [{ $ref: "#/schemas/None" }, { description: More. }] }
      Some: { anyOf: [{ $ref: "#/schemas/None" }, { $ref: "#/schemas/Link" }] }
    tasks:
      pay: { payload: { type: object, required: [a, b], properties: { a: { $ref: "#/schemas/None" }, b: { $ref: "#/schemas/Link" } } } }
    `,
  ],
])("reports %s", (_title, yaml) => expectFaults(yaml));

it.each([
  [
    "types that have one in common",
    `
    schemas:
      A: { allOf: [{ type: number }, { type: integer }] }
      B: { allOf: [{ type: [string, "null"] }, { type: ["null", integer] }] }
      C: { type: number, not: { type: integer } }
      D: { type: string, not: { type: string, minLength: 3 } }
    `,
  ],
  [
    "limits that only just do not cross",
    `
    schemas:
      A: { type: integer, minimum: 3, allOf: [{ maximum: 3 }] }
      B: { type: number, exclusiveMinimum: 1, exclusiveMaximum: 2 }
      C: { type: string, minLength: 2, maxLength: 2, enum: [ab, "👍👍"] }
      D: { type: object, allOf: [{ required: [a, b] }, { maxProperties: 2 }] }
      E: { type: [integer, string], allOf: [{ type: [integer, string], minimum: 5 }, { type: [integer, string], maximum: 3 }] }
    `,
  ],
  [
    "lists that leave a value",
    `
    schemas:
      A: { allOf: [{ enum: [1, 2] }, { enum: [2, 3] }] }
      B: { allOf: [{ const: { a: 1, b: 2 } }, { enum: [{ b: 2, a: 1 }] }] }
      C: { type: string, enum: [hello, "2026-02-28"], format: date }
      D: { type: string, enum: [a, abc], minLength: 3 }
      E: { oneOf: [{ const: a }, { const: b }] }
      F: { type: object, const: { constructor: {} }, properties: { a: { type: string } } }
    `,
  ],
  [
    "what is not to be there",
    `
    schemas:
      A: { type: object, properties: { a: false, b: { not: {} } } }
      B: { anyOf: [false, { type: string }] }
      C: { not: { not: {} } }
      D: { type: array, items: false }
      E: { type: array, items: { $ref: "#/schemas/C" }, contains: { const: x }, minContains: 0, maxContains: 0 }
      F: { type: object, additionalProperties: false }
    `,
  ],
  [
    "choices of which one is left",
    `
    schemas:
      A: { type: integer, maximum: 6, oneOf: [{ minimum: 5 }, { minimum: 7 }] }
      B: { type: [string, integer], anyOf: [{ type: integer, minimum: 5 }, { type: string }], allOf: [{ type: string }] }
    `,
  ],
  [
    "objects and arrays with room for what they need",
    `
    schemas:
      A: { type: object, minProperties: 2, additionalProperties: false, properties: { a: { type: string }, b: { type: string } } }
      B: { type: object, minProperties: 3, additionalProperties: false, patternProperties: { ^x: { type: string } } }
      C: { type: object, additionalProperties: false, required: [x1], patternProperties: { ^x: { type: string } } }
      D: { type: object, additionalProperties: false, required: [x1], patternProperties: { "^(x+)+$": { type: string } } }
      E: { type: object, required: [x], unevaluatedProperties: false, allOf: [{ properties: { x: { type: string } } }] }
      F: { type: array, prefixItems: [{ type: string }], items: false, minItems: 1 }
      G: { type: array, contains: { const: x }, minContains: 2, maxItems: 2 }
    `,
  ],
  [
    "schemas that need themselves, but not always",
    `
    schemas:
      Optional: { type: object, properties: { next: { $ref: "#/schemas/Optional" } } }
      Nullable: { type: object, required: [next], properties: { next: { anyOf: [{ $ref: "#/schemas/Nullable" }, { type: "null" }] } } }
      Listed: { type: object, required: [next], properties: { next: { type: array, items: { $ref: "#/schemas/Listed" } } } }
      Text: { type: [object, string], required: [next], properties: { next: { $ref: "#/schemas/Text" } } }
      Other: { type: object, required: [a], properties: { b: { $ref: "#/schemas/Other" } } }
      Uncounted: { type: array, contains: { $ref: "#/schemas/Uncounted" }, minContains: 0, maxContains: 3 }
    `,
  ],
  [
    "what refers to a schema that is not there",
    `
    schemas:
      A: { type: object, required: [a], properties: { a: { $ref: "#/schemas/Gone" } } }
                                                                 ^^^^^^^^^^^^^^^^ unknown-reference
    `,
  ],
])("accepts %s", (_title, yaml) => expectFaults(yaml));

/* What a value fits by construction is never called empty, however much is said of it. */
it("calls no schema empty that a value fits", { timeout: 60_000 }, () => {
  const cases = schemaWithValues().chain(({ source: { payload, schemas = {} }, fitting }) =>
    fc
      .constantFrom(...fitting)
      .chain((value) => fc.array(describing(value), { minLength: 1, maxLength: 4 }))
      .map((more) => ({ schemas, tasks: { plain: { payload }, pay: { payload: { allOf: [payload, ...more] } } } })),
  );
  fc.assert(
    fc.property(cases, (workflow) => {
      const found = findFaults([{ path: "savings.yaml", text: JSON.stringify(workflow) }]);
      expect(found.filter(({ code }) => code === "empty-schema")).toEqual([]);
    }),
    { numRuns: 100 },
  );
});
