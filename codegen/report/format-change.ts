import { createRequire } from "node:module";
import type { Colors } from "picocolors/types.js";
import type { Change } from "../write/changes.js";

/** Lines of a change that are shown; a generated file that is new would fill the screen. */
const maxLines = 30;

/** A change as a unified diff, cut after {@link maxLines} lines with the number of those left out. */
export function formatChange(change: Change, colors: Colors): string {
  const before = "before" in change ? change.before : "";
  const after = "text" in change ? change.text : "";
  // Loaded here: nearly every run has no change to show.
  const { createTwoFilesPatch } = createRequire(import.meta.url)("diff") as typeof import("diff");
  const patch = createTwoFilesPatch(change.path, change.path, before, after, "on disk", "by the workflows", {
    context: 2,
    // Of a checkout with CRLF every line would differ, and nobody could see in what.
    stripTrailingCr: true,
  });
  const lines = patch
    .split("\n")
    .slice(1)
    .filter((line) => line !== "");
  const shown = lines.slice(0, maxLines).map((line) => paint(line, colors));
  const left = lines.length - shown.length;
  return [...shown, ...(left > 0 ? [colors.dim(`… and ${left} more lines`)] : []), ""].join("\n");
}

function paint(line: string, colors: Colors): string {
  if (line.startsWith("+++") || line.startsWith("---")) return colors.bold(line);
  if (line.startsWith("+")) return colors.green(line);
  if (line.startsWith("-")) return colors.red(line);
  return line.startsWith("@@") ? colors.cyan(line) : line;
}
