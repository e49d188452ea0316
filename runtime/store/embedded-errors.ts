import { TaskwrightError } from "../errors.js";

/** The embedded store was asked for and PGlite, an optional peer dependency, isn't installed. */
export class EmbeddedMissing extends TaskwrightError {
  readonly code = "TASKWRIGHT_EMBEDDED_MISSING";

  constructor(options?: ErrorOptions) {
    super(
      "The embedded store runs on PGlite, which is not installed: run `npm install @electric-sql/pglite`.",
      options,
    );
  }
}

/** Another process has the embedded store's folder open; two at once would corrupt it. */
export class EmbeddedInUse extends TaskwrightError {
  readonly code = "TASKWRIGHT_EMBEDDED_IN_USE";
  readonly folder: string;
  /** Of the process that has it open; may be this one's, when the package is loaded twice or in a worker thread. */
  readonly pid: number;

  constructor(folder: string, pid: number) {
    const holder =
      pid === process.pid ? `this process (${pid}), through another copy of the package` : `process ${pid}`;
    super(
      `The embedded store in ${folder} is open in ${holder}: stop that one first, give this one another folder, or use a Redis to share the jobs.`,
    );
    this.folder = folder;
    this.pid = pid;
  }
}

/** PGlite could not open the embedded store; `cause` says why. */
export class EmbeddedUnusable extends TaskwrightError {
  readonly code = "TASKWRIGHT_EMBEDDED_UNUSABLE";

  constructor(folder: string | undefined, options: { readonly cause: unknown }) {
    const reason = options.cause instanceof Error ? options.cause.message : String(options.cause);
    super(
      folder === undefined
        ? `The embedded store could not start in memory: ${reason}`
        : `The embedded store in ${folder} could not be opened: ${reason} If its jobs don't matter, delete that folder.`,
      options,
    );
  }
}

/** PostgreSQL has no place for the character U+0000, neither in JSON nor in texts; Redis has. */
export class EmbeddedUnstorable extends TaskwrightError {
  readonly code = "TASKWRIGHT_EMBEDDED_UNSTORABLE";

  constructor(options: { readonly cause: unknown }) {
    super(
      "The embedded store cannot hold the character U+0000, which is in a payload, a result or an id: Redis can.",
      options,
    );
  }
}
