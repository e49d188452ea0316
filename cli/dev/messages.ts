/** What the worker of `taskwright dev` tells the process that started it. */
export type WorkerMessage =
  /** A module that it has loaded, or tried to: a path. */
  | { readonly kind: "loaded"; readonly path: string }
  | { readonly kind: "ready" }
  /** It cannot run. It ends by itself. */
  | { readonly kind: "failed"; readonly problem: string };
