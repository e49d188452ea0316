import { it } from "vitest";
import { expectFaults } from "../../support/marked-yaml.js";

it.each([
  [
    "crons that cannot be read, or never fire",
    `
    tasks:
      a: { cron: "* * *" }
                 ^^^^^^^ invalid-cron: \`* * *\` has 3 fields. Write five: minute, hour, day of month, month, day of week.
      b: { cron: "61 * * * *" }
                 ^^^^^^^^^^^^ invalid-cron: \`61 * * * *\` is not a cron expression:
      c: { cron: "0 0 30 2 *" }
                 ^^^^^^^^^^^^ invalid-cron: \`0 0 30 2 *\` never fires: no month has that day.
      d: { cron: "H * * * *" }
                 ^^^^^^^^^^^ invalid-cron: \`H * * * *\` uses \`H\`, which every worker would read differently.
      e: { cron: "@fortnightly" }
                 ^^^^^^^^^^^^^^ invalid-cron
      f:
        schedules:
          nightly: { cron: "0 25 * * *" }
                           ^^^^^^^^^^^^ invalid-cron
    `,
  ],
  [
    "time zones that do not exist",
    `
    defaults:
      timezone: Africa/Lagoss
                ^^^^^^^^^^^^^ unknown-timezone: There is no time zone \`Africa/Lagoss\`. Did you mean \`Africa/Lagos\`?
    tasks:
      a: { cron: "0 0 * * *" }
      b: { cron: "0 0 * * *", timezone: Mars/Olympus }
                                        ^^^^^^^^^^^^ unknown-timezone
    `,
  ],
  [
    "nothing, for what BullMQ runs",
    `
    tasks:
      a: { cron: "*/5 * * * *", timezone: Africa/Lagos }
      b: { cron: "0 0 29 2 *" }
      c: { cron: "@hourly", timezone: UTC }
      d: { cron: "30 0 0 * * MON-FRI" }
    `,
  ],
])("reports %s", (_title, yaml) => expectFaults(yaml));
