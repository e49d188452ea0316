/**
 * `answer`, which is asked once for each object.
 *
 * With `memoizePerWorkflow` what makes a second compilation fast: the parser gives an unchanged file the same tree,
 * so that an answer about it still holds. The function stays pure; only its work is saved.
 */
export function memoize<Key extends object, Value>(answer: (key: Key) => Value): (key: Key) => Value {
  const known = new WeakMap<Key, { readonly value: Value }>();
  return (key) => {
    const found = known.get(key) ?? { value: answer(key) };
    known.set(key, found);
    return found.value;
  };
}
