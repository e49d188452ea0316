import { it } from "vitest";
import { expectFaults } from "../../support/marked-yaml.js";

it.each([
  [
    "defaults that their own schema refuses",
    `
    schemas:
      Kobo: { type: integer, minimum: 1 }
    tasks:
      pay:
        payload:
          type: object
          properties:
            a: { $ref: "#/schemas/Kobo", default: 0 }
                                                  ^ invalid-default: The default \`0\` does not fit its own schema: it must be >= 1.
            b: { type: string, default: 1 }
                                        ^ invalid-default: The default \`1\` does not fit its own schema: it must be string.
            c: { $ref: "#/schemas/Kobo", default: 5 }
            d: { type: object, enum: [{ toString: null }], default: { toString: null } }
    `,
  ],
  [
    "values and what is at odds in a schema, beside a schema that is wrong in itself",
    `
    schemas:
      Kobo: { type: integer, minimum: 1 }
      Wrong: { type: strin }
                     ^^^^^ invalid-schema
      Beside: { $ref: "#/schemas/Wrong", default: 5 }
    tasks:
      pay:
        schedules:
          weekly: { cron: "0 0 * * 0", payload: { amount: 0 } }
                                                          ^ schedule-payload
        payload: { type: object, properties: { amount: { $ref: "#/schemas/Kobo" } } }
        result: { type: object, properties: { a: { type: integer, default: many } } }
                                                                           ^^^^ invalid-default
      odd:
        payload: { type: array, minContains: 2 }
                 ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ invalid-schema
    `,
  ],
])("reports %s", (_title, yaml) => expectFaults(yaml));
