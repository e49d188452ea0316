import fs from "node:fs";
import { syncBuiltinESMExports } from "node:module";

/*
 * A process that brings a project to its new state, and is killed before its n-th call that changes the disk:
 * `node writer.js <root> <files as JSON> <n>`. It says when it is about to start, and starts when it is told.
 */
const [root = "", files = "", killAt = "0"] = process.argv.slice(2);

export const changingCalls = [
  ...(["copyFileSync", "linkSync", "mkdirSync", "renameSync", "rmSync", "rmdirSync", "writeFileSync"] as const),
];

let calls = 0;
for (const name of changingCalls) {
  const original = fs[name] as (...args: unknown[]) => unknown;
  const counted = (...args: unknown[]) => {
    calls += 1;
    if (calls === Number(killAt)) process.kill(process.pid, "SIGKILL");
    return original(...args);
  };
  Object.assign(fs, { [name]: counted });
}
syncBuiltinESMExports();

const { updateFiles } = await import("../../../codegen/write/update-files.js");
process.stdout.write("ready\n");
process.stdin.once("data", () => {
  updateFiles(root, "generated", JSON.parse(files));
  process.exit(0);
});
