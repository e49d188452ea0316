import { spawnSync } from "node:child_process";
import { readFileSync } from "node:fs";

/*
 * npm run test:behaviour                      what test/runtime/behaviour.md promises, once
 * npm run test:behaviour -- 20                the same twenty times in a row, until one fails
 * npm run test:behaviour -- 20 test/runtime   twenty times the tests of a folder
 */

const [rounds = "1", ...filters] = process.argv.slice(2);
const only = filters.length > 0 ? filters : behaviourFiles();
// Most of them wait for timeouts, locks and schedules more than they work.
const options = ["--reporter=dot", "--maxWorkers=3"];
const startedAt = Date.now();
for (let round = 1; round <= Number(rounds); round += 1) {
  const from = Date.now();
  const { status } = spawnSync("npx", ["vitest", "run", ...options, ...only], { stdio: "inherit" });
  const outcome = status === 0 ? "passed" : "failed";
  console.log(
    `round ${round} of ${rounds}: ${outcome} in ${secondsSince(from)} s, ${secondsSince(startedAt)} s in all`,
  );
  if (status !== 0) process.exit(1);
}

/** The files of the tests that it names. */
function behaviourFiles(): string[] {
  const text = readFileSync(new URL("../runtime/behaviour.md", import.meta.url), "utf8");
  const named = [...text.matchAll(/`([\w/-]+\.test\.ts)`/g)].map(([, file]) => `test/runtime/${file}`);
  return [...new Set(named)];
}

function secondsSince(from: number): number {
  return Math.round((Date.now() - from) / 1_000);
}
