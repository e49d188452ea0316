import { describe, expect, it } from "vitest";
import { checkFiles, checkProject, stubAt, summary } from "./check-project.js";

const from = (types: string, module = "savings") => `import type { ${types} } from "../../generated/${module}.js";\n`;

/** A handler as its author has written it. */
function handler(name: string, module = "savings"): string {
  const type = `${name.slice(0, 1).toUpperCase()}${name.slice(1)}Handler`;
  return `${from(type, module)}export const ${name}: ${type} = async () => {};\n`;
}

describe("an orphan", () => {
  const written = { "workflows/savings/remind.ts": handler("remind") };

  it.each([
    ["a constant", "workflows/savings/gone.ts", handler("gone")],
    [
      "a function that knows its payload",
      "workflows/savings/gone.ts",
      `${from("GonePayload")}export async function gone(payload: GonePayload) {}`,
    ],
    [
      "a function that knows its result",
      "workflows/savings/gone.ts",
      `${from("GoneResult")}export function gone(): GoneResult {}`,
    ],
    [
      "typed by way of a namespace",
      "workflows/savings/gone.ts",
      'import type * as g from "../../generated/savings.js";\nexport const gone: g.GoneHandler = async () => {};',
    ],
    [
      "typed in place",
      "workflows/savings/gone.ts",
      'export const gone: import("../../generated/savings.js").GoneHandler = async () => {};',
    ],
    [
      "checked by satisfies",
      "workflows/savings/gone.ts",
      `${from("GoneHandler")}export const gone = (async () => {}) satisfies GoneHandler;`,
    ],
    [
      "its file's default",
      "workflows/savings/gone.ts",
      `${from("GoneHandler")}const run: GoneHandler = async () => {};\nexport default run;`,
    ],
    [
      "exported by another name",
      "workflows/savings/old.ts",
      `${from("GoneHandler")}export const old: GoneHandler = async () => {};`,
    ],
    ["in a folder of the workflow's", "workflows/savings/sub/deep.ts", handler("deep")],
    ["in a folder whose workflow is gone", "workflows/dead/y.ts", handler("y", "dead")],
    ["deep in such a folder", "workflows/dead/deeper/y.ts", handler("y", "dead")],
    ["moved, while its task has another", "workflows/savings/legacy/remind.ts", handler("remind")],
  ])("is told of: %s", (_title, path, text) => {
    const found = checkProject({ savings: ["remind"] }, { ...written, [path]: text });
    expect(summary(found)).toEqual([`${path} orphaned-handler`]);
    expect(found[0]?.message).toBe("No task has this handler. Remove the file, or declare its task again.");
  });

  it.each([
    ["without a type", "workflows/savings/money.ts", "export const kobo = 100;"],
    [
      "that wraps handlers",
      "workflows/savings/wrap.ts",
      `${from("RemindHandler")}export const wrap = (inner: RemindHandler): RemindHandler => inner;`,
    ],
    [
      "that wraps one that is gone",
      "workflows/savings/wrap.ts",
      `${from("GoneHandler")}export const wrap = (inner: GoneHandler) => inner;`,
    ],
    [
      "with a part of a handler's work",
      "workflows/savings/lib/remind.ts",
      `${from("RemindPayload")}export function remind(payload: RemindPayload) {}`,
    ],
    [
      "with a type of a handler's name",
      "workflows/savings/types.ts",
      `${from("GoneHandler")}export type gone = GoneHandler;`,
    ],
    [
      "with types of its own",
      "workflows/lib/guard.ts",
      'import type { ErrorHandler } from "../errors.js";\nexport const error: ErrorHandler = () => {};',
    ],
    [
      "with its own module of payloads",
      "workflows/savings/card.ts",
      'import type { CardPayload } from "../payloads.js";\nexport function card(payload: CardPayload) {}',
    ],
  ])("is no helper %s", (_title, path, text) => {
    expect(checkProject({ savings: ["remind"] }, { ...written, [path]: text })).toEqual([]);
  });

  it.each([
    ["by name", 'export { remind } from "./parts/remind.js";', {}],
    [
      "with all else",
      'export * from "./parts/index.js";',
      { "workflows/savings/parts/index.ts": 'export * from "./remind.js";' },
    ],
  ])("is no file that a task's handler passes on %s", (_title, text, between) => {
    const parts = { ...between, "workflows/savings/parts/remind.ts": handler("remind") };
    expect(checkProject({ savings: ["remind"] }, { "workflows/savings/remind.ts": text, ...parts })).toEqual([]);
  });
});

