/** One YAML file as read from disk. `path` is relative to the project, with `/` between its parts. */
export interface SourceFile {
  readonly path: string;
  readonly text: string;
  /** Why it cannot be compiled, of a file that could not be read whole; `text` is then what could be read of it. */
  readonly unreadable?: { readonly message: string; readonly start: number };
}

/** A stretch of a source file, in UTF-16 offsets; `end` is exclusive. */
export interface Span {
  readonly file: string;
  readonly start: number;
  readonly end: number;
}

/** A value together with the place that declares it. */
export interface Located<T> {
  readonly value: T;
  readonly span: Span;
}
