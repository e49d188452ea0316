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
    expect(compilation.diagnostics.map((found) => found.code)).toContain(code);
  });
});

function repeat(piece: (n: number) => string): string {
  const pieces: string[] = [];
  for (let length = 0; length < size; length += pieces.at(-1)?.length ?? 0) pieces.push(piece(pieces.length));
  return pieces.join("");
}
