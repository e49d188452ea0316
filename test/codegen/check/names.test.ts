import { it } from "vitest";
import { expectFaults } from "../../support/marked-yaml.js";

it.each([
  [
    "names that cannot be generated",
    `
    workflow: my savings
              ^^^^^^^^^^ invalid-name: \`my savings\` cannot name a workflow. Use letters, digits
    queues:
      "a:b":
      ^^^^^ invalid-name: \`a:b\` cannot name a queue.
    schemas:
      kobo: { type: integer }
      ^^^^ invalid-name: \`kobo\` cannot name a schema: it becomes a type.
    tasks:
      pay__out:
      ^^^^^^^^ invalid-name: \`pay__out\` cannot name a task.
      1st:
      ^^^ invalid-name
      "\${x}":
      ^^^^^^ invalid-name
      "*/":
      ^^^^ invalid-name
      💸:
      ^^ invalid-name
      nightly:
        queue: "a:b"
        schedules:
          "at night": { cron: "0 0 * * *" }
          ^^^^^^^^^^ invalid-name: \`at night\` cannot name a schedule.
    `,
  ],
  [
    "words of TypeScript's own",
    `
    tasks:
      delete:
      ^^^^^^ reserved-name: \`delete\` is a word of TypeScript's own. Say more, e.g. \`delete_item\`.
      Class:
      ^^^^^ reserved-name
      delete_member:
    `,
  ],
  [
    "names that the generated code uses",
    `
    workflow: close
              ^^^^^ reserved-name: A workflow cannot be called \`close\`: the generated code uses \`close\` itself.
    schemas:
      Record: { type: object }
      ^^^^^^ reserved-name: The generated types already use \`Record\`.
      Tasks: { type: object }
      ^^^^^ reserved-name
      IdempotentTaskClient: { type: object }
      ^^^^^^^^^^^^^^^^^^^^ reserved-name
    tasks:
      then:
      ^^^^ reserved-name
      constructor:
      ^^^^^^^^^^^ reserved-name
      idempotent:
      ^^^^^^^^^^ reserved-name
      options:
      ^^^^^^^ reserved-name
    `,
  ],
  [
    "files whose workflows would be called as the generated project files",
    `
    owner: me
    === workflows/Worker.yml
    owner: me
    ^ reserved-name: A workflow cannot be called \`Worker\`: the generated code uses \`worker\` itself.
    === workflows/catalog.yaml
    owner: me
    ^ reserved-name
    === workflows/index.yaml
    owner: me
    ^ reserved-name
    === workflows/toString.yaml
    owner: me
    ^ reserved-name
    `,
  ],
  [
    "nothing, for the usual spellings",
    `
    workflow: Savings-circles2
    tasks: { pay_out: , pay-in: , settleNow: , a1: }
    `,
  ],
])("reports %s", (_title, yaml) => expectFaults(yaml));
