/** The author's text inside a table's cell. */
export function cell(text: string): string {
  return prose(text).replaceAll("|", "\\|").replaceAll(/\s+/g, " ").trim();
}

/** The author's text as text: neither HTML nor a line of its own that Markdown would read. */
export function prose(text: string): string {
  return text
    .replaceAll("&", "&amp;")
    .replaceAll("<", "&lt;")
    .replaceAll(/[\r\n\u2028\u2029]+\s*/g, " ");
}

/** A name as code; one that holds a back-tick needs a longer fence. */
export function code(name: string): string {
  const fence = name.includes("`") ? "``" : "`";
  return `${fence}${name.replaceAll("|", "\\|").replaceAll(/[\r\n\u2028\u2029]/g, " ")}${fence}`;
}
