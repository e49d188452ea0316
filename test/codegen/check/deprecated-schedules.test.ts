import { it } from "vitest";
import { expectFaults } from "../../support/marked-yaml.js";

it.each([
  [
    "a deprecated task that still runs by itself",
    `
    tasks:
      tidy:
        deprecated: true
        cron: "0 * * * *"
              ^^^^^^^^^^^ deprecated-schedule: \`tidy\` is deprecated and still scheduled.
      tidy_all: { cron: "0 * * * *" }
      tidy_some: { deprecated: Use tidy_all. }
    `,
  ],
])("reports %s", (_title, yaml) => expectFaults(yaml));
