import { type Context, createContext, Script } from "node:vm";

/** Far more than a value and a schema of honest people take. */
export const patienceMs = 2000;

/**
 * Runs `work` and stops it after {@link patienceMs}, wherever it is; then `undefined`. What it throws is thrown.
 *
 * For what an author's regular expressions and schemas are asked: a pattern such as `^(a+)+$` takes years for some texts.
 * `node:vm` is the only thing in Node that can stop a thread from within.
 */
export function withinTime<Value>(work: () => Value): { readonly value: Value } | undefined {
  box ??= createContext({});
  box.work = work;
  try {
    return { value: script.runInContext(box, { timeout: patienceMs }) };
  } catch (cause) {
    if (isTimeout(cause)) return undefined;
    throw cause;
  } finally {
    delete box.work;
  }
}

const script = new Script("work()");
/** Made at the first need. */
let box: Context | undefined;

/** It comes from another realm, whose errors are no `Error` of this one. */
function isTimeout(cause: unknown): boolean {
  return (
    typeof cause === "object" && cause !== null && "code" in cause && cause.code === "ERR_SCRIPT_EXECUTION_TIMEOUT"
  );
}
