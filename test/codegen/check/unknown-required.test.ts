import { it } from "vitest";
import { expectFaults } from "../../support/marked-yaml.js";

it.each([
  [
    "required names that a closed object does not let in",
    `
    schemas:
      A:
        type: object
        additionalProperties: false
        required: [user_id, amout]
                            ^^^^^ unknown-required: \`amout\` is required, but no such property may be there. Did you mean \`amount\`?
        properties: { user_id: { type: string }, amount: { type: integer } }
      B:
        type: object
        additionalProperties: false
        properties: { a: {}, b: {}, city: {} }
        dependentRequired: { a: [b, cty], bb: [a] }
                                    ^^^ unknown-required: \`cty\` is required, but no such property may be there. Did you mean \`city\`?
                                          ^^ unknown-required: \`bb\` requires others, but no such property may be there. Did you mean \`b\`?
    `,
  ],
  [
    "nothing where other properties may be there",
    `
    schemas:
      A: { type: object, required: [b], properties: { a: { type: string } } }
      B: { type: object, required: [x-b], additionalProperties: false, patternProperties: { "^x-": { type: string } } }
    `,
  ],
])("reports %s", (_title, yaml) => expectFaults(yaml));
