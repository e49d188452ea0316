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
])("reports %s", (_title, yaml) => expectFaults(yaml));
