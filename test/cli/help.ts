/** The lines after "Examples:", without their comments. */
export function examplesIn(help: string): readonly string[] {
  const [, section = ""] = help.split(/^Examples:$/m);
  return [...section.matchAll(/^ {2}(\S.*?)(?: +# .*)?$/gm)].map(([, line = ""]) => line);
}

/** What a shell would hand to `taskwright`, in a line that may end in a pipe or a file and begin with other commands. */
export function wordsOf(line: string): string[] {
  const [, own = ""] = /\btaskwright (.*)$/.exec(line) ?? [];
  const words = [...own.matchAll(/'([^']*)'|"([^"]*)"|(\S+)/g)];
  const end = words.findIndex(([word]) => word === "|" || word === ">");
  return (end < 0 ? words : words.slice(0, end)).map(([, single, double, plain]) => single ?? double ?? plain ?? "");
}
