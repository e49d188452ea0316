import { spawnSync } from "node:child_process";

/*
 * npm run test:behaviour          the tests of the runtime, once
 * npm run test:behaviour -- 20    the same twenty times in a row, until one fails
 */

const [rounds = "1", ...filters] = process.argv.slice(2);
const only = filters.length > 0 ? filters : ["test/runtime"];
for (let round = 1; round <= Number(rounds); round += 1) {
  const from = Date.now();
  const { status } = spawnSync("npx", ["vitest", "run", "--reporter=dot", ...only], { stdio: "inherit" });
  console.log(
    `round ${round} of ${rounds}: ${status === 0 ? "passed" : "failed"} in ${Math.round((Date.now() - from) / 1_000)} s`,
  );
  if (status !== 0) process.exit(1);
}
