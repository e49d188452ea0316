import { type ChildProcess, fork } from "node:child_process";
import { once } from "node:events";
import type { Bench } from "./benches.js";
import type { Figures, Side, SideName } from "./rounds.js";

/** A side that runs in a process of its own, where nothing of the other's slows it, until it is closed. */
export interface SideProcess extends Side {
  close(): Promise<void>;
}

/** Starts the process of one side of `bench`. */
export function openSideProcess(bench: Bench, side: SideName, url: string): SideProcess {
  const child = fork(new URL("./side.ts", import.meta.url), [bench.name, side, url]);
  return {
    async run() {
      child.send("run");
      return answerOf(child);
    },
    async close() {
      const exited = once(child, "exit");
      child.disconnect();
      await exited;
    },
  };
}

function answerOf(child: ChildProcess): Promise<Figures> {
  return new Promise((resolve, reject) => {
    const onExit = (code: number | null) => reject(new Error(`A side of the bench ended with ${code}.`));
    child.once("exit", onExit);
    child.once("message", (figures) => {
      child.off("exit", onExit);
      resolve(figures as Figures);
    });
  });
}
