import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";

const root = join(import.meta.dirname, "..");
const readme = readFileSync(join(root, "README.md"), "utf8");
const rows = [...readme.matchAll(/^\| ([^|]+) \|.*\| `([\w/.-]+\.test\.ts)`(?:: “(.+)”)? \|$/gm)];

test.each(rows.map(([, feature = "", file = "", title]) => ({ feature, file, title })))(
  "what the README says of $feature beside Asynq is held by a test that exists",
  ({ file, title }) => {
    const text = readFileSync(join(root, "test", file), "utf8");
    if (title !== undefined) expect(text).toContain(`"${title}"`);
  },
);

test("every line of the comparison names its test", () => {
  const section = readme.slice(readme.indexOf("## Beside Asynq"), readme.indexOf("## Working on Taskwright"));
  expect(rows).toHaveLength(section.match(/^\| (?!feature|-)/gm)?.length ?? 0);
});
