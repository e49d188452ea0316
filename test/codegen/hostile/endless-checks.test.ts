import { expect, it } from "vitest";
import { findUnsoundness } from "../../support/compiled-projects.js";

/*
 * Checks that would take years. Each is given up after a time, and said; `it` fails by its own timeout where it isn't.
 */
const endless = `"^(a+)+$"`;
const text = `${"a".repeat(60)}!`;
const property = (more: string) => `{ type: string, pattern: ${endless}, ${more} }`;

it.each([
  ["a default", `payload: { type: object, properties: { a: ${property(`default: "${text}"`)} } }`, "invalid-default"],
  [
    "a hundred defaults",
    `payload: { type: object, properties: { ${Array.from({ length: 100 }, (_, n) => `a${n}: ${property(`default: "${text}"`)}`).join(", ")} } }`,
    "invalid-default",
  ],
  [
    "a schedule's payload",
    `schedules: { s: { cron: "@daily", payload: { a: "${text}" } } }, payload: { type: object, properties: { a: ${property("")} } }`,
    "schedule-payload",
  ],
  [
    "a property's name beside a pattern",
    `payload: { type: object, properties: { "${text}": true }, patternProperties: { ${endless}: true } }`,
    "invalid-schema",
  ],
])("ends the check of %s that takes for ever", (_title, settings, code) => {
  const { compilation, problems } = findUnsoundness([
    { path: "workflows/a.yaml", text: `tasks: { pay: { ${settings} } }\n` },
  ]);
  expect(problems).toEqual([]);
  const [first] = compilation.diagnostics;
  expect(first).toMatchObject({ code, message: expect.stringMatching(/cannot be found out in time/) });
});
