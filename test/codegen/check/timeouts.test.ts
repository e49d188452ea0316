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
  [
    "a job whose time is over before it starts",
    `
    tasks:
      a: { timeout: 1m, delay: 30m, deadline: 20m }
                                              ^^^ timeout-beyond-deadline: \`a\` starts 30m after it was enqueued and has only 20m in all, so that none would run. Shorten \`delay\`
      b: { timeout: 1m, delay: 20m, deadline: 20m }
                                              ^^^ timeout-beyond-deadline
      c: { timeout: 1m, delay: 19m, deadline: 20m }
    `,
  ],
])("reports %s", (_title, yaml) => expectFaults(yaml));
