import { execFileSync } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { afterEach, beforeEach, expect, it } from "vitest";
import { readHandlers } from "../../../codegen/index.js";

let root = "";
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), "taskwright-handlers-"));
  mkdirSync(join(root, "workflows"));
});
afterEach(() => rmSync(root, { recursive: true, force: true }));

/** A file whose text is its path. */
function put(path: string): void {
  mkdirSync(dirname(join(root, path)), { recursive: true });
  writeFileSync(join(root, path), path);
}

/** A link, relative to where it stands. */
function link(path: string, target: string): void {
  mkdirSync(dirname(join(root, path)), { recursive: true });
  symlinkSync(target, join(root, path));
}

function read() {
  return readHandlers(root, ["workflows/a.yaml"]).sort((one, other) => (one.path < other.path ? -1 : 1));
}

it("reads the folder of each workflow, those whose workflow is gone, and the folders in them", () => {
  const handlers = [
    "workflows/a/pay.ts",
    "workflows/a/sub/deeper/tell.ts",
    "workflows/dead/deeper/y.ts",
    "workflows/dead/x.ts",
  ];
  const others = ["workflows/a/pay.test.ts", "workflows/a/pay.d.ts", "workflows/a/notes.md", "workflows/beside.ts"];
  for (const path of [...handlers, ...others]) put(path);
  expect(read()).toEqual(handlers.map((path) => ({ path, text: path })));
});

it.each(["node_modules", ".git", ".cache", "__mocks__"])("never looks into %s", (folder) => {
  put(`workflows/${folder}/x.ts`);
  put(`workflows/a/${folder}/deep/x.ts`);
  expect(read()).toEqual([]);
});

it("reads a link to a file elsewhere as that file, and follows none to a folder", () => {
  put("shared/pay.ts");
  link("workflows/a/pay.ts", "../../shared/pay.ts");
  link("workflows/a/shared", "../../shared");
  link("workflows/a/up", "..");
  expect(read()).toEqual([{ path: "workflows/a/pay.ts", text: "shared/pay.ts" }]);
});

it.each([
  [
    "a link that leads nowhere",
    () => link("workflows/a/pay.ts", "nowhere.ts"),
    "is a link that leads nowhere. Remove it, or restore what it points to.",
  ],
  ["a link to itself", () => link("workflows/a/pay.ts", "pay.ts"), "is a link that leads back to itself. Remove it."],
  ["a folder", () => mkdirSync(join(root, "workflows/a/pay.ts"), { recursive: true }), "is a folder. Move it away."],
  ["a link to a folder", () => link("workflows/a/pay.ts", ".."), "is a folder. Move it away."],
  ["a pipe", makePipe, "is neither a file nor a link to one. Move it away."],
])("says that there is %s", (_title, make, fault) => {
  make();
  expect(read()).toEqual([{ path: "workflows/a/pay.ts", text: "", fault }]);
});

function makePipe(): void {
  mkdirSync(join(root, "workflows/a"));
  execFileSync("mkfifo", [join(root, "workflows/a/pay.ts")]);
}
