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
                                                        ^^^^^^^^ schedule-payload: \`"schedule"\` is not allowed here, by the contract of \`savings:a\`. Did you mean \`"scheduled"\`?
                                                                  ^^^^^ schedule-payload: No property \`extra\` may be here, by the contract of \`savings:a\`. Known here: \`trigger\`, \`day\`.
          typed: { cron: "0 0 * * 0", payload: { triger: manual } }
                                               ^^^^^^^^^^^^^^^^^^ schedule-payload: The payload must have required property 'trigger', by the contract of \`savings:a\`.
                                                 ^^^^^^ schedule-payload: No property \`triger\` may be here, by the contract of \`savings:a\`. Did you mean \`trigger\`?
    `,
  ],
])("reports %s", (_title, yaml) => expectFaults(yaml));
