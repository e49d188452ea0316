import { it } from "vitest";
import { expectFaults } from "../../support/marked-yaml.js";

it.each([
  [
    "crons that cannot be read, or never fire",
    `
    tasks:
      a: { cron: "* * *" }
                 ^^^^^^^ invalid-cron: \`* * *\` has 3 fields. Write five: minute, hour, day of month, month, day of week; or six, with seconds first.
      b: { cron: "61 * * * *" }
                 ^^^^^^^^^^^^ invalid-cron: \`61 * * * *\` is not a cron expression: \`61\` stands where 0 to 59 may stand. Fields: minute,
      c: { cron: "0 0 30 2 *" }
                 ^^^^^^^^^^^^ invalid-cron: \`0 0 30 2 *\` never fires: no month has that day.
      d: { cron: "H * * * *" }
                 ^^^^^^^^^^^ invalid-cron: \`H * * * *\` uses \`H\`, which every worker would read differently.
      e: { cron: "@fortnightly" }
                 ^^^^^^^^^^^^^^ invalid-cron: \`@fortnightly\` is no nickname of a cron. Known here: \`@yearly\`, \`@annually\`,
      g: { cron: "@dayly" }
                 ^^^^^^^^ invalid-cron: \`@dayly\` is no nickname of a cron. Did you mean \`@daily\`?
      h: { cron: "0 0 * * FOO" }
                 ^^^^^^^^^^^^^ invalid-cron: \`0 0 * * FOO\` is not a cron expression: \`foo\` is no name of a month or a weekday;
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
                                        ^^^^^^^^^^^^ unknown-timezone: There is no time zone \`Mars/Olympus\`. Use an IANA name such as \`Africa/Lagos\`.
      c: { cron: "0 0 * * *", timezone: new york }
                                        ^^^^^^^^ unknown-timezone: There is no time zone \`new york\`. Did you mean \`America/New_York\`?
    `,
  ],
  [
    "nothing, for what BullMQ runs",
    `
    tasks:
      a: { cron: "*/5 * * * *", timezone: Africa/Lagos }
      b: { cron: "0 0 29 2 *" }
      c: { cron: "@hourly", timezone: UTC }
      e: { cron: "@annually" }
      f: { cron: "@weekdays" }
      d: { cron: "30 0 0 * * MON-FRI" }
    `,
  ],
])("reports %s", (_title, yaml) => expectFaults(yaml));
