import { it } from "vitest";
import { expectFaults } from "../../support/marked-yaml.js";

it.each([
  [
    "schemas that refer back to themselves for the same value",
    `
    schemas:
      A: { $ref: "#/schemas/A" }
      ^ circular-reference: \`A\` refers to itself before it says anything of the value, so no check of it would end.
      B: { anyOf: [{ type: string }, { $ref: "#/schemas/C" }] }
      ^ circular-reference
      C: { allOf: [{ $ref: "#/schemas/B" }] }
      ^ circular-reference
      D: { $ref: "#/schemas/A" }
    `,
  ],
  [
    "nothing where a property, an item or a map of it leads back",
    `
    schemas:
      Tree: { type: object, properties: { left: { $ref: "#/schemas/Tree" } } }
      List: { type: array, items: { $ref: "#/schemas/List" } }
      Json: { anyOf: [{ type: string }, { type: object, additionalProperties: { $ref: "#/schemas/Json" } }] }
    `,
  ],
])("reports %s", (_title, yaml) => expectFaults(yaml));