describe("a rename", () => {
  it("of a task is offered as a command, at the new task", () => {
    const [found] = checkProject({ savings: ["remind_all"] }, { "workflows/savings/tell.ts": handler("tell") });
    expect(found).toMatchObject({
      code: "renamed-handler",
      severity: "warning",
      span: { file: "workflows/savings.yaml" },
    });
    expect(found?.message).toBe(
      "`savings:remind_all` has no handler yet, and workflows/savings/tell.ts has no task. If you renamed the task: " +
        "`git mv -f workflows/savings/tell.ts workflows/savings/remind-all.ts`, and rename its export to `remindAll` " +
        "and its type to `RemindAllHandler`.",
    );
  });

  it("of a workflow is offered as a command", () => {
    const [found] = checkProject(
      { savings: ["remind"] },
      { "workflows/saving/remind.ts": handler("remind", "saving") },
    );
    expect(found).toMatchObject({
      code: "renamed-handler",
      severity: "warning",
      span: { file: "workflows/savings.yaml" },
    });
    expect(found?.message).toContain(
      "If you renamed the workflow: " +
        "`mkdir -p workflows/savings && git mv -f workflows/saving/remind.ts workflows/savings/remind.ts`, " +
        "and import its type from the workflow's new module.",
    );
  });

  it("is offered back to its place for a handler that was moved", () => {
    const [found] = checkProject({ savings: ["remind"] }, { "workflows/savings/legacy/remind.ts": handler("remind") });
    expect(found?.message).toContain(
      "If it is that task's: `git mv -f workflows/savings/legacy/remind.ts workflows/savings/remind.ts`, " +
        "and see that it still finds what it imports.",
    );
  });

  it.each([
    [
      "has the likeliest for each",
      ["collect_repayment", "pay_invoice"],
      ["collect", "pay-invoce"],
      ["collect > collect-repayment", "pay-invoce > pay-invoice"],
    ],
    [
      "gives each task once",
      ["pay_invoice"],
      ["pay-invoce", "pay-invoicing"],
      ["pay-invoce > pay-invoice", "pay-invoicing"],
    ],
    ["gives each orphan once", ["pay_invoice", "pay_invoices"], ["pay-invoce"], ["pay-invoce > pay-invoice"]],
    ["leaves what is like nothing", ["remind", "tell"], ["collect"], ["collect"]],
  ])("%s", (_title, tasks, files, expected) => {
    const handlers = files.map((name) => [
      `workflows/savings/${name}.ts`,
      handler(name.replace(/-./, ([, c = ""]) => c.toUpperCase())),
    ]);
    const found = summary(checkProject({ savings: tasks }, Object.fromEntries(handlers)));
    const told = expected.map((pair) => {
      const [old, name] = pair.split(" > ").map((each) => `workflows/savings/${each}.ts`);
      return name === undefined
        ? `${old} orphaned-handler`
        : `workflows/savings.yaml renamed-handler git mv -f ${old} ${name}`;
    });
    expect(found).toEqual(told);
  });

  it("of several workflows goes to the one whose name is alike", () => {
    const handlers = {
      "workflows/loan/remind.ts": handler("remind", "loan"),
      "workflows/saving/remind.ts": handler("remind", "saving"),
    };
    expect(summary(checkProject({ loans: ["remind"], savings: ["remind"] }, handlers))).toEqual([
      "workflows/loans.yaml renamed-handler mkdir -p workflows/loans && git mv -f workflows/loan/remind.ts workflows/loans/remind.ts",
      "workflows/savings.yaml renamed-handler mkdir -p workflows/savings && git mv -f workflows/saving/remind.ts workflows/savings/remind.ts",
    ]);
  });

  it("that is none of the likely ones names those tasks that are left", () => {
    const [found] = checkProject(
      { savings: ["remind", "tell"] },
      { "workflows/savings/collect.ts": handler("collect") },
    );
    expect(found?.message).toBe(
      "No task has this handler. If its task was renamed, move it to where the new one's has to be: " +
        "workflows/savings/remind.ts for `savings:remind`, workflows/savings/tell.ts for `savings:tell`. " +
        "Otherwise remove the file, or declare its task again.",
    );
  });

  const stub = stubAt("workflows/savings/remind.ts", { savings: ["remind"] });

  it.each([
    ["written", stub, true],
    ["checked out with other line ends", stub.replaceAll("\n", "\r\n"), true],
    ["given a comment", `// Ask Ada about this one.\n${stub}`, false],
    ["given a first line of work", stub.replace("= stub", "= async () => {}"), false],
  ])("over a stub that was %s: is offered %s", (_title, text, isOffered) => {
    const files = { "workflows/savings/tell.ts": handler("tell"), "workflows/savings/remind.ts": text };
    const found = checkProject({ savings: ["remind"] }, files);
    expect(found.map(({ code }) => code)).toEqual([isOffered ? "renamed-handler" : "orphaned-handler"]);
    expect(found[0]?.message.includes("git mv")).toBe(isOffered);
  });

  it("is not offered over a link that leads nowhere", () => {
    const found = checkFiles({ savings: ["remind"] }, [
      { path: "workflows/savings/tell.ts", text: handler("tell") },
      { path: "workflows/savings/remind.ts", text: "", fault: "is a link that leads nowhere." },
    ]);
    expect(found.map(({ code }) => code)).toEqual(["unreadable-handler", "orphaned-handler"]);
  });

  it.each([
    ["workflows/savings/a b.ts", "'workflows/savings/a b.ts'"],
    ["workflows/savings/$(touch pwn)'.ts", "'workflows/savings/$(touch pwn)'\\''.ts'"],
    ["workflows/savings/a@1%+=:,-.ts", "workflows/savings/a@1%+=:,-.ts"],
    ["workflows/savings/é.ts", "'workflows/savings/é.ts'"],
    ["-flows/savings/remind.ts", "./-flows/savings/remind.ts"],
  ])("takes %s for one word of a shell", (path, word) => {
    const [found] = checkProject({ savings: ["remind"] }, { [path]: handler("remind") });
    const mkdir = path.startsWith("-") ? "mkdir -p workflows/savings && " : "";
    expect(summary(found === undefined ? [] : [found])).toEqual([
      `workflows/savings.yaml renamed-handler ${mkdir}git mv -f ${word} workflows/savings/remind.ts`,
    ]);
  });
});
