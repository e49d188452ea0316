import { it } from "vitest";
import { expectFaults } from "../../support/marked-yaml.js";

it.each([
  [
    "combinations that the validators would get wrong",
    `
    schemas:
      A: { type: array, contains: { type: string }, unevaluatedItems: false }
                                                    ^^^^^^^^^^^^^^^^ not-enforceable: \`unevaluatedItems\` cannot be enforced beside \`contains\`: say \`items\`
      Some: { type: array, anyOf: [{ items: { type: string } }, { minItems: 3 }] }
      B: { type: array, $ref: "#/schemas/Some", unevaluatedItems: false }
                                                ^^^^^^^^^^^^^^^^ not-enforceable: \`unevaluatedItems\` cannot be enforced beside \`anyOf\`
      C:
        type: object
        if: { required: [a], properties: { a: true } }
        else: { required: [b], properties: { b: true } }
        unevaluatedProperties: false
        ^^^^^^^^^^^^^^^^^^^^^ not-enforceable: \`unevaluatedProperties\` cannot be enforced beside \`else\`: give the \`if\` a \`then\`.
    `,
  ],
  [
    "nothing where they get it right",
    `
    schemas:
      Base: { type: object, properties: { id: { type: string } } }
      A:
        type: object
        allOf: [{ $ref: "#/schemas/Base" }]
        properties: { name: { type: string } }
        unevaluatedProperties: false
    `,
  ],
])("reports %s", (_title, yaml) => expectFaults(yaml));
