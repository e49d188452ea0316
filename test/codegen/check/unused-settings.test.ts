import { it } from "vitest";
import { expectFaults } from "../../support/marked-yaml.js";

it.each([
  [
    "an exponent without a polynomial",
    `
    tasks:
      a: { backoff: { type: fixed, exponent: 3 } }
                                             ^ unused-setting: \`exponent\` has no effect on \`fixed\` backoff.
      b: { backoff: { exponent: 3 } }
                                ^ unused-setting
      c: { backoff: { type: polynomial, exponent: 3 } }
    `,
  ],
  [
    "settings of a schedule on a task without one",
    `
    tasks:
      a: { timezone: Africa/Lagos }
           ^^^^^^^^ unused-setting: \`timezone\` has no effect on a task without \`cron\`. Remove it.
      b: { missed: once, schedules: { nightly: { cron: "0 0 * * *" } } }
           ^^^^^^ unused-setting
      c: { timezone: Africa/Lagos, schedules: { nightly: { cron: "0 0 * * *" } } }
    `,
  ],
])("reports %s", (_title, yaml) => expectFaults(yaml));
