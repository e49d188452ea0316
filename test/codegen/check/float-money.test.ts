import { it } from "vitest";
import { expectFaults } from "../../support/marked-yaml.js";

it.each([
  [
    "sums of money that are no whole numbers",
    `
    schemas:
      Naira: { type: number, minimum: 0 }
    tasks:
      pay:
        payload:
          type: object
          properties:
            amount: { type: number }
            ^^^^^^ float-money: \`amount\` sounds like money, and a \`number\` cannot hold every sum exactly. Use an \`integer\`
            totalFees: { type: [number, "null"] }
            ^^^^^^^^^ float-money
            price: { $ref: "#/schemas/Naira" }
            ^^^^^ float-money
            balance: { type: integer }
            fee_rate: { type: number }
            temperature: { type: number }
    `,
  ],
  [
    "lists, maps and choices of them, and shared schemas that sound like money, once",
    `
    schemas:
      Amount: { type: number }
      ^^^^^^ float-money: \`Amount\` sounds like money
      Cost: { type: array, items: { anyOf: [{ type: integer }, { $ref: "#/schemas/Cost" }] } }
    tasks:
      pay:
        payload:
          type: object
          properties:
            balances: { type: array, items: { type: number } }
            ^^^^^^^^ float-money: \`balances\` sounds like money
            fee: { anyOf: [{ type: number }, { type: "null" }] }
            ^^^ float-money
            amounts: { type: object, additionalProperties: { type: number } }
            ^^^^^^^ float-money
            amount: { $ref: "#/schemas/Amount" }
            deposit: { type: object, properties: { rate: { type: number } } }
    `,
  ],
])("warns of %s", (_title, yaml) => expectFaults(yaml));
