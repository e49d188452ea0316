import { it } from "vitest";
import { expectFaults } from "../../support/marked-yaml.js";

it.each([
  [
    "a queue that two files declare",
    `
    queues:
      critical: { weight: 2 }
      ^^^^^^^^ duplicate-queue: The queue \`critical\` is declared twice. Keep one declaration
    tasks:
      pay: { queue: critical }
    === queues.yaml
    queues:
      critical: { weight: 6 }
    `,
  ],
  [
    "two files of one workflow",
    `
    workflow: money
              ^^^^^ duplicate-workflow: Two files declare the workflow \`money\`. Merge them
    === loan.yaml
    workflow: money
    `,
  ],
  [
    "a file whose own name is another's workflow",
    `
    description: Savings
    ^ duplicate-workflow
    === circles.yaml
    workflow: savings
    `,
  ],
])("reports %s", (_title, yaml) => expectFaults(yaml));
