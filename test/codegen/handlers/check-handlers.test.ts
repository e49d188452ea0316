import { expect, it } from "vitest";
import { checkFiles, checkProject, stubAt } from "./check-project.js";

const savings = { savings: ["remind"] };
const path = "workflows/savings/remind.ts";
const imports = 'import type { RemindHandler } from "../../generated/savings.js";\n';

function check(text: string) {
  return checkProject(savings, { [path]: text });
}

it.each([
  ["a constant", "export const remind: RemindHandler = async () => {};"],
  ["a function", "export async function remind() {}"],
  ["a list of exports", "const handler = async () => {};\nexport { handler as remind };"],
  ["a constant over two lines", "export const\n  remind = async () => {};"],
  ["a list of exports of another module", 'export { remind } from "../../lib/remind.js";'],
  ["among all that another module exports", 'export * from "../../lib/remind.js";'],
  ["taken out of an object", "export const { remind, remember: later } = handlers();"],
  ["one of several constants", "export const later = 1, remind: RemindHandler = async () => {};"],
  ["checked by satisfies", "export const remind = (async () => {}) satisfies RemindHandler;"],
  ["below a comment", "/** Sends `it`. */\nexport const remind: RemindHandler = async () => {};"],
  ["nothing yet", "export const remind: RemindHandler = stub;"],
])("finds nothing wrong with a handler that is %s", (_title, text) => {
  expect(check(imports + text)).toEqual([]);
});

it("finds nothing wrong where no file is there: it becomes a stub", () => {
  expect(checkProject(savings, {})).toEqual([]);
  expect(check(stubAt(path, savings))).toEqual([]);
});

it("tells of a file that exports another name, at the task", () => {
  const [found] = check(`${imports}export const remid = async () => {};`);
  expect(found).toMatchObject({ code: "missing-export", severity: "error", span: { file: "workflows/savings.yaml" } });
  expect(found?.message).toContain("must export `remind`, the handler of this task. It exports `remid`.");
});

it.each([
  ["a default export", "const run: RemindHandler = async () => {};\nexport default run;", "It exports `default`."],
  ["a default export with its name", "export default async function remind() {}", "It exports `default`."],
  ["a class by default", "export default class Remind {}", "It exports `default`."],
  ["a class", "export class Remind {}", "It exports `Remind`."],
  ["an enumeration", "export enum Remind { Now }", "It exports `Remind`."],
  ["half an import", "export const remid = 1;\nimport type *", "It exports `remid`."],
  ["a type", "export type { remind };", "It exports nothing."],
  ["the name in a comment", "/* Not now:\nexport const remind = async () => {};\n*/", "It exports nothing."],
  ["the name in a text", "const old = `\nexport const remind = 1;`;\nuse(old);", "It exports nothing."],
  ["all of another module under one name", 'export * as all from "./all.js";', "It exports `all`."],
])("tells of a file that has only %s", (_title, text, message) => {
  const [found] = check(imports + text);
  expect(found?.code).toBe("missing-export");
  expect(found?.message).toContain(message);
});

it.each([
  ["a function", "export async function remind(p: { to: string }) {}"],
  [
    "a function that knows its payload",
    'import type { RemindPayload } from "../../generated/savings.js";\nexport function remind(p: RemindPayload) {}',
  ],
  ["a constant", "export const remind = async (p: { to: string }) => {};"],
  ["a constant of a type of its own", "export const remind: (p: { to: string }) => Promise<void> = async () => {};"],
  ["a function that another one is handed", "export const remind = logged(async (p: { to: string }) => {});"],
  ["listed below", "async function run(p: { to: string }) {}\nexport { run as remind };"],
  [
    "of the type of another task",
    'import type { TellHandler } from "../../generated/savings.js";\nexport function remind() {}',
  ],
])("warns of a handler without its type: %s", (_title, text) => {
  const [found, ...others] = check(text);
  expect(found).toMatchObject({
    code: "untyped-handler",
    severity: "warning",
    span: { file: "workflows/savings.yaml" },
  });
  expect(found?.message).toContain("workflows/savings/remind.ts declares `remind` without its type");
  expect(found?.message).toContain("`export const remind: RemindHandler = …`");
  expect(others).toEqual([]);
});

it.each([
  ["passed on", 'export { remind } from "../../lib/remind.js";'],
  ["imported and passed on", 'import { remind } from "../../lib/remind.js";\nexport { remind };'],
  ["imported under another name", 'import { run } from "../../lib/remind.js";\nexport const remind = run;'],
  ["among all that another module exports", 'export * from "../../lib/remind.js";'],
  [
    "typed by way of a namespace",
    'import type * as g from "../../generated/savings.js";\nexport const remind: g.RemindHandler = async () => {};',
  ],
  ["typed in place", 'export const remind: import("../../generated/savings.js").RemindHandler = async () => {};'],
  [
    "typed by another name",
    'import type { RemindHandler as H } from "../../generated/savings.js";\nexport const remind: H = async () => {};',
  ],
  [
    "typed by a type of the author",
    'import type { Mine } from "../../lib/types.js";\nexport const remind: Mine = async () => {};',
  ],
  ["made elsewhere", 'import { make } from "../../lib/make.js";\nexport const remind = make({ to: "all" });'],
  ["typed by what it is handed to", "export const remind = define(async (payload) => {});"],
])("says nothing of a handler that may have its type: %s", (_title, text) => {
  expect(check(text)).toEqual([]);
});

it("tells of what is no file, at the task", () => {
  const fault = "is a folder. Move it away.";
  const [found] = checkFiles(savings, [{ path, text: "", fault }]);
  expect(found).toMatchObject({
    code: "unreadable-handler",
    severity: "error",
    span: { file: "workflows/savings.yaml" },
  });
  expect(found?.message).toBe(`${path}, where the handler of this task must be, ${fault}`);
});
