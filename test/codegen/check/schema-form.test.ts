import { it } from "vitest";
import { expectFaults } from "../../support/marked-yaml.js";

it.each([
  [
    "what the standard's meta-schema refuses, at the innermost place",
    `
    schemas:
      A: { type: strin }
                 ^^^^^ invalid-schema: \`type\` must be one of \`array\`, \`boolean\`
      B: { type: object, properties: { a: { minimum: "1" } } }
                                                     ^^^ invalid-schema: \`minimum\` must be a number.
      C: { type: array, items: [{ type: string }] }
                               ^^^^^^^^^^^^^^^^^^ invalid-schema: \`items\` is one schema, for all items. For a tuple, write \`prefixItems\`.
      E: { type: { toString: a } }
                 ^^^^^^^^^^^^^^^ invalid-schema: \`type\` must be
      F: { $schema: "http://json-schema.org/draft-07/schema#", type: strin }
           ^^^^^^^ unknown-keyword: \`$schema\` is not a keyword of schemas here. Every schema is JSON Schema 2020-12.
                                                                     ^^^^^ invalid-schema: \`type\` must be one of
      D: [a]
         ^^^ invalid-schema: A schema is a mapping
    `,
  ],
  [
    "what is without effect, as Ajv's strict mode does",
    `
    tasks:
      pay:
        payload:
          type: object
          properties:
            b: { required: [x] }
               ^^^^^^^^^^^^^^^^^ invalid-schema: The schema cannot be enforced as it stands: \`required\` speaks of objects alone. Add \`type: object\`.
            c: { type: integer, format: date-time }
               ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ invalid-schema: The schema cannot be enforced as it stands: \`format: date-time\` speaks of strings alone. The type is \`integer\`.
            d: { type: string, format: int64 }
               ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ invalid-schema: The schema cannot be enforced as it stands: \`format: int64\` speaks of numbers alone.
            e: { type: [integer, "null"], format: int32 }
            a: { type: string, minimum: 3 }
               ^^^^^^^^^^^^^^^^^^^^^^^^^^^^ invalid-schema: The schema cannot be enforced as it stands: \`minimum\` speaks of numbers alone. The type is \`string\`.
      move:
        payload: { type: array, prefixItems: [{ type: string }, { type: number }] }
                 ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ invalid-schema: The schema cannot be enforced as it stands: a tuple says its length. Add \`minItems: 2\` and \`items: false\`.
      turn:
        payload: { type: array, prefixItems: [{ type: string }, { type: number }], items: false }
                 ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ invalid-schema: The schema cannot be enforced as it stands: a tuple says its length. Add \`minItems: 2\`.
      fill:
        payload: { type: array, prefixItems: [{ type: string }], minItems: 1, items: { type: number } }
                 ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ invalid-schema: The schema cannot be enforced as it stands: a tuple ends with its last place. Write \`items: false\`, or one schema for all items.
      cut:
        payload: { type: array, prefixItems: [{ type: string }, { type: number }], items: false, maxItems: 1 }
                 ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ invalid-schema: The schema cannot be enforced as it stands: a tuple has all its places, here 2, and \`maxItems: 1\` lets in fewer.
    `,
  ],
])("reports %s", (_title, yaml) => expectFaults(yaml));
