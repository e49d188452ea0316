/** What a worker has printed, for a person: a line of the log in words, with the stack of its error; others as they are. */
export function formatLogLine(line: string): string {
  const entry = parse(line);
  if (entry === undefined) return line;
  const { level, msg, err, time: _, pid: __, hostname: ___, ...fields } = entry;
  const told = Object.entries(fields).map(
    ([name, value]) => `${name}=${typeof value === "string" ? value : JSON.stringify(value)}`,
  );
  const error =
    typeof err === "object" && err !== null ? (err as { readonly stack?: unknown; readonly message?: unknown }) : {};
  const stack = typeof error.stack === "string" ? ownFrames(error.stack) : [];
  return [[levels[String(level)] ?? "info ", String(msg), ...told].join(" "), ...stack].join("\n");
}

const levels: Readonly<Record<string, string>> = {
  10: "trace",
  20: "debug",
  30: "info ",
  40: "warn ",
  50: "error",
  60: "fatal",
};

type Entry = Readonly<Record<string, unknown>> & { readonly msg: string };

function parse(line: string): Entry | undefined {
  if (!line.startsWith('{"level":')) return undefined;
  try {
    const entry: unknown = JSON.parse(line);
    return typeof entry === "object" && entry !== null && "msg" in entry ? (entry as Entry) : undefined;
  } catch {
    return undefined;
  }
}

/** Without what happened inside libraries. */
function ownFrames(stack: string): string[] {
  return stack
    .split("\n")
    .filter((text) => !/^\s+at .*(?:node_modules|node:internal|\(node:|<anonymous>$)/.test(text))
    .slice(0, 6)
    .map((text) => `      ${text.trim()}`);
}
