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
])("reports %s", (_title, yaml) => expectFaults(yaml));
