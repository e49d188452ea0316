import { it } from "vitest";
import { expectFaults } from "../../support/marked-yaml.js";

it.each([
  [
    "a field that cannot tell jobs apart",
    `
    schemas:
      Id: { type: string }
    tasks:
      a:
        unique: { by: [usr_id, note, tags, user_id, kind], for: 12h }
                       ^^^^^^ invalid-unique: Not every payload declares a field \`usr_id\`. Did you mean \`user_id\`?
                               ^^^^ invalid-unique: A payload may lack \`note\`, so it cannot tell jobs apart. Add it to \`required\`.
                                     ^^^^ invalid-unique: \`tags\` cannot tell jobs apart: its \`type\` is no plain one.
        payload:
          type: object
          required: [user_id, tags, kind]
          properties:
            user_id: { $ref: "#/schemas/Id" }
            note: { type: string }
            tags: { type: array }
            kind: { enum: [a, 1, true] }
      b:
        unique: { by: [user_id], until: completed }
                       ^^^^^^^ invalid-unique: \`b\` has no payload. For one live job of the task, write \`by: []\`.
    `,
  ],
  [
    "what is meant, from all that the payload declares at its top",
    `
    schemas:
      Base: { type: object, required: [id], properties: { id: { type: integer } } }
    tasks:
      a:
        unique: { by: [idd, email], for: 12h }
                       ^^^ invalid-unique: Not every payload declares a field \`idd\`. Did you mean \`id\`?
                            ^^^^^ invalid-unique: Not every payload declares a field \`email\`. Known here: \`user\`, \`id\`.
        payload:
          type: object
          allOf: [{ $ref: "#/schemas/Base" }]
          properties: { user: { type: object, properties: { email: { type: string } } } }
      b:
        unique: { by: [id], for: 12h }
                       ^^ invalid-unique: Not every payload declares a field \`id\`.
        payload: { type: object, anyOf: [{ $ref: "#/schemas/Base" }, { type: object, properties: { no: { type: string } } }] }
    `,
  ],
  [
    "nothing where every payload has the field, wherever it is declared",
    `
    schemas:
      Base: { type: object, required: [id], properties: { id: { type: integer } } }
    tasks:
      a: { unique: { by: [id], for: 12h }, payload: { $ref: "#/schemas/Base" } }
      b: { unique: { by: [id], for: 12h }, payload: { allOf: [{ $ref: "#/schemas/Base" }] } }
      c:
        unique: { by: [id, kind], until: completed }
        payload:
          type: object
          required: [kind]
          oneOf:
            - { type: object, required: [id], properties: { id: { type: string }, kind: { const: x } } }
            - { type: object, required: [id], properties: { id: { type: string }, kind: { const: y } } }
      d: { unique: { by: [], until: completed } }
    `,
  ],
  [
    "a time that is missing or told twice",
    `
    tasks:
      a: { unique: { by: [] } }
                   ^^^^^^^^^^ invalid-unique: Write \`for: 12h\` (at most this long) or \`until: completed\`.
      b: { unique: { by: [], for: 1h, until: completed } }
                                             ^^^^^^^^^ invalid-unique: Write \`for: 12h\` (at most this long) or \`until: completed\`, not both.
      c: { unique: { for: 1h } }
                   ^^^^^^^^^^^ missing-key: \`unique\` needs \`by\`
    `,
  ],
  [
    "a schedule, whose runs nothing would hold back",
    `
    tasks:
      a: { cron: "0 * * * *", unique: { by: [], until: completed } }
                                      ^^^^^^^^^^^^^^^^^^^^^^^^^^^^ not-available: \`unique\` is not available yet for a task with a schedule
    `,
  ],
])("reports %s", (_title, yaml) => expectFaults(yaml));
