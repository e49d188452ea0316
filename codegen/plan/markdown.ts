import type { Json } from "../json.js";

/**
 * A line of a table (GFM), from cells of Markdown.
 *
 * Parsers disagree on a pipe after a backslash, so {@link prose} and {@link code} never leave one there.
 */
export function tableRow(cells: readonly string[]): string {
  return `| ${cells.map((cell) => cell.replaceAll("|", "\\|")).join(" | ")} |`;
}

/** The author's text on one line, as it is inside a table: neither HTML nor a line of its own that Markdown would read. */
export function prose(text: string): string {
  return inlineParagraphs(text).join("<br>");
}

/** The author's text with its paragraphs, none of which is a heading, a list or anything but a paragraph. */
export function paragraphs(text: string): string {
  return inlineParagraphs(text)
    .map((paragraph) => paragraph.replace(blockStart, (start) => `${start.slice(0, -1)}\\${start.slice(-1)}`))
    .join("\n\n");
}

/** What would make a block of another kind of a paragraph, up to the character that is to be escaped. */
const blockStart =
  /^(?:#(?=#{0,5}(?:\s|$))|>|[-+*](?=\s|$)|\d+[.)](?=\s|$)|[-*_](?=(?:\s*[-*_]){2,}\s*$)|~(?=~~)|\[(?=[^\]]*\]:))/;

/**
 * A text as code that reads as it is written: back-ticks and pipes stay, line ends and what else is no character to
 * see become escapes. After 200 characters it is cut, and says how many there were.
 */
export function code(text: string): string {
  // Most are names.
  if (text.length <= maxCode && /^[\w.[\]-]+$/.test(text)) return `\`${text}\``;
  const visible = text.replaceAll(/[\p{Cc}\p{Zl}\p{Zp}]/gu, escapeCharacter);
  const characters = [...visible];
  if (characters.length <= maxCode) return codeSpan(visible);
  return `${codeSpan(characters.slice(0, maxCode).join(""))}… (${characters.length} characters)`;
}

const maxCode = 200;

/** A value as {@link code}. */
export function jsonCode(value: Json): string {
  return code(JSON.stringify(value));
}

function escapeCharacter(character: string): string {
  const short = { "\n": "\\n", "\r": "\\r", "\t": "\\t" }[character];
  return short ?? `\\u${character.charCodeAt(0).toString(16).padStart(4, "0")}`;
}

function codeSpan(text: string): string {
  // A span cannot hold these: it is never empty, and parsers disagree on a pipe after a backslash.
  if (text === "" || text.includes("\\|")) return `<code>${text.replaceAll(/[^A-Za-z0-9 ]/gu, entity)}</code>`;
  const longest = Math.max(0, ...[...text.matchAll(/`+/g)].map(([ticks]) => ticks.length));
  const fence = "`".repeat(longest + 1);
  const isPadded = /^`|`$|^ .* $/.test(text) && text.trim() !== "";
  return isPadded ? `${fence} ${text} ${fence}` : `${fence}${text}${fence}`;
}

function entity(character: string): string {
  return `&#${character.codePointAt(0)};`;
}

function inlineParagraphs(text: string): string[] {
  const lines = text.replaceAll(/\r\n?|[\u2028\u2029]/g, "\n");
  return lines
    .split(/\n[^\S\n]*\n\s*/)
    .map((paragraph) => inline(paragraph.trim()))
    .filter((paragraph) => paragraph !== "");
}

/** An escape, a code span, back-ticks that are none, or text. A span's back-ticks are as many as those that end it. */
const inlineTokens = /\\(.)|(`+)(?!`)(.*?[^`])\2(?!`)|`+|[^\\`]+|\\/gs;

/** Keeps the author's code spans, which may say `<T>`, and whatever else Markdown makes of a line. */
function inline(text: string): string {
  return text.replaceAll(inlineTokens, (token, escaped?: string, ticks?: string, span?: string, at?: number) => {
    if (ticks !== undefined) return code((span ?? "").replaceAll(/\s*\n\s*/g, " ").replace(/^ (.*[^ ].*) $/, "$1"));
    if (token.startsWith("`")) return "\\`".repeat(token.length);
    if (token === "\\") return "\\\\";
    if (escaped !== undefined) return /[\n&<|]/.test(escaped) ? plain(escaped) : token;
    const isAfterBackslash = text.charAt((at ?? 0) - 1) === "\\";
    return isAfterBackslash && token.startsWith("|") ? `&#124;${plain(token.slice(1))}` : plain(token);
  });
}

function plain(text: string): string {
  return text === "|"
    ? "&#124;"
    : text
        .replaceAll("&", "&amp;")
        .replaceAll("<", "&lt;")
        .replaceAll(/\s*\n\s*/g, " ");
}
