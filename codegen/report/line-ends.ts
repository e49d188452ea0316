import type { Change } from "../write/changes.js";

/** Whether a generated file differs in its line ends alone, as where git has checked it out with CRLF. */
export function differsInLineEnds(change: Change): boolean {
  return change.kind === "update" && change.before.replaceAll("\r\n", "\n") === change.text;
}
