import { setFlagsFromString } from "node:v8";

/** Twenty times V8's own measure of how much a function has to have done before it is optimised. */
const interruptBudget = 1_351_680;

/**
 * Makes V8 optimise only what runs for long. For a process that works for seconds and ends: what V8 optimises by default is
 * over before it pays, and takes more than a third of the processors' time. Of the V8 of Node 20 alone, where it was measured.
 */
export function optimiseLate(): void {
  if (process.versions.v8.startsWith("11.")) setFlagsFromString(`--interrupt-budget=${interruptBudget}`);
}
