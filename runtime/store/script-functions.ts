/** One of the functions that a script of BullMQ begins with. */
interface ScriptFunction {
  readonly name: string;
  /** With its name and its parameters. */
  readonly begin: string;
  /** From its body to its `end`. */
  readonly rest: string;
}

/** A script of BullMQ, which includes all that any branch of it may call, in parts. */
interface Script {
  /** What the functions need beside each other. */
  readonly head: string;
  /** Each calls itself and those before it at most. */
  readonly functions: readonly ScriptFunction[];
  /** What the script does with them: from its first line that is no function's. */
  readonly body: string;
}

/** A script's functions, and what it does with them. All is the second where it is not written as BullMQ's are. */
export function splitScript(text: string): { readonly definitions: string; readonly body: string } {
  const script = parseScript(text);
  if (script === undefined) return { definitions: "", body: text };
  const { head, functions, body } = script;
  return { definitions: [head, ...functions.map(({ begin, rest }) => begin + rest)].join("\n"), body };
}

/**
 * A script that does the same as `text`, and makes of its functions only those that the branch it takes calls: the text
 * itself where that could change what a name means.
 *
 * BullMQ's script that ends a job makes forty functions a call, and a job that succeeds needs a dozen. Here each stands where
 * it is called, before a statement of the body or at the top of another function; one with several callers, several times.
 */
export function nestFunctions(text: string): string {
  const script = parseScript(text);
  if (script === undefined) return text;
  const { head, functions, body } = script;
  const names = functions.map(({ name }) => name);
  const declared = declaredIn(
    [body, ...functions.map(({ begin, rest }) => begin.replace(/^.*?\(/, "function(") + rest)].join("\n"),
  );
  if (new Set(names).size < names.length || [...names, ...globals].some((name) => declared.has(name))) return text;

  const written: string[] = [];
  /** Those that `code` calls, of the ones written so far. */
  function calledBy(code: string): string[] {
    const words = new Set(code.match(/\w+/g));
    return written.filter((_text, index) => words.has(names[index] ?? ""));
  }
  for (const { begin, rest } of functions) written.push([begin, ...calledBy(rest), rest].join("\n"));

  const lines = body.split("\n").map((line) => ({ line, called: calledBy(line) }));
  const begins = ({ line }: { readonly line: string }) => /^\s*(?:local )?(?:[\w, ]+ = )?(?:return )?\w+\(/.test(line);
  return [
    head,
    ...new Set(lines.filter((each) => !begins(each)).flatMap(({ called }) => called)),
    ...lines.flatMap((each) => (begins(each) ? [...each.called, each.line] : [each.line])),
  ].join("\n");
}

/** What BullMQ's functions use and do not declare. */
const globals = (
  "rcall redis cjson cmsgpack KEYS ARGV math string table tonumber tostring type ipairs pairs unpack error pcall next " +
  "select assert"
).split(" ");

/** The names of all variables and parameters. */
function declaredIn(code: string): ReadonlySet<string> {
  const lists = [
    /\blocal\s+(?!function\b)([\w\s,]+?)\s*(?:=|;|\n|$)/g,
    /\bfor\s+([\w\s,]+?)\s*(?:=|\bin\b)/g,
    /\bfunction\b[^(\n]*\(([^)]*)\)/g,
  ];
  return new Set(lists.flatMap((list) => [...code.matchAll(list)].flatMap(([, names = ""]) => names.split(/[\s,]+/))));
}

/** Undefined: it is not written as BullMQ's are, with functions that begin and end at the margin. */
function parseScript(text: string): Script | undefined {
  const lines = text.replaceAll(/--\[\[.*?\]\]/gs, "").split("\n");
  const head: string[] = [];
  const functions: ScriptFunction[] = [];
  let at = 0;
  for (;;) {
    const line = lines[at];
    if (line === undefined) return undefined;
    const name = /^local (?:function (\w+)|(\w+) = function\b)/.exec(line)?.slice(1).find(Boolean);
    if (name !== undefined) {
      const end = lines.indexOf("end", at);
      const code = lines.slice(at, end + 1).join("\n");
      const body = code.indexOf(")") + 1;
      if (end < 0 || body === 0) return undefined;
      functions.push({ name, begin: code.slice(0, body), rest: code.slice(body) });
      at = end + 1;
    } else if (/^(?:\s*$|--|local rcall = )/.test(line)) {
      if (line.startsWith("local")) head.push(line);
      at += 1;
    } else break;
  }
  const body = lines.slice(at).join("\n");
  return functions.length === 0 ? undefined : { head: head.join("\n"), functions, body };
}
