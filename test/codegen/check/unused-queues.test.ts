import { it } from "vitest";
import { expectFaults } from "../../support/marked-yaml.js";

it.each([
  [
    "a queue without a task",
    `
    queues:
      critical:
      low:
      ^^^ unused-queue: No task uses the queue \`low\`. Remove it, or give it a task.
    tasks:
      pay: { queue: critical }
    `,
  ],
  [
    "nothing, where the queue's tasks are in another file",
    `
    queues: { critical: , default: }
    tasks: { remind: }
    === loan.yaml
    tasks: { collect: { queue: critical } }
    `,
  ],
  [
    "nothing that a part under a misspelt name may hold",
    `
    queues: { critical: }
    taks:
    ^^^^ unknown-key: \`taks\` is not a workflow setting. Did you mean \`tasks\`?
      pay: { queue: critical }
    `,
  ],
  [
    "it beside a misspelt setting of a task",
    `
    queues:
      low:
      ^^^ unused-queue: No task uses the queue \`low\`. Remove it, or give it a task.
    tasks:
      pay: { retires: 3 }
             ^^^^^^^ unknown-key: \`retires\` is not a task setting. Did you mean \`retries\`?
    `,
  ],
])("reports %s", (_title, yaml) => expectFaults(yaml));
