import { it } from "vitest";
import { expectFaults } from "../../support/marked-yaml.js";

it.each([
  [
    "keywords that JSON Schema does not have",
    `
    tasks:
      pay:
        payload:
          type: object
          requried: [a]
          ^^^^^^^^ unknown-keyword: \`requried\` is not a keyword of schemas here. Did you mean \`required\`?
          properties:
            a: { type: string, nullable: true }
                               ^^^^^^^^ unknown-keyword: \`nullable\` is not a keyword of schemas here. Write \`type: [string, 'null']\`.
            nullable: { type: boolean }
          definitions: {}
          ^^^^^^^^^^^ unknown-keyword: \`definitions\` is not a keyword of schemas here. Declare the schema under \`schemas:\`
    `,
  ],
  [
    "a format that nothing checks",
    `
    schemas:
      When: { type: string, format: datetime }
                                    ^^^^^^^^ unknown-format: No validator knows the format \`datetime\`. Did you mean \`date-time\`?
    `,
  ],
  [
    "patterns that are no regular expressions",
    `
    tasks:
      pay: { payload: { type: string, pattern: "(" } }
                                               ^^^ invalid-schema: \`(\` is not a regular expression: /(/u: Unterminated group.
      b: { payload: { type: object, patternProperties: { "[": { type: string } } } }
                                                         ^^^ invalid-schema
    `,
  ],
  [
    "a mark of sensitivity that is neither true nor false",
    `
    schemas:
      Pin: { type: string, x-sensitive: yes }
                                        ^^^ invalid-schema: \`x-sensitive\` is \`true\`, or left out.
      Card: { type: object, properties: { number: { type: string, x-sensitive: true } } }
    `,
  ],
])("reports %s", (_title, yaml) => expectFaults(yaml));
