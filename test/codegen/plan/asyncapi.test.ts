import { readdirSync, readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";
import { expect, it } from "vitest";

// By Node's own loader: its dependencies mix module kinds in a way that vitest's resolver does not follow.
const { Parser } = createRequire(import.meta.url)("@asyncapi/parser") as typeof import("@asyncapi/parser");
const cases = join(import.meta.dirname, "../../cases");
const documents = readdirSync(cases, { recursive: true, encoding: "utf8" }).filter((path) =>
  path.endsWith("asyncapi.json"),
);

it.each(documents)("%s is valid AsyncAPI 3.0", async (path) => {
  const { document, diagnostics } = await new Parser().parse(readFileSync(join(cases, path), "utf8"));
  const faults = diagnostics
    .filter((found) => found.severity === 0)
    .map(({ path: at, message }) => `${at.join(".")}: ${message}`);
  expect(faults).toEqual([]);
  expect(document?.version()).toBe("3.0.0");
});
