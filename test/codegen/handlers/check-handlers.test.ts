import { expect, it } from "vitest";
import { checkHandlers, type ExpectedHandler, type HandlerFile } from "../../../codegen/index.js";

const span = { file: "workflows/savings.yaml", start: 9, end: 15 };
const remind: ExpectedHandler = {
  ...{ task: "savings:remind", path: "workflows/savings/remind.ts", exportName: "remind", span },
};
const imports = 'import type { RemindHandler } from "../../generated/savings.js";\n';

function file(name: string, text: string): HandlerFile {
  return { path: `workflows/savings/${name}.ts`, text: imports + text };
}

function codes(expected: readonly ExpectedHandler[], ...files: HandlerFile[]): string[] {
  return checkHandlers(expected, files).map((found) => `${found.span.file} ${found.code}`);
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
  expect(codes([remind], file("remind", text))).toEqual([]);
});

it("finds nothing wrong where no file is there: it becomes a stub", () => expect(codes([remind])).toEqual([]));

it("tells of a file that exports another name, at the task", () => {
  const [found] = checkHandlers([remind], [file("remind", "export const remid = async () => {};")]);
  expect(found).toMatchObject({ code: "missing-export", severity: "error", span });
  expect(found?.message).toContain("must export `remind`, the handler of this task. It exports `remid`.");
});

it.each([
  ["a default export", "const run: RemindHandler = async () => {};\nexport default run;", "It exports `default`."],
  ["a default export with its name", "export default async function remind() {}", "It exports `default`."],
  ["a type", "export type { remind };", "It exports nothing."],
  ["the name in a comment", "/* Not now:\nexport const remind = async () => {};\n*/", "It exports nothing."],
  ["the name in a text", "const old = `\nexport const remind = 1;`;\nuse(old);", "It exports nothing."],
  ["all of another module under one name", 'export * as all from "./all.js";', "It exports nothing."],
])("tells of a file that has only %s", (_title, text, message) => {
  const [found] = checkHandlers([remind], [file("remind", text)]);
  expect(found?.code).toBe("missing-export");
  expect(found?.message).toContain(message);
});

it("offers the command that moves a handler whose workflow was renamed", () => {
  const old = {
    ...file("remind", "export const remind: RemindHandler = async () => {};"),
    path: "workflows/saving/remind.ts",
  };
  const [found] = checkHandlers([remind], [old]);
  expect(found).toMatchObject({ code: "renamed-handler", severity: "warning", span });
  expect(found?.message).toContain(
    "`mkdir -p workflows/savings && git mv -f workflows/saving/remind.ts workflows/savings/remind.ts`",
  );
});

it("offers a command for each task that an orphan may have become", () => {
  const tell = { ...remind, task: "savings:tell", path: "workflows/savings/tell.ts", exportName: "tell" };
  const old = file("remember", "export const remember: RemindHandler = async () => {};");
  const [found] = checkHandlers([remind, tell], [old]);
  expect(found).toMatchObject({ code: "orphaned-handler", span: { file: old.path } });
  expect(found?.message).toContain("`git mv -f workflows/savings/remember.ts workflows/savings/remind.ts`");
  expect(found?.message).toContain("`git mv -f workflows/savings/remember.ts workflows/savings/tell.ts`");
});

it("offers the command that renames a handler whose task was renamed", () => {
  const old = file("remember", "export const remember: RemindHandler = async () => {};");
  const [found] = checkHandlers([remind], [old]);
  expect(found).toMatchObject({ code: "renamed-handler", severity: "warning", span });
  expect(found?.message).toContain("`git mv -f workflows/savings/remember.ts workflows/savings/remind.ts`");
});

it("still offers it once the stub has been written", () => {
  const old = file("remember", "export const remember: RemindHandler = async () => {};");
  expect(codes([remind], old, file("remind", "export const remind: RemindHandler = stub;"))).toEqual([
    "workflows/savings.yaml renamed-handler",
  ]);
});

it("tells of a handler that no task has", () => {
  const old = file("remember", "export const remember: RemindHandler = async () => {};");
  const written = file("remind", "export const remind: RemindHandler = async () => {};");
  expect(codes([remind], written, old)).toEqual(["workflows/savings/remember.ts orphaned-handler"]);
});

it("leaves a file alone that only helps the handlers", () => {
  const helper: HandlerFile = { path: "workflows/savings/money.ts", text: "export const kobo = 100;" };
  const guard: HandlerFile = { path: "workflows/lib/guard.ts", text: 'import { errorHandler } from "../errors.js";' };
  expect(codes([remind], helper, guard)).toEqual([]);
});

it("tells of what is no file, at the task", () => {
  const fault = "is a folder. Move it away.";
  const [found] = checkHandlers([remind], [{ path: remind.path, text: "", fault }]);
  expect(found).toMatchObject({ code: "unreadable-handler", severity: "error", span });
  expect(found?.message).toBe(`${remind.path}, where the handler of this task must be, ${fault}`);
});
