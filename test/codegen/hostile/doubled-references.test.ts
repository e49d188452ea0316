import { expect, it } from "vitest";
import { compile } from "../../../codegen/index.js";

const REF = '{ $ref: "BEFORE" }';

/* Sixty schemas, each of which refers to the one before twice: who follows every way has 2⁶⁰ of them to go. */
it.each([
  ["a field", "unique: { by: [no], for: 1h }, payload: { $ref: '#/schemas/Object60' }", ["invalid-unique"]],
  [
    "a key",
    "idempotency: { key: [amount] }, payload: { type: object, required: [amount], allOf: [{ $ref: '#/schemas/Object60' }] }",
    [],
  ],
  ["a type", "payload: { type: object, required: [no], allOf: [{ $ref: '#/schemas/Object60' }] }", []],
  ["money", "payload: { type: object, properties: { amount: { $ref: '#/schemas/Object60' } } }", []],
  ["items", "payload: { type: array, unevaluatedItems: false, allOf: [{ $ref: '#/schemas/List60' }] }", []],
  [
    "properties",
    "payload: { type: object, unevaluatedProperties: false, allOf: [{ $ref: '#/schemas/Object60' }] }",
    [],
  ],
  [
    "a schedule",
    "payload: { $ref: '#/schemas/Object60' }, schedules: { x: { cron: '0 0 * * *', payload: { amount: x } } }",
    ["schedule-payload"],
  ],
  [
    "a default",
    "payload: { type: object, properties: { a: { type: object, default: {}, allOf: [{ $ref: '#/schemas/Object60' }] } } }",
    ["invalid-default"],
  ],
])(
  "goes through schemas that lead the same way many times but once, for %s",
  { timeout: 60_000 },
  (_title, task, codes) => {
    const doubled = (name: string, type: string, first: string) => [
      `  ${name}0: ${first}`,
      ...Array.from({ length: 60 }, (_, n) => {
        const before = `{ $ref: "#/schemas/${name}${n}" }`;
        return `  ${name}${n + 1}: { type: ${type}, allOf: [${before}, ${before}] }`;
      }),
    ];
    const lines = [
      "schemas:",
      ...doubled("Object", "object", "{ type: object, properties: { amount: { type: string } } }"),
      ...doubled("List", "array", "{ type: array, items: { type: string } }"),
      "tasks:",
      `  pay: { ${task} }`,
    ];
    const sources = [{ path: "workflows/a.yaml", text: `${lines.join("\n")}\n` }];
    const { diagnostics, files } = compile(sources, { workflows: "workflows", generated: "generated" });
    expect(diagnostics.map(({ code }) => code)).toEqual(codes);
    expect(files !== undefined).toBe(codes.length === 0);
  },
);

/* Longer than calls can be deep. */
it.each([
  ["a field", REF, "unique: { by: [x], for: 1h }, payload: { $ref: 'LAST' }"],
  [
    "a type",
    `{ type: object, allOf: [${REF}] }`,
    "payload: { type: object, required: [no], allOf: [{ $ref: 'LAST' }] }",
  ],
  ["money", REF, "payload: { type: object, properties: { amount: { $ref: 'LAST' } } }"],
  ["money by way of others", `{ anyOf: [${REF}] }`, "payload: { $ref: 'LAST' }"],
])("goes through a chain of fifteen thousand references, for %s", { timeout: 60_000 }, (_title, link, task) => {
  const chain = Array.from({ length: 15_000 }, (_, n) => `  A${n + 1}: ${link.replace("BEFORE", `#/schemas/A${n}`)}`);
  const lines = [
    "queues: { critical: { weight: 6 }, low: { weight: 1 } }",
    "schemas:",
    "  A0: { type: object, properties: { x: { type: string } } }",
    ...chain,
    "tasks:",
    "  remind: { queue: low }",
    `  pay: { queue: critical, ${task.replace("LAST", "#/schemas/A15000")} }`,
  ];
  const { diagnostics } = compile([{ path: "workflows/a.yaml", text: `${lines.join("\n")}\n` }], {
    workflows: "workflows",
    generated: "generated",
  });
  expect(diagnostics.map(({ code }) => code)).toEqual(task.startsWith("unique") ? ["invalid-unique"] : []);
});
