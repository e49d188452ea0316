import type { JsonSchema, Manifest } from "../manifest.js";
import { type Chooser, nothing, sampleSchema } from "./sample-schema.js";

/** An example, or that none was found: a schema may ask for what cannot be guessed, or for what nothing fits. */
export type Example = { readonly found: true; readonly value: unknown } | { readonly found: false };

/**
 * A value that fits `schema`, for a person to start from: every property filled in where that is possible, values that
 * the schema itself names (`examples`, `default`, `enum`) before made-up ones. The same every time.
 *
 * What is made up is held against `fits`, the contract's own check, and other branches are tried until one is taken.
 */
export function exampleOf(
  schema: JsonSchema,
  manifest: Pick<Manifest, "schemas">,
  fits: (value: unknown) => boolean,
): Example {
  for (const isWhole of [true, false]) {
    for (const choose of allChoices(mostTries)) {
      const value = sampleSchema([schema], { manifest, isWhole, choose });
      if (value !== nothing && fits(structuredClone(value))) return { found: true, value };
    }
  }
  return { found: false };
}

const mostTries = 300;

/** Choosers that together make every combination of choices, the first ones first; `most` of them. */
function* allChoices(most: number): Generator<Chooser> {
  let decided: { pick: number; of: number }[] = [];
  for (let n = 0; n < most; n += 1) {
    let at = 0;
    yield (of) => {
      const decision = decided[at] ?? { pick: 0, of };
      decided[at] = decision;
      at += 1;
      return Math.min(decision.pick, of - 1);
    };
    // What was not come to this time depends on what is now chosen otherwise.
    decided = decided.slice(0, at);
    while (decided.length > 0 && (decided.at(-1)?.pick ?? 0) + 1 >= (decided.at(-1)?.of ?? 0)) decided.pop();
    const last = decided.at(-1);
    if (last === undefined) return;
    last.pick += 1;
  }
}
