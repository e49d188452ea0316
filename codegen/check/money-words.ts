import { caseName } from "../names.js";

/** Whether a property of this name is likely a sum of money: `amount`, `total_fee`, but not `fee_rate`. Pure. */
export function soundsLikeMoney(name: string): boolean {
  const words = caseName(name).kebab.split("-");
  return (
    words.some((word) => moneyWords.has(word) || moneyWords.has(word.replace(/s$/, ""))) &&
    !words.some((word) => otherWords.has(word))
  );
}

const moneyWords = new Set(
  "amount balance cost deposit discount fee payment premium price principal refund salary".split(" "),
);
/** With one of these it is not a sum: `fee_rate`. */
const otherWords = new Set("count factor multiplier percent percentage rate ratio share weight".split(" "));
