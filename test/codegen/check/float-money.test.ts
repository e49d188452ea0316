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
])("warns of %s", (_title, yaml) => expectFaults(yaml));
