import type { Order } from "./points.js";
import { type Program, startProgram } from "./programs.js";

/** Worker processes, each replaced as soon as it has died, and orders for them. */
export interface Workforce {
  /** Gives the order to a worker as soon as one has none. */
  give(orders: readonly Order[]): void;
  /** Kills a worker, wherever it is. False: none was there to kill. */
  killAny(random: () => number): boolean;
  /** Orders that nobody has carried out yet. */
  readonly open: readonly Order[];
  /** Orders that were carried out. */
  readonly done: readonly Order[];
  /** What workers complained of that ended though nobody had killed them. */
  readonly faults: readonly string[];
  /** Ends all of them as an operator would, and hires others: after that nobody is left who holds a key unseen. */
  replace(): Promise<void>;
  /** Ends all of them as an operator would. */
  close(): Promise<void>;
  /** Kills all of them. */
  kill(): Promise<void>;
}

/** A worker, and what is known of it. */
interface Member {
  readonly program: Program;
  isReady: boolean;
  isStopped: boolean;
  isKilled: boolean;
  order: Order | undefined;
}

/** Starts `size` workers. One that was stopped goes on after `stopMs`. */
export function openWorkforce(
  size: number,
  stopMs: number,
  start: { readonly file: string; readonly env: Readonly<Record<string, string>> },
): Workforce {
  const members = new Set<Member>();
  const timers = new Set<NodeJS.Timeout>();
  const waiting: Order[] = [];
  const done: Order[] = [];
  const faults: string[] = [];
  let isClosing = false;

  function hire(): void {
    const program = startProgram(start.file, start.env);
    const member: Member = { program, isReady: false, isStopped: false, isKilled: false, order: undefined };
    members.add(member);
    program.onLine((line) => hear(member, line));
    void program.exited.then(({ code, signal }) => {
      members.delete(member);
      if (isClosing) return;
      if (!member.isKilled) faults.push(`A worker ended with ${signal ?? code}: ${program.complaint()}`);
      // It was killed by other hands before it reached its point.
      if (member.order !== undefined) waiting.unshift(member.order);
      hire();
    });
  }

  function hear(member: Member, line: string): void {
    const { order } = member;
    if (line === "ready") member.isReady = true;
    if (line === `reached ${order?.id}` && order !== undefined) {
      done.push(order);
      member.order = undefined;
      if (order.signal === "SIGKILL") member.isKilled = true;
      else letLie(member);
    }
    assign();
  }

  function letLie(member: Member): void {
    member.isStopped = true;
    later(stopMs, () => {
      member.isStopped = false;
      member.program.process.kill("SIGCONT");
      assign();
    });
  }

  function later(ms: number, call: () => void): void {
    const timer = setTimeout(() => {
      timers.delete(timer);
      call();
    }, ms);
    timers.add(timer);
  }

  function assign(): void {
    for (const member of members) {
      if (!isFree(member)) continue;
      const order = waiting.shift();
      if (order === undefined) return;
      member.order = order;
      member.program.send(order);
    }
  }

  async function kill(): Promise<void> {
    isClosing = true;
    for (const timer of timers) clearTimeout(timer);
    for (const { program } of members) program.process.kill("SIGKILL");
    await Promise.all([...members].map(({ program }) => program.exited));
  }

  for (let n = 0; n < size; n += 1) hire();
  return {
    give(orders) {
      waiting.push(...orders);
      assign();
    },
    killAny(random) {
      const alive = [...members].filter(isFree);
      const member = alive[Math.floor(random() * alive.length)];
      if (member === undefined) return false;
      member.isKilled = true;
      return member.program.process.kill("SIGKILL");
    },
    get open() {
      return [...waiting, ...[...members].flatMap(({ order }) => order ?? [])];
    },
    done,
    faults,
    kill,
    async replace() {
      await Promise.all([...members].map(end));
    },
    async close() {
      isClosing = true;
      await Promise.all([...members].map(end));
    },
  };
}

/** As an operator would, who kills what isn't gone after ten seconds. */
async function end(member: Member): Promise<void> {
  const { process, exited } = member.program;
  member.isKilled = true;
  process.kill("SIGCONT");
  process.kill("SIGTERM");
  const timer = setTimeout(() => void process.kill("SIGKILL"), 10_000);
  await exited;
  clearTimeout(timer);
}

function isFree({ isReady, isStopped, isKilled, order }: Member): boolean {
  return isReady && !isStopped && !isKilled && order === undefined;
}
