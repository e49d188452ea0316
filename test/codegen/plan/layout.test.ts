import { expect, it } from "vitest";
import { importPath } from "../../../codegen/plan/layout.js";

it.each([
  ["generated/worker.ts", "generated/catalog.ts", "./catalog.js"],
  ["generated/worker.ts", "workflows/savings/remind.ts", "../workflows/savings/remind.js"],
  ["workflows/savings/remind.ts", "generated/savings.ts", "../../generated/savings.js"],
  ["src/generated/worker.ts", "src/workflows/a/b.ts", "../workflows/a/b.js"],
  ["a/b/c/worker.ts", "a/x.ts", "../../x.js"],
])("%s imports %s as %s", (from, to, path) => expect(importPath(from, to)).toBe(path));
