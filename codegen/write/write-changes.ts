import { mkdirSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import type { Change } from "./changes.js";

/**
 * Carries out changes under `root`.
 *
 * Every new text is first written in full beside its place, and only when all are on disk are they moved there, so a
 * full or read-only disk leaves everything as it was. A stub never replaces a file that appeared in the meantime.
 */
export function writeChanges(root: string, changes: readonly Change[]): void {
  const staged: { readonly from: string; readonly to: string }[] = [];
  const stubs: string[] = [];
  try {
    for (const change of changes) {
      const to = join(root, change.path);
      if (change.kind === "remove") continue;
      mkdirSync(dirname(to), { recursive: true });
      if (change.kind === "stub") {
        writeFileSync(to, change.text, { flag: "wx" });
        stubs.push(to);
        continue;
      }
      const from = `${to}.${process.pid}.tmp`;
      staged.push({ from, to });
      writeFileSync(from, change.text);
    }
  } catch (cause) {
    for (const { from } of staged) rmSync(from, { force: true });
    for (const stub of stubs) rmSync(stub, { force: true });
    throw cause;
  }
  for (const { from, to } of staged) renameSync(from, to);
  for (const change of changes) {
    if (change.kind === "remove") rmSync(join(root, change.path), { force: true });
  }
}
