import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";

const list = readFileSync(join(import.meta.dirname, "behaviour.md"), "utf8");
const promises = [...list.matchAll(/^- (.+): `([\w/.-]+\.test\.ts)` “(.+)”( \(.+\))?$/gm)].map(
  ([, promise = "", file = "", title = "", store]) => ({ promise, file, title, store }),
);

test.each(promises)("$promise: held by a test that exists", ({ file, title, store }) => {
  const text = readFileSync(join(import.meta.dirname, file), "utf8");
  const at = text.indexOf(`"${title}"`);
  expect(at).toBeGreaterThan(-1);
  // What runs on each store is inside of a `describe`, or says so itself.
  const isInside = text.slice(text.lastIndexOf("\n", at) + 1, at).startsWith("  ");
  if (store === undefined) expect(isInside || title.startsWith("on $store")).toBe(true);
});

test("every line of the list names its test", () => {
  expect(promises).toHaveLength(list.match(/^- /gm)?.length ?? 0);
});
