import { execFileSync, fork } from "node:child_process";
import { rmSync } from "node:fs";
import progress from "cli-progress";
import { hours } from "./day.js";
import { ledgerFile, openLedger, readLedger } from "./ledger.js";
import type { News } from "./news.js";
import { slowReference } from "./outside-world.js";
import { Scoreboard } from "./scoreboard.js";

/*
 * A day of the fintech's jobs in well under a minute: compiled, enqueued through the typed clients, run by a real
 * worker. At noon its process is killed with kill -9 in the middle of a transfer, and another one goes on. Without REDIS_URL it
 * all happens on the embedded store, in a folder.
 */

const folder = ".taskwright/demo-store";
const { REDIS_URL } = process.env;

process.exitCode = await main();

async function main(): Promise<number> {
  console.log("Compiling workflows/ …");
  execFileSync("npm", ["run", "--silent", "codegen"], { stdio: "inherit" });
  // Imported only now, since compiling may just have written it.
  const { catalog } = await import("../generated/catalog.js");
  const names = Object.values(catalog.workflows).flatMap((tasks) => Object.values(tasks).map((task) => task.name));
  const scores = new Scoreboard(names);

  openLedger();
  rmSync(folder, { recursive: true, force: true });
  console.log(REDIS_URL === undefined ? "Starting the embedded store …" : "Connecting to REDIS_URL …");
  const bar = startBar();
  const morning = await live(0, scores, bar);
  if (morning.kind !== "moved") return report(morning, scores, bar);
  const hour = bar.now();
  bar.say(
    `${clock(hour)}  kill -9: the worker is gone in the middle of ${morning.reference}. The bank has moved the money, and nobody has heard.`,
  );
  return report(await live(hour + 1, scores, bar), scores, bar);
}

/**
 * Lives the day from an hour on in a process of its own, until its worker is in the middle of the slow transfer for the first
 * time, when the process is killed, or the day is over. Resolves to how it ended.
 */
function live(
  first: number,
  scores: Scoreboard,
  bar: Bar,
): Promise<Extract<News, { kind: "moved" | "over" | "unreachable" }>> {
  const startedAt = Date.now();
  const env = { ...process.env, CONNECTION: REDIS_URL ?? `embedded:${folder}`, FROM_HOUR: String(first) };
  const child = fork(new URL("./live-day.ts", import.meta.url), { env });
  const stop = () => void child.kill("SIGKILL");
  process.once("exit", stop);
  return new Promise((resolve, reject) => {
    let ending: Extract<News, { kind: "moved" | "over" | "unreachable" }> | undefined;
    child.on("message", (news: News) => {
      switch (news.kind) {
        case "up": {
          const seconds = ((Date.now() - startedAt) / 1_000).toFixed(1);
          const what = first === 0 ? "The worker is up" : "Another worker is up";
          return bar.say(
            `${clock(first)}  ${what} after ${seconds} s. ${first === 0 ? "A day begins." : "The day goes on."}`,
          );
        }
        case "hour":
          return bar.hour(news.hour, news.enqueued);
        case "attempt":
          scores.hear(news);
          return bar.ended(scores.ended());
        case "moved":
          ending = news;
          return stop();
        default:
          ending = news;
      }
    });
    child.on("exit", (code, signal) => {
      process.off("exit", stop);
      if (ending === undefined) reject(new Error(`The day ended with ${signal ?? code}.`));
      else resolve(ending);
    });
  });
}

function report(end: News, scores: Scoreboard, bar: Bar): number {
  bar.stop();
  if (end.kind === "unreachable") console.error(end.message);
  if (end.kind !== "over") return 3;
  scores.count(end.counts);
  console.log(`\nRefused before it reached a queue:\n  ${end.refusal}`);
  console.log(`\n${scores.table()}`);
  console.log("not run: duplicates, which completed with the result of the job that had done it.");
  console.log("p50 and p95: from when a job was due to the start of its first attempt.");
  for (const { task, reason } of end.dead) console.log(`Dead letter: ${task}: ${reason}`);
  return tellLedger();
}

/** What really happened. */
function tellLedger(): number {
  const ledger = readLedger();
  const transfers = ledger.flatMap((entry) => (entry.kind === "transfer" ? [entry] : []));
  const naira = transfers.reduce((sum, { kobo }) => sum + kobo, 0) / 100;
  const messages = ledger.filter(({ kind }) => kind === "message").length;
  const twice = transfers.length - new Set(transfers.map(({ reference }) => reference)).size;
  const asked = ledger.filter((entry) => "reference" in entry && entry.reference === slowReference).length;
  console.log(
    `The crash: for ${slowReference} the bank was asked ${asked} times with one reference, and moved the money ${transfers.filter(({ reference }) => reference === slowReference).length === 1 ? "once" : "NOT ONCE"}.`,
  );
  console.log(
    `Ledger: ${transfers.length} transfers of ₦${naira.toLocaleString("en-NG")} in all, ${twice === 0 ? "none" : twice} of them twice; ${messages} messages sent (${ledgerFile}).`,
  );
  return twice === 0 ? 0 : 1;
}

type Bar = ReturnType<typeof startBar>;

/** A live line on a terminal; in a pipe only what is said. */
function startBar() {
  let enqueued = 0;
  let ended = 0;
  let hour = 0;
  const isLive = process.stdout.isTTY === true;
  const format = "{clock} |{bar}| {value}/{total} jobs ended";
  const bar = new progress.SingleBar({ format, barsize: 40, hideCursor: true }, progress.Presets.shades_classic);
  const show = () => {
    if (!isLive) return;
    if (!bar.isActive) bar.start(1, 0, { clock: clock(0) });
    bar.setTotal(Math.max(1, enqueued));
    bar.update(ended, { clock: clock(hour) });
  };
  return {
    hour(now: number, more: number) {
      hour = now;
      enqueued += more;
      show();
    },
    ended(count: number) {
      ended = count;
      show();
    },
    now: () => hour,
    /** A line above the live one. */
    say(line: string) {
      if (isLive && bar.isActive) bar.stop();
      console.log(line);
    },
    stop() {
      hour = hours;
      show();
      if (isLive) bar.stop();
      else console.log(`${ended} of ${enqueued} jobs have ended; the others wait for tomorrow.`);
    },
  };
}

function clock(hour: number): string {
  return `${String(hour).padStart(2, "0")}:00`;
}
