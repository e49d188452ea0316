import { isUtf8 } from "node:buffer";
import { existsSync, readFileSync, type Stats, statSync } from "node:fs";
import { join } from "node:path";
import type { SourceFile } from "../source.js";
import { describeBrokenLink, describeDiskFault } from "./disk-fault.js";
import { listFolder } from "./list-folder.js";

/**
 * The workflow files directly in `folder` (relative to `root`): everything that ends in `.yaml` or `.yml`, by name.
 *
 * A file that cannot be read is among them and says why, so that the others are still checked. Throws one sentence when
 * there is no folder. A watcher gives a `read` that remembers.
 */
export function readWorkflows(root: string, folder: string, read = readWorkflow): SourceFile[] {
  if (!existsSync(join(root, folder))) {
    throw new Error(
      `There is no folder ${folder}/ here. Make it, with a YAML file for each workflow; \`taskwright init\` makes a first one.`,
    );
  }
  return listFolder(root, folder)
    .map((entry) => entry.name)
    .filter((name) => /\.ya?ml$/.test(name))
    .sort()
    .map((name) => read(root, `${folder}/${name}`));
}

/** One workflow file, at `path` relative to `root`. */
export function readWorkflow(root: string, path: string): SourceFile {
  try {
    const full = join(root, path);
    // Looked at before it is opened: a pipe would be waited for, and a device may have no end.
    const refusal = refuse(statSync(full));
    return refusal === undefined ? decode(path, readFileSync(full)) : unreadable(path, refusal);
  } catch (cause) {
    return unreadable(path, describeReading(cause));
  }
}

/** Far more than anybody writes, and read within seconds. */
const maxBytes = 10_000_000;

function refuse(file: Stats): string | undefined {
  if (file.isDirectory()) return "This is a folder, though its name is that of a workflow file. Rename it.";
  if (!file.isFile()) return "This is neither a file nor a link to one. Rename it, or put a file in its place.";
  if (file.size <= maxBytes) return undefined;
  return `The file is larger than ${maxBytes / 1_000_000} MB. Split it into several workflows.`;
}

function decode(path: string, bytes: Buffer): SourceFile {
  const mark = bytes.subarray(0, 2).toString("latin1");
  if (mark === "\xff\xfe" || mark === "\xfe\xff") {
    return unreadable(path, "The file is UTF-16. Save it as UTF-8.");
  }
  const text = bytes.toString("utf8").replace(/^\uFEFF/, "");
  if (isUtf8(bytes)) return { path, text };
  const message = "The file is not UTF-8 from here on. Save it as UTF-8.";
  return { path, text, unreadable: { message, start: firstReplaced(text, bytes) } };
}

/** Where decoding first put U+FFFD in the place of bytes that mean nothing; the author may have written others. */
function firstReplaced(text: string, bytes: Buffer): number {
  const replacement = Buffer.from("\uFFFD");
  let [from, offset] = [0, bytes.subarray(0, 3).equals(Buffer.from("\uFEFF")) ? 3 : 0];
  for (let at = text.indexOf("\uFFFD"); at >= 0; at = text.indexOf("\uFFFD", at + 1)) {
    offset += Buffer.byteLength(text.slice(from, at));
    if (!bytes.subarray(offset, offset + 3).equals(replacement)) return at;
    from = at;
  }
  return 0;
}

function unreadable(path: string, message: string): SourceFile {
  return { path, text: "", unreadable: { message, start: 0 } };
}

function describeReading(cause: unknown): string {
  const brokenLink = describeBrokenLink(cause);
  if (brokenLink !== undefined) return `This ${brokenLink}`;
  return `The file cannot be read. ${describeDiskFault(cause)}`;
}
