/** `text` in lines of at most `width` characters, each after `indent`; without `width` in one. Words are not cut. */
export function wrap(text: string, width: number | undefined, indent: string): string {
  if (width === undefined) return indent + text;
  const lines: string[] = [];
  let line = "";
  for (const word of text.split(" ")) {
    if (line !== "" && indent.length + line.length + 1 + word.length > width) {
      lines.push(line);
      line = word;
    } else line = line === "" ? word : `${line} ${word}`;
  }
  return [...lines, line].map((each) => indent + each).join("\n");
}
