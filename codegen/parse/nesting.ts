import { type CST, Lexer, Parser } from "yaml";

/** Deeper than any honest file. */
export const maxDepth = 100;

/**
 * The tokens of a YAML text, up to the first collection that is nested deeper than {@link maxDepth}; its offset goes to
 * `onTooDeep`.
 *
 * It has to be found before the tree is composed: on some ten thousand levels the YAML library's composer runs out of
 * memory in a way that ends the process and that nothing can catch.
 */
export function* tokensOf(text: string, onTooDeep: (offset: number) => void): Generator<CST.Token, void> {
  const parser = new Parser();
  for (const lexeme of new Lexer().lex(text)) {
    yield* parser.next(lexeme);
    // The outermost entry is the document, the innermost perhaps a scalar.
    if (parser.stack.length > maxDepth + 3) {
      onTooDeep(Math.min(parser.offset, text.length) - 1);
      return;
    }
  }
  yield* parser.end();
}
