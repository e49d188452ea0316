import { it } from "vitest";
import { expectFaults } from "../../support/marked-yaml.js";

it.each([
  [
    "an attempt that may take longer than the whole job",
    `
    tasks:
      a: { timeout: 2m, deadline: 1m }
                                  ^^ timeout-beyond-deadline: \`a\` may take 2m for one attempt but has only 1m in all.
      b: { deadline: 10m }
                     ^^^ timeout-beyond-deadline
      c: { timeout: 1m, deadline: 1m }
    `,
  ],
])("reports %s", (_title, yaml) => expectFaults(yaml));
