import { describe, expect, it } from "vitest";
import { findUnsoundness } from "../../support/compiled-projects.js";

/*
 * Five megabytes of one thing. Each took minutes, or all of the memory, where anything was quadratic in it; the bound is
 * far above what a busy machine needs, and far below that.
 */
const size = 5_000_000;
const boundMs = 45_000;

describe.each<[string, () => string, string | undefined]>([
  ["comments", () => repeat((n) => `# comment number ${n}\n`), "no-tasks"],
  ["one long text", () => `description: "${"x".repeat(size)}"\n`, "no-tasks"],
  ["one long number", () => `schemas: { A: { const: ${"9".repeat(size)} } }\n`, "unsafe-number"],
  ["one long key", () => `${"k".repeat(size)}: 1\n`, "yaml-syntax"],
  ["one long line of spaces behind a cron", () => `a:\n  cron: *${" ".repeat(size)}x\n`, "unquoted-cron"],
  ["open brackets", () => "[".repeat(size), "yaml-syntax"],
  ["documents", () => repeat((n) => `a: ${n}\n---\n`), "yaml-syntax"],
  [
    "keys of one mapping",
    () => `schemas:\n  A:\n    properties:\n${repeat((n) => `      p${n}: true\n`)}`,
    "wrong-type",
  ],
  ["aliases", () => `schemas:\n  A: { const: &a 1 }\n  B: { enum: [${repeat(() => "*a,")}] }\n`, "yaml-syntax"],
  ["blank lines inside of a text", () => `description: |\n  a\n${"\n".repeat(size)}  b\n`, "no-tasks"],
  ["one long line in a flow", () => `defaults: { owner: ${"x".repeat(2 * size - 100)} }\n`, "unknown-key"],
  ["one long text, twice as long even", () => `description: '${"x".repeat(2 * size - 100)}'\n`, "no-tasks"],
  [
    "line separators in a default",
    () => property(`{ type: string, default: "${"\\u2028".repeat(size / 6)}" }`),
    undefined,
  ],
  ["lines of a description", () => property(`{ description: "${"a\\n".repeat(size / 3)}" }`), undefined],
  ["examples", () => property(`{ examples: [${`"${"x".repeat(45)}",`.repeat(95_000)}] }`), undefined],
  ["one long time zone", () => `tasks: { a: { cron: "@daily", timezone: ${"x".repeat(size)} } }\n`, "unknown-timezone"],
  ["tasks", () => `tasks:\n${repeat((n) => `  task_${n}: {}\n`)}`, "wrong-type"],
  [
    "tasks by alias",
    () => `tasks:\n  a: &a {}\n${Array.from({ length: 90_000 }, (_, n) => `  b${n}: *a\n`).join("")}`,
    "wrong-type",
  ],
  ["queues", () => `queues:\n${repeat((n) => `  queue_${n}: {}\n`)}`, "wrong-type"],
  [
    "schedules",
    () => `tasks:\n  a:\n    schedules:\n${repeat((n) => `      s${n}: { cron: "@daily" }\n`)}`,
    "wrong-type",
  ],
  ["tags", () => `tasks: { a: { tags: [${repeat(() => "x,").slice(0, 2_000_000)}] } }\n`, "wrong-type"],
  [
    "queues, as many as there may be",
    () =>
      `queues:\n${Array.from({ length: 20_000 }, (_, n) => `  q${n}: { description: "${"x".repeat(220)}" }\n`).join("")}`,
    "unused-queue",
  ],
  [
    "schemas, each of which is but a reference to the one before",
    () => {
      const links = Array.from(
        { length: 19_999 },
        (_, n) => `  S${n + 1}: { $ref: "#/schemas/S${n}" } # ${"x".repeat(200)}\n`,
      );
      return `schemas:\n  S0: { type: string }\n${links.join("")}`;
    },
    "no-tasks",
  ],
  [
    "required properties",
    () => {
      const names = Array.from({ length: 40_000 }, (_, n) => `property_${n}_${"x".repeat(40)}`);
      return `tasks:\n  a:\n    payload:\n      type: object\n      required: [${names}]\n      properties:\n${names.map((name) => `        ${name}: true\n`).join("")}`;
    },
    undefined,
  ],
  [
    "properties and patterns",
    () => {
      const named = Array.from({ length: 40_000 }, (_, n) => `          p${n}: true\n`).join("");
      const patterns = Array.from({ length: 40_000 }, (_, n) => `          ^q${n}$: true\n`).join("");
      return `tasks:\n  a:\n    payload:\n      type: object\n      properties:\n${named}      patternProperties:\n${patterns.replaceAll(/(\^\S+):/g, '"$1":')}`;
    },
    "invalid-schema",
  ],
  [
    "faults, ten thousand of them",
    () =>
      `tasks:\n${Array.from({ length: 10_000 }, (_, n) => `  t${n}: { retris: 3 } # ${"x".repeat(480)}\n`).join("")}`,
    "unknown-key",
  ],
])("5 MB of %s", (_title, text, code) => {
  it("gives its diagnostic in bounded time", { timeout: 120_000 }, () => {
    const source = { path: "workflows/a.yaml", text: text() };
    const startedAt = performance.now();
    const { compilation, problems } = findUnsoundness([source]);
    expect(performance.now() - startedAt).toBeLessThan(boundMs);
    expect(problems).toEqual([]);
    const codes = compilation.diagnostics.map((found) => found.code);
    if (code === undefined) expect(codes).toEqual([]);
    else expect(codes).toContain(code);
  });
});

/** A task whose payload has one property. */
function property(schema: string): string {
  return `tasks: { a: { payload: { type: object, properties: { p: ${schema} } } } }\n`;
}

function repeat(piece: (n: number) => string): string {
  const pieces: string[] = [];
  for (let length = 0; length < size; length += pieces.at(-1)?.length ?? 0) pieces.push(piece(pieces.length));
  return pieces.join("");
}
