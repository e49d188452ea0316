import { describe, expect, it } from "vitest";
import { parseWorkflow } from "../../../codegen/parse/parse-workflow.js";
import { parseDuration } from "../../../codegen/parse/scalars.js";
import { expectFaults, findFaults } from "../../support/marked-yaml.js";

it.each([
  [
    "keys that are not settings",
    `
    retry: 3
    ^^^^^ unknown-key: \`retry\` is not a workflow setting. Known here: \`workflow\`, \`description\`,
    deadline: 1h
    ^^^^^^^^ unknown-key: \`deadline\` is not a workflow setting. It belongs to a task, or under \`defaults\`.
    tasks:
      a:
        queue: low
        corn: "0 * * * *"
        ^^^^ unknown-key: \`corn\` is not a task setting. Did you mean \`cron\`?
        qeuue: low
        ^^^^^ unknown-key: \`qeuue\` is not a task setting. Did you mean \`queue\`?
        every: 1h
        ^^^^^ unknown-key: \`every\` is not a task setting. Known here: \`description\`, \`owner\`,
        retris: 3
        ^^^^^^ unknown-key: \`retris\` is not a task setting. Did you mean \`retries\`?
        attempts: 3
        ^^^^^^^^ unknown-key: \`attempts\` is not a task setting. Did you mean \`retries\`?
        rateLimit: { max: 1, per: 1s }
        ^^^^^^^^^ unknown-key: \`rateLimit\` is not a task setting. It belongs to a queue
        backoff: { tipe: fixed }
                   ^^^^ unknown-key: \`tipe\` is not a backoff setting. Did you mean \`type\`?
    queues:
      low:
        retries: 3
        ^^^^^^^ unknown-key: \`retries\` is not a queue setting. It belongs to a task
        retention: {}
        ^^^^^^^^^ unknown-key: \`retention\` is not a queue setting. It belongs to a task, or under \`defaults\`.
        rateLimit: { max: 5 }
                   ^^^^^^^^^^ missing-key: \`rateLimit\` needs \`per\`
    `,
  ],
  [
    "values of the wrong form",
    `
    workflow: 3
              ^ wrong-type: \`workflow\` must be text, not \`3\`.
    tasks:
      a:
        retries: -1
                 ^^ wrong-type: \`retries\` must be a whole number from 0 to 1000, not \`-1\`.
        version: "2"
                 ^^^ wrong-type: \`version\` must be a whole number from 1 to 1000000, not the text \`2\`.
        timeout: 30
                 ^^ wrong-type: \`timeout\` must be a duration of at least 1ms such as \`500ms\`
        delay: 1m1h
               ^^^^ wrong-type
        priority: urgent
                  ^^^^^^ wrong-type: \`priority\` must be one of \`high\`, \`normal\`, \`low\`, not \`urgent\`.
        backoff: { jitter: 2 }
                           ^ wrong-type: \`jitter\` must be a number from 0 to 1, not \`2\`.
        tags: money
              ^^^^^ wrong-type: \`tags\` must be a list, not \`money\`.
      b: [c]
         ^^^ wrong-type: \`b\` must be a mapping of keys to values, not a list.
    `,
  ],
  [
    "a cron without its quotes, once, in words that help",
    `
    tasks:
      a:
        cron: */5 * * * *
              ^^^^^^^^^^^ unquoted-cron: YAML reads a bare \`*\` as an alias. Quote it: "*/5 * * * *".
    `,
  ],
  [
    "a cron without its quotes in braces, or too short for one",
    `
    tasks:
      a: { cron: */5 * * * *, retries: 1 }
                 ^^^^^^^^^^^ unquoted-cron
      b: { "cron": */5 }
                   ^^^ unquoted-cron: YAML reads a bare \`*\` as an alias. Quote it: "*/5".
    `,
  ],
  [
    "what else is wrong in a file whose cron has no quotes",
    `
    tasks:
      a:
        cron: * * * * *
              ^^^^^^^^^ unquoted-cron
        retris: 3
        ^^^^^^ unknown-key
      b: { cron: */10 * * * * , retries: many }
                 ^^^^^^^^^^^^ unquoted-cron
                                         ^^^^ wrong-type
    `,
  ],
  [
    "no cron in a text that shows one",
    `
    description: |
      Not so:
        cron: */5 * * * *
    tasks: [a]
           ^^^ wrong-type
    `,
  ],
  [
    "a mapping that is merged into another, among settings, names and properties",
    `
    tasks:
      a: &a { retries: 1 }
      b: { <<: *a, retries: 2 }
           ^^ merge-key: \`<<\` belongs to YAML 1.1. Say what tasks have in common under \`defaults\`
      <<: { c: }
      ^^ merge-key
    schemas:
      Base: { type: object, properties: &fields { x: { type: string } } }
      More: { type: object, properties: { <<: *fields, y: { type: string } } }
                                          ^^ merge-key
      Quoted: { type: object, properties: { "<<": { type: string } } }
    `,
  ],
  [
    "whole numbers that JavaScript cannot hold, however they are written",
    `
    schemas:
      A: { enum: [9007199254740993, 9007199254740993.0, 9007199254740991.0, 1.5, 2.0, 1e300] }
                  ^^^^^^^^^^^^^^^^ unsafe-number
                                    ^^^^^^^^^^^^^^^^^^ unsafe-number: \`9007199254740993\` is beyond 2^53
    `,
  ],
  [
    "broken YAML, every fault of it",
    `
    tasks:
      a: { retries: 1
      b: 2
      ^ yaml-syntax
    `,
  ],
  [
    "a key twice",
    `
    tasks:
      a: { retries: 1 }
      a: { retries: 2 }
      ^ yaml-syntax: Map keys must be unique.
    `,
  ],
  [
    "what else is wrong in a file that has a key twice",
    `
    queues:
      low:
      low: { weight: 2 }
      ^^^ yaml-syntax: Map keys must be unique.
    tasks:
      a:
        queue: lo
               ^^ unknown-queue: No file declares a queue \`lo\`. Did you mean \`low\`?
        payload:
          type: object
          required: [x]
          properties:
            x: { type: string, maxLenght: 3 }
                               ^^^^^^^^^ unknown-keyword
            x: { type: integer }
            ^ yaml-syntax: Map keys must be unique.
            y: { type: strin }
                       ^^^^^ invalid-schema
    `,
  ],
  [
    "what else is wrong in a schema that holds a number that JavaScript cannot",
    `
    schemas:
      A:
        type: object
        properties:
          a: { type: integer, maximum: 99999999999999999999 }
                                       ^^^^^^^^^^^^^^^^^^^^ unsafe-number
          b: { type: string, maxLenght: 3 }
                             ^^^^^^^^^ unknown-keyword
    `,
  ],
  [
    "numbers that JavaScript cannot hold",
    `
    schemas:
      A: { enum: [9007199254740993] }
                  ^^^^^^^^^^^^^^^^ unsafe-number: \`9007199254740993\` is beyond 2^53, where JavaScript loses digits.
      B: { type: integer, maximum: 9007199254740991 }
      C: { minimum: .nan }
                    ^^^^ wrong-type
    `,
  ],
  [
    "a property name that JavaScript gives another meaning",
    `
    schemas:
      A: { type: object, properties: { __proto__: { type: string } } }
                                       ^^^^^^^^^ reserved-name
    `,
  ],
])("reports %s", (_title, yaml) => expectFaults(yaml));

