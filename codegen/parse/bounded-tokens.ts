import { CST, Lexer, Parser } from "yaml";

/** Deeper than any honest file. */
export const maxDepth = 100;

/** More than any honest file: each takes a kilobyte of memory. */
const maxAliases = 100_000;

/** What {@link tokensOf} tells as it goes; offsets are in UTF-16 units from the start of the text. */
export interface TokenListener {
  /** The text goes beyond what is read, and its tokens end here. `message` is a sentence. */
  readonly onRefusal: (offset: number, message: string) => void;
  /** An alias begins here. */
  readonly onAlias: (offset: number) => void;
}

/**
 * The tokens of a YAML text, up to where it goes beyond what is read.
 *
 * Nesting has to be measured before the tree is composed: on some ten thousand levels the YAML library's composer runs out
 * of memory in a way that ends the process and that nothing can catch.
 */
export function* tokensOf(text: string, { onRefusal, onAlias }: TokenListener): Generator<CST.Token, void> {
  const parser = new Parser();
  let aliases = 0;
  let before = "";
  for (const lexeme of new Lexer().lex(text)) {
    const { offset } = parser;
    const isAlias = lexeme.startsWith("*") && before !== CST.SCALAR;
    before = lexeme;
    yield* parser.next(lexeme);
    // The outermost entry is the document, the innermost perhaps a scalar.
    if (parser.stack.length > maxDepth + 3) {
      return onRefusal(offset, `The file is nested more than ${maxDepth} levels deep.`);
    }
    if (!isAlias) continue;
    onAlias(offset);
    aliases += 1;
    if (aliases > maxAliases) return onRefusal(offset, `The file holds more than ${maxAliases} aliases.`);
  }
  yield* parser.end();
}
