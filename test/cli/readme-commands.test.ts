import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, onTestFinished, test } from "vitest";
import { startRedis } from "../support/redis-server.js";
import { populate, project, startWorker } from "./populated-store.js";
import { runCli } from "./run-cli.js";

test("every command of the README's Operate it does what is said of it", { timeout: 300_000 }, async () => {
  const redis = await startRedis({ args: ["--appendonly", "yes"] });
  onTestFinished(() => redis.stop());
  await populate(redis.url);
  const { worker, until } = await startWorker(redis.url, { isDown: false }, ["critical", "default", "low"]);
  onTestFinished(() => worker.close());
  // The reminders that wait.
  await until("onSuccess", 3);
  const printed = new Map<string, string>();
  for (const command of operateCommands()) {
    const { code, stdout, stderr } = await runCli(project, wordsOf(command), { REDIS_URL: redis.url });
    expect({ command, code, stderr }).toMatchObject({ code: 0 });
    printed.set(command, `${printed.get(command) ?? ""}${stdout}`);
    if (command === "jobs retry critical/2") await until("onSuccess", 4);
  }
  expect(printed.size).toBeGreaterThan(15);
  expect(printed.get("jobs ls --where reference=PAY-1001")).toContain("critical\t2\tsavings:process_payout\tdead");
  const [before, after] =
    printed.get("jobs show critical/2")?.split("critical/2  savings:process_payout  ").slice(1) ?? [];
  expect(before).toMatch(/^dead\n[\s\S]*bank timeout for PAY-1001/);
  expect(after).toMatch(/^completed\n[\s\S]*"transaction_id": "T-PAY-1001"/);
  expect(printed.get('dead retry --all --error "bank timeout" --dry-run')).toBe("Would retry 3 jobs.\n");
  expect(printed.get('dead retry --all --error "bank timeout"')).toBe("Retried 3 jobs.\n");
});

/** What stands after `taskwright` on the indented lines of the section, in their order. */
function operateCommands(): readonly string[] {
  const readme = readFileSync(join(project, "README.md"), "utf8");
  const section = readme.slice(readme.indexOf("## Operate it"), readme.indexOf("### What the doctor looks at"));
  return [...section.matchAll(/^ {4}taskwright (.+?)(?: +#.*)?$/gm)].map(([, command = ""]) => command);
}

function wordsOf(command: string): readonly string[] {
  return [...command.matchAll(/"([^"]*)"|(\S+)/g)].map(([, quoted, plain]) => quoted ?? plain ?? "");
}