it.each([
  ["description: a: b", "Quote a text that has a colon in it;"],
  ["owner: @team", "Plain value cannot start with reserved character @. Quote the text."],
  ["tasks:\n\ta:", "Tabs are not allowed as indentation. Indent by spaces."],
  ['owner: "team', 'A text that begins with " has no " at its end. Close it.'],
  ['owner: "a\\q"', "Write two backslashes for one, or put the text between single quotes."],
  ["workflow\nowner: me", "Implicit keys need to be on a single line. Is a colon missing behind a key?"],
])("offers a way out of the broken YAML %j", (text, wayOut) => {
  const messages = findFaults([{ path: "savings.yaml", text }]).map(({ message }) => message);
  expect(messages.join("\n")).toContain(wayOut);
});

describe("files that are hardly files", () => {
  it.each([
    ["an empty file", "", []],
    ["comments only", "# nothing yet\n", []],
    ["keys without values", "tasks:\nqueues:\nschemas:\n", []],
    ["a list", "- a\n", ["wrong-type"]],
    ["plain text", "hello", ["wrong-type"]],
    ["two documents", "tasks: {}\n---\ntasks: {}\n", ["yaml-syntax"]],
    ["a thousand documents", "a: 1\n---\n".repeat(1000), ["yaml-syntax"]],
    ["twenty thousand open brackets", "[".repeat(20_000), ["yaml-syntax"]],
    ["twenty thousand lists in each other", "- ".repeat(20_000), ["yaml-syntax"]],
    ["a mapping indented a thousand times", nested(1000), ["yaml-syntax"]],
    ["a tab for an indent", "tasks:\n\ta: {}\n", ["yaml-syntax"]],
    ["line ends of an old Mac", "tasks:\r  a:\r", ["yaml-syntax"]],
    ["a line separator in a name", "tasks:\n  a\u2028b: {}\n", ["invalid-name"]],
    ["a tag that means code elsewhere", "tasks: !!js/function 'function () {}'\n", ["wrong-type"]],
    ["a key of a merge", "x: &x { retries: 1 }\ntasks:\n  a: { <<: *x }\n", ["unknown-key", "merge-key"]],
    ["UTF-16", "t\u0000a\u0000s\u0000k\u0000s\u0000", ["yaml-syntax"]],
    ["an alias to its own ancestor", "tasks: &t\n  a: { payload: *t }\n", ["wrong-type"]],
    ["an alias to nothing", "tasks: *nothing\n", ["yaml-syntax"]],
    ["line ends of Windows", "tasks:\r\n  a:\r\n    retries: 1\r\n", []],
  ])("takes %s calmly", (_title, text, codes) => {
    expect(findFaults([{ path: "a.yaml", text }]).map((found) => found.code)).toEqual(codes);
  });

  it("reads tens of thousands of keys and aliases in a moment", () => {
    const keys = Array.from({ length: 40_000 }, (_, i) => `      p${i}: *a\n`);
    const text = `schemas:\n  A: &a { type: string }\n  B:\n    properties:\n${keys.join("")}      p7: true\n`;
    const startedAt = performance.now();
    expect(parseWorkflow({ path: "a.yaml", text }).diagnostics.map((found) => found.message)).toEqual([
      "Map keys must be unique. Keep one of the two.",
    ]);
    // It took minutes when each was compared with every other; a busy machine must not fail the test.
    expect(performance.now() - startedAt).toBeLessThan(10_000);
  });

  it("stops at aliases that expand to billions of values", () => {
    const levels = Array.from({ length: 12 }, (_, i) => `l${i + 1}: &l${i + 1} [${`*l${i},`.repeat(9)}]`);
    const text = `schemas:\n  A:\n    enum:\n      - l0: &l0 [1]\n${levels.map((line) => `        ${line}\n`).join("")}`;
    expect(findFaults([{ path: "a.yaml", text }]).map((found) => found.code)).toContain("wrong-type");
  });
});

function nested(levels: number): string {
  return Array.from({ length: levels }, (_, level) => `${" ".repeat(level)}a:\n`).join("");
}

it.each([
  ["500ms", 500],
  ["30s", 30_000],
  ["1h30m", 5_400_000],
  ["14d", 1_209_600_000],
  ["1d1h1m1s1ms", 90_061_001],
  ["0s", 0],
  ["", undefined],
  ["5", undefined],
  ["1.5h", undefined],
  ["30m1h", undefined],
  ["-1s", undefined],
  ["1 h", undefined],
  ["99999999999999999999d", undefined],
])("reads the duration %j as %j ms", (written, ms) => expect(parseDuration(written)).toBe(ms));
