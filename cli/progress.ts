import type { BulkProgress } from "../runtime/operate/index.js";
import { grouped } from "./time-words.js";

/** Shows how far an action on many jobs has come: on a terminal alone. */
export interface Progress {
  show(progress: BulkProgress): void;
  /** Clears the line away. */
  end(): void;
}

/** A bar on standard error; `total` is how many jobs will be done, where that is known. */
export async function startProgress(what: string, total: number | undefined): Promise<Progress> {
  if (!process.stderr.isTTY) return { show: () => undefined, end: () => undefined };
  const { SingleBar } = (await import("cli-progress")).default;
  const format = total === undefined ? `${what} {scanned} looked at, {matched} fit` : `${what} {bar} {done} of {all}`;
  const bar = new SingleBar({ format, stream: process.stderr, clearOnComplete: true, hideCursor: true, barsize: 24 });
  bar.start(total ?? 1, 0, { scanned: 0, matched: 0, done: 0, all: grouped(total ?? 0) });
  return {
    show: ({ scanned, matched, done }) =>
      bar.update(total === undefined ? 0 : Math.min(done, total), {
        ...{ scanned: grouped(scanned), matched: grouped(matched), done: grouped(done) },
      }),
    end: () => bar.stop(),
  };
}
