import { it } from "vitest";
import { expectFaults } from "../../support/marked-yaml.js";

it.each([
  [
    "a field that cannot name an effect",
    `
    schemas:
      Id: { type: string }
    tasks:
      a:
        idempotency: { key: [refrence, note, tags, user_id], fingerprint: [amout, user_id] }
                             ^^^^^^^^ invalid-idempotency: Not every payload declares a field \`refrence\`. Did you mean \`reference\`?
                                       ^^^^ invalid-idempotency: A payload may lack \`note\`, so it cannot tell jobs apart. Add it to \`required\`.
                                             ^^^^ invalid-idempotency: \`tags\` cannot tell jobs apart: its \`type\` is no plain one.
                                                                           ^^^^^ invalid-idempotency: Not every payload declares a field \`amout\`. Did you mean \`amount\`?
        payload:
          type: object
          required: [reference, tags, user_id, amount]
          properties:
            reference: { type: string }
            user_id: { $ref: "#/schemas/Id" }
            note: { type: string }
            tags: { type: array }
            amount: { type: integer }
    `,
  ],
  [
    "a key that every job would share, and a fingerprint that compares nothing",
    `
    tasks:
      a: { idempotency: { key: [x] } }
                        ^^^^^^^^^^^^ invalid-idempotency: \`a\` has no payload, so nothing tells its effects apart.
      b: { idempotency: { key: [] }, payload: { type: object } }
                        ^^^^^^^^^^^ invalid-idempotency: With an empty \`key\` the task could run once and never again.
      c: { idempotency: { key: [x], fingerprint: [] }, payload: { type: object, required: [x], properties: { x: { type: string } } } }
                        ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ invalid-idempotency: An empty \`fingerprint\` compares nothing.
      d: { idempotency: { ttl: 200d }, payload: { type: object } }
                        ^^^^^^^^^^^^^ missing-key: \`idempotency\` needs \`key\`
    `,
  ],
  [
    "a duplicate that would owe a result",
    `
    tasks:
      a:
        idempotency: { key: [x], onDuplicate: skip }
                                              ^^^^ invalid-idempotency: \`skip\` drops a duplicate, though the task has a result that somebody may wait for.
        payload: &p { type: object, required: [x], properties: { x: { type: string } } }
        result: { type: string }
      b: { idempotency: { key: [x], onDuplicate: skip }, payload: *p }
      c: { idempotency: { key: [x], onDuplicate: error }, payload: *p, result: { type: string } }
    `,
  ],
  [
    "a schedule, whose payload is the same each time",
    `
    tasks:
      a:
        idempotency: { key: [x] }
                     ^^^^^^^^^^^^ invalid-idempotency: A schedule's payload is the same each time, so every run after the first would be a duplicate.
        payload: { type: object, required: [x], properties: { x: { type: string } } }
        schedules: { daily: { cron: "0 0 * * *", payload: { x: a } } }
    `,
  ],
  [
    "words that it doesn't know",
    `
    tasks:
      a:
        idempotency: { key: [x], onDuplicate: ignore, leese: 5s }
                                              ^^^^^^ wrong-type: \`onDuplicate\` must be one of \`result\`, \`skip\`, \`error\`, not \`ignore\`.
                                                      ^^^^^ unknown-key: \`leese\` is not an idempotency setting. Did you mean \`lease\`?
        payload: { type: object, required: [x], properties: { x: { type: string } } }
    `,
  ],
])("reports %s", (_title, yaml) => expectFaults(yaml));
