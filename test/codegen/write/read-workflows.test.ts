import { spawnSync } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import picocolors from "picocolors";
import { afterEach, beforeEach, expect, it } from "vitest";
import { compile, formatText, readWorkflows } from "../../../codegen/index.js";

let root = "";
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), "taskwright-read-"));
  mkdirSync(join(root, "workflows"));
});
afterEach(() => rmSync(root, { recursive: true, force: true }));

function read(): { texts: string[]; shown: string } {
  const sources = readWorkflows(root, "workflows");
  const { diagnostics } = compile(sources, { workflows: "workflows", generated: "generated" });
  const faults = diagnostics.filter(({ code }) => code !== "no-tasks");
  return {
    texts: sources.filter(({ unreadable }) => unreadable === undefined).map(({ text }) => text),
    shown: formatText(faults, sources, picocolors.createColors(false)),
  };
}

const text = "description: Łódź 👍 � \n";

it.each([
  ["UTF-8", Buffer.from(text)],
  ["UTF-8 with a byte order mark", Buffer.from(`\uFEFF${text}`)],
])("reads %s", (_title, bytes) => {
  writeFileSync(join(root, "workflows/a.yaml"), bytes);
  expect(read()).toEqual({ texts: [text], shown: "" });
});

it.each([
  [
    "UTF-16",
    Buffer.from(`\uFEFF${text}`, "utf16le"),
    "a.yaml:1:1 unreadable-file: The file is UTF-16. Save it as UTF-8.",
  ],
  [
    "UTF-16, the other way round",
    Buffer.from(`\uFEFF${text}`, "utf16le").swap16(),
    "a.yaml:1:1 unreadable-file: The file is UTF-16. Save it as UTF-8.",
  ],
  [
    "Latin-1, at the first letter that is not UTF-8",
    Buffer.concat([Buffer.from(`# � 👍\n${text}owner: Andr`), Buffer.from([0xe9, 0x0a])]),
    "a.yaml:3:12 unreadable-file: The file is not UTF-8 from here on. Save it as UTF-8.\n  3 | owner: Andr�",
  ],
  [
    "half a letter, after a byte order mark",
    Buffer.concat([Buffer.from("\uFEFFowner: "), Buffer.from([0xf0, 0x9f, 0x91])]),
    "a.yaml:1:8 unreadable-file",
  ],
  [
    "a file beyond all measure",
    Buffer.alloc(10_000_001, 0x20),
    "a.yaml:1:1 unreadable-file: The file is larger than 10 MB. Split it into several workflows.",
  ],
])("reports %s, and still reads the others", (_title, bytes, message) => {
  writeFileSync(join(root, "workflows/a.yaml"), bytes);
  writeFileSync(join(root, "workflows/b.yml"), text);
  const { texts, shown } = read();
  expect(texts).toEqual([text]);
  expect(shown).toContain(message);
});

it.each([
  ["a folder", (path: string) => mkdirSync(path), "This is a folder"],
  ["a link to nowhere", (path: string) => symlinkSync("nowhere", path), "This is a link that leads nowhere."],
  ["a link to itself", (path: string) => symlinkSync("a.yaml", path), "This is a link that leads back to itself."],
  [
    "a device without an end",
    (path: string) => symlinkSync("/dev/zero", path),
    "This is neither a file nor a link to one.",
  ],
  ["a pipe", (path: string) => spawnSync("mkfifo", [path]), "This is neither a file nor a link to one."],
])("reports %s instead of waiting or throwing", (_title, make, message) => {
  make(join(root, "workflows/a.yaml"));
  expect(read().shown).toContain(`workflows/a.yaml:1:1 unreadable-file: ${message}`);
});

it.each([
  ["is a link to nowhere", (path: string) => symlinkSync("nowhere", path)],
  ["is Latin-1", (path: string) => writeFileSync(path, Buffer.from("queues: { slow: {} } # caf\xe9\n", "latin1"))],
])("does not take for missing what a file may declare that %s", (_title, make) => {
  make(join(root, "workflows/a.yaml"));
  const payload = "{ $ref: 'a.yaml#/schemas/Kobo' }";
  writeFileSync(
    join(root, "workflows/b.yaml"),
    `queues: { low: {} }\ntasks:\n  pay: { queue: slow, payload: ${payload} }\n`,
  );
  expect(read().shown.match(/[a-z-]+: /g)?.[0]).toBe("unreadable-file: ");
  expect(read().shown).not.toMatch(/unknown-|unused-/);
});
