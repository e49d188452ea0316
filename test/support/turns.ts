/** Work that takes as many turns of the event loop, for a handler whose duration must not hang on a clock. */
export async function turns(count: number): Promise<void> {
  for (let turn = 0; turn < count; turn += 1) await new Promise<void>((resolve) => setImmediate(resolve));
}
