import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { Ajv } from "ajv";
import { expect, it } from "vitest";
import { parse } from "yaml";
import { planEditorSchema } from "../../../codegen/plan/plan-editor-schema.js";

const planned = planEditorSchema({ workflows: "workflows", generated: "generated" });
const validate = new Ajv({ strict: false }).compile(planned.kind === "json" ? (planned.value as object) : {});
const workflows = join(import.meta.dirname, "../../../workflows");

it.each(readdirSync(workflows).filter((name) => name.endsWith(".yaml")))("accepts %s as the parser does", (name) => {
  validate(parse(readFileSync(join(workflows, name), "utf8")));
  expect(validate.errors ?? []).toEqual([]);
});

it.each([
  ["an unknown key", { tasks: { a: { retris: 3 } } }],
  ["a duration without unit", { tasks: { a: { timeout: "30" } } }],
  ["a setting that is not available yet", { tasks: { a: { unique: { by: ["x"] } } } }],
])("refuses %s", (_title, file) => expect(validate(file)).toBe(false));
