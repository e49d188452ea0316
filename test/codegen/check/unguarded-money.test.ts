import { it } from "vitest";
import { expectFaults } from "../../support/marked-yaml.js";

it.each([
  [
    "money on the heaviest queue that nothing keeps from moving twice",
    `
    queues:
      critical: { weight: 6 }
      bulk: { weight: 6 }
      low: { weight: 1 }
    schemas:
      Transfer: { type: object, properties: { amount: { type: integer } } }
      Kobo: { type: integer }
    tasks:
      pay:
      ^^^ unguarded-money: \`pay\` seems to move money (\`amount\`, on the queue of the highest weight), and a duplicate or a crash would move it twice. Declare \`idempotency: { key: [reference] }\`
        queue: critical
        payload: { type: object, properties: { id: { type: string }, amount: { $ref: "#/schemas/Kobo" } } }
      settle:
      ^^^^^^ unguarded-money: \`settle\` seems to move money (\`total_fee\`
        queue: bulk
        payload: { allOf: [{ type: object, properties: { total_fee: { type: integer } } }] }
      transfer: { queue: critical, payload: { $ref: "#/schemas/Transfer" } }
      ^^^^^^^^ unguarded-money: \`transfer\` seems to move money (\`amount\`
      remind:
        queue: low
        payload: { type: object, properties: { amount: { type: integer } } }
      collect:
        queue: critical
        idempotency: { key: [id] }
        payload: { type: object, required: [id], properties: { id: { type: string }, amount: { type: integer } } }
      price: { queue: critical, payload: { type: object, properties: { fee_rate: { type: integer } } } }
      count: { queue: critical, payload: { type: object, properties: { items: { type: integer } } } }
    `,
  ],
  [
    "nothing while no queue outweighs another",
    `
    queues:
      critical:
    tasks:
      pay: { queue: critical, payload: { type: object, properties: { amount: { type: integer } } } }
    `,
  ],
])("reports %s", (_title, yaml) => expectFaults(yaml));
