/**
 * The text with every character that a terminal would obey or would not show replaced by one that it shows.
 *
 * Its length stays, so that columns do. What a workflow file holds must not move the cursor, turn the reading direction
 * (https://trojansource.codes) or end a line of the report. The joiner inside an emoji does none of this.
 */
export function visible(text: string): string {
  return text.replaceAll(/[\p{Cc}\p{Zl}\p{Zp}]|(?!\u200d)\p{Cf}/gu, (char) => {
    const code = char.charCodeAt(0);
    if (char === "\t") return " ";
    return code < 0x20 ? String.fromCharCode(0x2400 + code) : "\ufffd".repeat(char.length);
  });
}
