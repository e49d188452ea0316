import { it } from "vitest";
import { expectFaults } from "../../support/marked-yaml.js";

it.each([
  [
    "two tasks of one TypeScript name",
    `
    tasks:
      send_sms:
      send-sms:
      ^^^^^^^^ clashing-names: \`send_sms\` and \`send-sms\` both become \`sendSms\` in TypeScript. Rename one.
      sendSMS:
      ^^^^^^^ clashing-names: \`send_sms\` and \`sendSMS\` both become \`sendSms\`
    `,
  ],
  [
    "two workflows of one TypeScript name",
    `
    workflow: pay_out
              ^^^^^^^ clashing-names: \`pay-out\` and \`pay_out\` both become \`payOut\`
    === pay.yaml
    workflow: pay-out
    `,
  ],
  [
    "a schema that is called as a generated type",
    `
    schemas:
      PayOutPayload: { type: object }
      ^^^^^^^^^^^^^ clashing-names: \`pay_out\` and \`PayOutPayload\` both become \`PayOutPayload\`
    tasks:
      pay_out:
    `,
  ],
])("reports %s", (_title, yaml) => expectFaults(yaml));
