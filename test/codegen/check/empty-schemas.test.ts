import { it } from "vitest";
import { expectFaults } from "../../support/marked-yaml.js";

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
])("reports %s", (_title, yaml) => expectFaults(yaml));
