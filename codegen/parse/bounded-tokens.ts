import { type CST, Lexer, Parser } from "yaml";

/** Deeper than any honest file. */
export const maxDepth = 100;

/** More than any honest file: each takes a kilobyte of memory. */
const maxAliases = 100_000;

/**
 * The tokens of a YAML text, up to where it goes beyond what is read; a sentence about it goes to `refuse`.
 *
 * Nesting has to be measured before the tree is composed: on some ten thousand levels the YAML library's composer runs out
 * of memory in a way that ends the process and that nothing can catch.
 */
export function* tokensOf(text: string, refuse: (offset: number, message: string) => void): Generator<CST.Token, void> {
  const parser = new Parser();
  let aliases = 0;
  for (const lexeme of new Lexer().lex(text)) {
    const { offset } = parser;
    yield* parser.next(lexeme);
    // The outermost entry is the document, the innermost perhaps a scalar.
    if (parser.stack.length > maxDepth + 3) {
      return refuse(offset, `The file is nested more than ${maxDepth} levels deep.`);
    }
    if (lexeme.startsWith("*")) aliases += 1;
    if (aliases > maxAliases) return refuse(offset, `The file holds more than ${maxAliases} aliases.`);
  }
  yield* parser.end();
}
