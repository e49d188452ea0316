import { it } from "vitest";
import { expectFaults } from "../../support/marked-yaml.js";

it.each([
  [
    "a queue that no file declares",
    `
    queues:
      critical:
    tasks:
      process_payout:
        queue: criticl
               ^^^^^^^ unknown-queue: No file declares a queue \`criticl\`. Did you mean \`critical\`?
    `,
  ],
  [
    "the queue of the file's defaults, at the place that names it",
    `
    defaults:
      queue: slow
             ^^^^ unknown-queue: No file declares a queue \`slow\`. Known here: \`default\`.
    tasks:
      process_payout:
    `,
  ],
  [
    "it once, however many tasks inherit it",
    `
    defaults:
      queue: slow
             ^^^^ unknown-queue
    tasks:
      process_payout:
      send_receipt:
      tidy_up: { queue: default }
    `,
  ],
  [
    "nothing, where another file declares the queue",
    `
    tasks:
      process_payout: { queue: critical }
    === queues.yaml
    queues:
      critical: { weight: 6 }
    `,
  ],
  [
    "nothing, where a task names no queue: `default` exists by itself",
    `
    tasks:
      process_payout:
    `,
  ],
])("reports %s", (_title, yaml) => expectFaults(yaml));
