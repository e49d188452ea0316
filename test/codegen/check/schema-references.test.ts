import { it } from "vitest";
import { expectFaults } from "../../support/marked-yaml.js";

it.each([
  [
    "references that lead nowhere, each with what was meant",
    `
    schemas:
      Kobo: { type: integer }
    tasks:
      pay:
        payload:
          type: object
          properties:
            a: { $ref: "#/schemas/Kobbo" }
                       ^^^^^^^^^^^^^^^^^ unknown-reference: \`savings.yaml\` has no schema \`Kobbo\`. Did you mean \`Kobo\`?
            b: { $ref: "saving.yaml#/schemas/Kobo" }
                       ^^^^^^^^^^^^^^^^^^^^^^^^^^^ unknown-reference: There is no workflow file \`saving.yaml\`. Did you mean \`savings.yaml\`?
            c: { $ref: "#/definitions/Kobo" }
                       ^^^^^^^^^^^^^^^^^^^^ unknown-reference: \`#/definitions/Kobo\` is not a reference that can be followed.
            d: { $ref: "https://example.com/kobo.json" }
                       ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ unknown-reference
            e: { $ref: "../secrets.yaml#/schemas/Kobo" }
                       ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ unknown-reference
            f: { type: array, items: { anyOf: [{ $ref: "loan.yaml#/schemas/Term" }] } }
                                                       ^^^^^^^^^^^^^^^^^^^^^^^^^ unknown-reference: \`loan.yaml\` has no schema \`Term\`. It declares no schemas at all.
    === loan.yaml
    tasks: { collect: }
    `,
  ],
  [
    "nothing, for references here, to another file, and around in a circle",
    `
    schemas:
      Tree: { type: object, properties: { children: { type: array, items: { $ref: "#/schemas/Tree" } } } }
    tasks:
      pay: { payload: { $ref: "loan.yaml#/schemas/Kobo" } }
      grow: { payload: { $ref: "#/schemas/Tree" } }
    === loan.yaml
    schemas:
      Kobo: { type: integer }
    `,
  ],
])("reports %s", (_title, yaml) => expectFaults(yaml));
