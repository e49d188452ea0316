import { openOperations } from "taskwright/operate";
import { beforeAll, describe, expect, test, vi } from "vitest";
import { catalog } from "../../generated/catalog.js";
import { createTasks } from "../../generated/index.js";
import manifest from "../../generated/manifest.json" with { type: "json" };
import { ownDatabase } from "../support/own-database.js";
import { silentLogger } from "../support/project.js";
import { payout, populate, project } from "./populated-store.js";
import { runCli } from "./run-cli.js";
import { openTerminal } from "./terminal.js";

// Each runs several commands, each a process of its own.
vi.setConfig({ testTimeout: 90_000 });

const url = await ownDatabase();
const task = "savings:process_payout";
const run = (...args: string[]) => runCli(project, ["idempotency", ...args], { REDIS_URL: url });

describe("a store in which PAY-2000 is done, and of PAY-1000 the handler has failed", () => {
  beforeAll(async () => {
    await populate(url);
    const tasks = createTasks({ connection: url, logger: silentLogger() });
    const { createWorker } = await import("taskwright");
    const receipt = { transaction_id: "T-PAY-2000", balance_after: 0 };
    const worker = createWorker(catalog, { savings: { processPayout: () => receipt } } as never, {
      connection: url,
      queues: ["critical"],
      logger: silentLogger(),
    });
    await worker.start();
    await tasks.savings.processPayout.waitFor(await tasks.savings.processPayout.enqueue(payout("PAY-2000")), {
      timeout: "20s",
    });
    await worker.close();
    await tasks.close();
  });

  test("show tells the state of a key, by which job, and its result", async () => {
    const { code, stdout } = await run("show", task, "PAY-2000");
    expect(code).toBe(0);
    expect(stdout).toMatch(
      /^savings:process_payout:\{"reference":"PAY-2000"\} {2}done\n {2}job +\d+\n {2}since +.* UTC\n {2}fence +\d+\n {2}kept +until .* UTC\n {2}result +\{"transaction_id":"T-PAY-2000","balance_after":0\}\n$/,
    );
    const free = await run("show", task, "PAY-1000", "--json");
    expect(JSON.parse(free.stdout)).toMatchObject({ state: "free", jobId: "1" });
  });

  test.each([
    ["the value of a key of one field", "PAY-2000"],
    ["the key as handlers and logs see it", 'savings:process_payout:{"reference":"PAY-2000"}'],
    ["a whole payload", JSON.stringify(payout("PAY-2000"))],
  ])("a key is written as %s", async (_, key) => {
    expect(JSON.parse((await run("show", task, key, "--json")).stdout)).toMatchObject({ state: "done" });
  });

  test.each<[readonly string[], number, RegExp]>([
    [
      ["show", "savings:process_pyout", "1"],
      2,
      /no task savings:process_pyout\. Did you mean savings:process_payout\?/,
    ],
    [["show", "notification:sms", "1"], 2, /notification:sms declares no `idempotency`/],
    [["show", task, '{"amount":5}'], 2, /has reference: write it as JSON, \{"reference":"…"\}/],
    [["show", task, `${task}:sha256-abc`], 2, /told as a hash/],
    [["show", task, "PAY-9999"], 1, /nothing is remembered of PAY-9999/],
    [["clear", task, "PAY-2000"], 2, /--reason/],
    [["clear", task, "PAY-2000", "--reason", " "], 2, /say what you have found out/],
    [["clear", task, "PAY-2000", "--reason", "x"], 2, /Nobody can be asked here: say --yes to clear it/],
    [["clear", task, "PAY-9999", "--reason", "x", "--yes"], 1, /nothing is remembered/],
    [["show", task, "PAY-2000", "--connection", "embedded:"], 2, /say where the jobs are/],
    [["show", task, "PAY-2000", "--connection", "redis://127.0.0.1:1"], 3, /Redis cannot be used/],
  ])("%s ends with %i and the way out", async (args, code, message) => {
    expect(await run(...args)).toMatchObject({ code, stdout: "", stderr: expect.stringMatching(message) });
  });

  test("--help teaches, with examples", async () => {
    const { code, stdout } = await run("clear", "--help");
    expect(code).toBe(0);
    expect(stdout).toContain("--reason <text>");
    expect((await run("--help")).stdout).toContain("taskwright idempotency clear savings:process_payout PAY-20931");
  });

  test("a running attempt's key is not cleared", async () => {
    const tasks = createTasks({ connection: url, logger: silentLogger() });
    const { createWorker } = await import("taskwright");
    let begun: () => void = () => undefined;
    const isRunning = new Promise<void>((resolve) => {
      begun = resolve;
    });
    let end: () => void = () => undefined;
    const hold = () => {
      begun();
      return new Promise((resolve) => {
        end = () => resolve({ transaction_id: "T", balance_after: 0 });
      });
    };
    const worker = createWorker(catalog, { savings: { processPayout: hold } } as never, {
      connection: url,
      queues: ["critical"],
      logger: silentLogger(),
    });
    await worker.start();
    const job = await tasks.savings.processPayout.enqueue(payout("PAY-3000"));
    await isRunning;
    expect(await run("clear", task, "PAY-3000", "--reason", "impatient", "--yes")).toMatchObject({
      code: 1,
      stderr: expect.stringMatching(new RegExp(`job ${job.id} is at .* Wait for its end, or cancel it`)),
    });
    end();
    await tasks.savings.processPayout.waitFor(job, { timeout: "20s" });
    await worker.close();
    await tasks.close();
  });

  test("clear asks, says what it means, and keeps the reason with the record, in the job's log and in the audit", async () => {
    const args = ["idempotency", "clear", task, "PAY-2000", "--reason", "the bank has no such transfer"];
    for (const [answer, state] of [
      ["\n", "done"],
      ["y\n", "free"],
    ] as const) {
      const terminal = openTerminal(project, args, { REDIS_URL: url });
      await terminal.until(
        /is done by job \d+\. Cleared, the next job with it has the effect again\. Clear it\? \[y\/N\]/,
      );
      terminal.type(answer);
      expect((await terminal.ended).code).toBe(0);
      expect(JSON.parse((await run("show", task, "PAY-2000", "--json")).stdout)).toMatchObject({ state });
    }
    const record = JSON.parse((await run("show", task, "PAY-2000", "--json")).stdout);
    expect(record).toMatchObject({ clearedBecause: "the bank has no such transfer" });
    const actions: unknown[] = [];
    const operations = openOperations({
      ...{ connection: url, catalog, manifest, logger: silentLogger(), actor: "ada" },
      onAction: (action) => actions.push(action),
    });
    const logged = (await operations.job(record.jobId, "critical"))?.logs.join("\n");
    expect(logged).toMatch(/its idempotency key was cleared \(the bank has no such transfer\) by \S+@\S+/);
    expect(await operations.clearEffect(task, { reference: "PAY-1001" }, "looked")).toBe("cleared");
    expect(actions).toMatchObject([{ action: "clear", actor: "ada", queue: "critical", jobId: "2", count: 1 }]);
    await operations.close();
    const told = await run("clear", task, "PAY-1002", "--reason", "looked too", "--yes", "--json");
    expect(JSON.parse(told.stdout)).toMatchObject({ reason: "looked too", before: { state: "free", jobId: "3" } });
  });
});
