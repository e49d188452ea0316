import { it } from "vitest";
import { expectFaults } from "../../support/marked-yaml.js";

it.each([
  [
    "a task with a cron and schedules",
    `
    tasks:
      a:
        cron: "0 0 * * *"
              ^^^^^^^^^^^ cron-and-schedules: \`a\` has both \`cron\` and \`schedules\`. Move the cron into the schedules, under a name.
        schedules: { weekly: { cron: "0 0 * * 0" } }
    `,
  ],
  [
    "a schedule without the payload that its task requires, and one with a payload that it doesn't take",
    `
    tasks:
      a:
        cron: "0 0 * * *"
              ^^^^^^^^^^^ schedule-payload: \`a\` takes a payload, but its schedule has none. Give it one under \`schedules\`.
        payload: { type: object }
      b:
        schedules:
          weekly: { cron: "0 0 * * 0", payload: { c: 1 } }
                                                ^^^^^^^^ schedule-payload: \`b\` takes no payload, but this schedule has one.
    `,
  ],
  [
    "a schedule whose payload does not fit, at every place",
    `
    tasks:
      a:
        payload:
          type: object
          additionalProperties: false
          required: [trigger]
          properties: { trigger: { enum: [scheduled, manual] }, day: { type: integer, default: 1 } }
        schedules:
          good: { cron: "0 0 * * 0", payload: { trigger: scheduled } }
          bad: { cron: "0 0 * * 0", payload: { trigger: schedule, extra: 1 } }
                                             ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ schedule-payload: The payload must NOT have additional properties: \`extra\`, by the contract of \`savings:a\`.
                                                        ^^^^^^^^ schedule-payload: \`trigger\` must be equal to one of the allowed values, by the contract of \`savings:a\`.
    `,
  ],
])("reports %s", (_title, yaml) => expectFaults(yaml));
