import { stripVTControlCharacters } from "node:util";
import { beforeAll, describe, expect, onTestFinished, test, vi } from "vitest";
import { createTasks } from "../../generated/index.js";
import { ownDatabase } from "../support/own-database.js";
import { silentLogger } from "../support/project.js";
import { payout, populate, project, startWorker } from "./populated-store.js";
import { runCli } from "./run-cli.js";
import { openTerminal } from "./terminal.js";

// Each runs several commands, each a process of its own.
vi.setConfig({ testTimeout: 90_000 });

/** Runs a command against a database; `json` is what it printed, read. */
function on(url: string) {
  return async (...args: string[]) => {
    const ended = await runCli(project, args, { REDIS_URL: url });
    return { ...ended, json: () => JSON.parse(ended.stdout) };
  };
}

describe("looking", () => {
  let url: string;
  let run: ReturnType<typeof on>;
  beforeAll(async () => {
    url = await ownDatabase();
    await populate(url);
    run = on(url);
  });

  test("queues ls: a line a queue in a pipe, and all of it as JSON", async () => {
    const listed = await run("queues", "ls");
    const [head, ...lines] = listed.stdout.trimEnd().split("\n");
    expect(head).toBe("queue\tweight\twaiting\tactive\tdelayed\tdead\tcompleted\toldest\tlimits\tstate");
    expect(lines.map((line) => line.split("\t").slice(0, 7))).toEqual([
      ["critical", "6", "0", "0", "0", "4", "1"],
      ["default", "3", "3", "0", "2", "0", "0"],
      ["low", "1", "0", "0", "2", "0", "0"],
    ]);
    const json = (await run("queues", "ls", "--json")).json();
    expect(json[0]).toMatchObject({ name: "critical", weight: 6, counts: { dead: 4 }, isPaused: false });
  });

  test.each<[readonly string[], readonly string[]]>([
    [["--where", "reference=PAY-1001"], ["PAY-1001"]],
    [["--where", "reference=PAY-1001", "--where", "amount=500002"], []],
    [["--error", "BANK TIMEOUT for esc"], ["ESC-2000"]],
    [
      ["--task", "gig:escrow_release"],
      ["ESC-2000", "ESC-2001"],
    ],
    [["--state", "completed"], ["ESC-2001"]],
    [
      ["--queue", "critical", "--newer-than", "1h", "--state", "dead"],
      ["ESC-2000", "PAY-1000", "PAY-1001", "PAY-1002"],
    ],
    [["--queue", "critical", "--older-than", "1h"], []],
  ])("jobs ls %s", async (filter, references) => {
    const { jobs } = (await run("jobs", "ls", "--json", ...filter)).json();
    expect(jobs.map((job: { payload: { reference: string } }) => job.payload.reference).sort()).toEqual(references);
  });

  test("jobs ls goes on where it ended", async () => {
    const first = (await run("dead", "ls", "--json", "--limit", "3")).json();
    const second = (await run("dead", "ls", "--json", "--limit", "3", "--cursor", first.next)).json();
    expect([...first.jobs, ...second.jobs].map(({ id }) => id)).toEqual(["4", "3", "2", "1"]);
    expect(second.next).toBeNull();
    const told = await run("dead", "ls", "--limit", "3");
    expect(told.stderr).toMatch(/^3 jobs, \d+ looked at\. More: --cursor \S+\n$/);
  });

  test("jobs show tells the payload, why it failed, and what happened when", async () => {
    const shown = (await run("jobs", "show", "critical/2")).stdout;
    for (const text of [
      "critical/2  savings:process_payout  dead",
      "why       bank timeout for PAY-1001",
      "contract  its payload fits",
      '"reference": "PAY-1001"',
      "Caused by: Error: ETIMEDOUT",
    ]) {
      expect(shown).toContain(text);
    }
    expect(shown).toMatch(/enqueued\n.*started.*\n.*died .*bank timeout/);
    expect((await run("dead", "show", "2", "--queue", "critical", "--json")).json()).toMatchObject({ state: "dead" });
  });

  test("stats and workers ls", async () => {
    const stats = (await run("stats", "--json")).json();
    expect(stats).toMatchObject({
      store: { kind: "redis" },
      counts: { dead: 4, completed: 1, waiting: 3, delayed: 4 },
    });
    expect(stats.ended.critical).toMatchObject({ completed: { day: 1 }, dead: { day: 4 } });
    expect(await run("workers", "ls")).toMatchObject({
      code: 0,
      stderr: expect.stringContaining("No worker is there"),
    });
  });

  test.each<[readonly string[], number, RegExp]>([
    [
      ["jobs", "ls", "--task", "savings:process_pyout"],
      2,
      /no task savings:process_pyout\. Did you mean savings:process_payout\?/,
    ],
    [["jobs", "ls", "--queue", "critcal"], 2, /no queue critcal\. Did you mean critical\?/],
    [["jobs", "ls", "--state", "failed"], 2, /no state failed\. Did you mean /],
    [["jobs", "ls", "--where", "reference"], 2, /It is written field=value/],
    [["jobs", "ls", "--older-than", "yesterday"], 2, /It is a duration such as/],
    [["jobs", "ls", "--cursor", "nonsense"], 2, /`cursor` expects the cursor of a list/],
    [["jobs", "show", "nobody"], 1, /there is no job nobody/],
    [["jobs", "show", "critical/999"], 1, /there is no job critical\/999: it never was/],
    [["jobs", "rm", "critical/999", "--dry-run"], 1, /there is no job critical\/999/],
    [["jobs", "retry", "998", "999", "--queue", "low", "--dry-run"], 1, /there is no job 998, 999 in queue low: they/],
    [["jobs", "edit", "critical/999", "--set", "amount=1"], 1, /there is no job critical\/999/],
    [["jobs", "edit", "999", "--queue", "critical", "{}"], 1, /there is no job 999 in queue critical/],
    [["jobs", "retry", "1", "--limit", "3"], 2, /--limit goes with --all/],
    [["jobs", "retry"], 2, /name the jobs, or say --all/],
    [["jobs", "retry", "1", "--all"], 2, /not both/],
    [["jobs", "retry", "1", "--error", "x"], 2, /filters go with --all/],
    [["jobs", "rm", "--all", "--state", "completed"], 2, /Nobody can be asked here: say --yes/],
    [["queues", "pause", "hihg"], 2, /no queue hihg/],
    [["jobs", "lss"], 2, /unknown command/],
    [["top"], 2, /draws on a terminal/],
    [["queues", "ls", "--connection", "embedded:"], 2, /say where the jobs are/],
    [["queues", "ls", "--connection", "mysql://x"], 2, /this is a mysql: URL/],
    [["queues", "ls", "--connection", "redis://127.0.0.1:1"], 3, /Redis cannot be used/],
  ])("%s ends with %i and the way out", async (args, code, message) => {
    expect(await run(...args)).toMatchObject({ code, stdout: "", stderr: expect.stringMatching(message) });
  });

  test("a table fits its terminal, and what a payload brings along moves no cursor", async () => {
    const own = await ownDatabase();
    const tasks = createTasks({ connection: own, logger: silentLogger() });
    onTestFinished(() => tasks.close());
    await tasks.notification.sms.enqueue({
      ...{ phone: "+2348012345678", purpose: "otp", message: "\u001b[2Jgone\u202e and much more".repeat(9) },
    });
    const terminal = openTerminal(project, ["jobs", "ls"], { REDIS_URL: own });
    const { code, output } = await terminal.ended;
    expect(code).toBe(0);
    expect(output).toContain("notification:sms");
    expect(output).not.toContain("\u001b[2Jgone");
    expect(output).not.toContain("\u202e");
    // Others hold what was drawn while it looked, and taken away again.
    const rows = output.split("\r\n").filter((line) => line.includes("notification:sms"));
    expect(rows).toHaveLength(1);
    for (const row of rows) expect(stripVTControlCharacters(row).length).toBeLessThanOrEqual(100);
  });

  test("top draws in the terminal's other buffer, and q and Ctrl-C leave it as it was", async () => {
    for (const key of ["q", "\u0003"]) {
      const terminal = openTerminal(project, ["top", "--every", "100ms"], { REDIS_URL: url });
      await terminal.until(/critical[\s\S]*workers/);
      terminal.type(key);
      const { code, output } = await terminal.ended;
      expect(code).toBe(0);
      expect(output.indexOf("\u001b[?1049h")).toBeGreaterThanOrEqual(0);
      expect(output.trimEnd().endsWith("\u001b[?25h\u001b[?1049l")).toBe(true);
    }
  });
});

describe("acting", () => {
  test("pause and resume, on several queues at once", async () => {
    const run = on(await ownDatabase());
    expect(await run("queues", "pause", "critical", "low")).toMatchObject({
      code: 0,
      stdout: "Paused critical, low.\n",
    });
    const paused = (await run("queues", "ls", "--json")).json();
    expect(paused.map((queue: { isPaused: boolean }) => queue.isPaused)).toEqual([true, false, true]);
    await run("queues", "resume", "critical", "low");
    expect((await run("queues", "ls")).stdout).not.toContain("paused");
  });

  test("drain counts, asks, and leaves what is delayed unless it is told", async () => {
    const url = await ownDatabase();
    await populate(url);
    const run = on(url);
    expect((await run("queues", "drain", "default", "--dry-run")).stdout).toBe("default has 3 jobs that wait.\n");
    expect(await run("queues", "drain", "default")).toMatchObject({ code: 2 });
    expect((await run("queues", "drain", "default", "--yes")).stdout).toBe("Removed 3 jobs from default.\n");
    expect((await run("queues", "drain", "default", "--delayed", "--yes", "--json")).json()).toMatchObject({ done: 2 });
    expect((await run("queues", "drain", "low", "--delayed", "--yes")).stdout).toContain("Removed 0 jobs");
  });

  test("retry, cancel, promote, rm and edit, one and all, first as a dry run", async () => {
    const url = await ownDatabase();
    await populate(url);
    const run = on(url);
    expect((await run("jobs", "retry", "critical/1")).stdout).toBe("Retried critical/1.\n");
    expect(await run("jobs", "retry", "critical/1")).toMatchObject({ code: 1, stderr: /is waiting/ as never });
    expect((await run("jobs", "retry", "--all", "--error", "PAY-", "--dry-run")).stdout).toBe("Would retry 2 jobs.\n");
    expect((await run("dead", "retry", "--all", "--error", "PAY-", "--json")).json()).toMatchObject({
      matched: 2,
      done: 2,
    });
    expect((await run("jobs", "cancel", "critical/1", "--reason", "typed twice", "--yes")).stdout).toBe(
      "Cancelled critical/1.\n",
    );
    expect((await run("jobs", "show", "critical/1", "--json")).json()).toMatchObject({
      ...{ state: "cancelled", failedReason: "Cancelled: typed twice" },
    });
    const promoted = await run("jobs", "promote", "--all", "--queue", "default");
    expect(promoted.stdout).toBe("Promoted 2 jobs.\n");
    expect(await run("jobs", "edit", "critical/2", "--set", "amount=0")).toMatchObject({
      ...{ code: 1, stderr: expect.stringContaining("/amount must be >= 1") },
    });
    expect(await run("jobs", "edit", "critical/2", "--set", "amount=7", "--set", "reference=PAY-9999")).toMatchObject({
      code: 0,
    });
    expect((await run("jobs", "show", "critical/2", "--json")).json()).toMatchObject({
      payload: { amount: 7, reference: "PAY-9999" },
    });
    expect(await run("jobs", "edit", "critical/2", JSON.stringify(payout("PAY-3333", 3)))).toMatchObject({ code: 0 });
    expect((await run("jobs", "rm", "critical/2", "critical/3", "--yes")).stdout).toBe(
      "Removed critical/2.\nRemoved critical/3.\n",
    );
    expect((await run("dead", "purge", "--dry-run")).stdout).toBe("Would remove 2 jobs.\n");
    expect((await run("dead", "purge", "--yes")).stdout).toBe("Removed 2 jobs.\n");
    expect((await run("dead", "ls", "--json")).json().jobs).toEqual([]);
  });

  test("a question on a terminal is answered with y or not at all", async () => {
    const url = await ownDatabase();
    await populate(url);
    for (const [answer, left] of [
      ["\n", 4],
      ["y\n", 0],
    ] as const) {
      const terminal = openTerminal(project, ["dead", "purge"], { REDIS_URL: url });
      await terminal.until(/Remove 4 jobs for good\? \[y\/N\]/);
      terminal.type(answer);
      expect((await terminal.ended).code).toBe(0);
      expect((await on(url)("dead", "ls", "--json")).json().jobs).toHaveLength(left);
    }
  });

  test("a stranger finds a failed payment by its reference, sees why it failed, retries it, and sees it succeed", async () => {
    const url = await ownDatabase();
    await populate(url);
    const run = on(url);
    const found = (await run("jobs", "ls", "--where", "reference=PAY-1001")).stdout.trimEnd().split("\n");
    expect(found).toHaveLength(2);
    const [queue = "", id = "", task, state] = found[1]?.split("\t") ?? [];
    expect([task, state]).toEqual(["savings:process_payout", "dead"]);
    expect((await run("jobs", "show", `${queue}/${id}`)).stdout).toContain("why       bank timeout for PAY-1001");

    const { worker, until } = await startWorker(url, { isDown: false });
    onTestFinished(() => worker.close());
    expect(await run("jobs", "retry", `${queue}/${id}`)).toMatchObject({ code: 0 });
    await until("onSuccess");
    const shown = (await run("jobs", "show", `${queue}/${id}`)).stdout;
    expect(shown).toContain("savings:process_payout  completed");
    expect(shown).toContain('"transaction_id": "T-PAY-1001"');
    expect(shown).toMatch(/waiting .*retried\n.*started.*\n.*completed/);
    expect(shown).toMatch(/retried by \S+@\S+/);
    expect((await run("workers", "ls")).stdout).toMatch(/fetching.*critical:6/);
  });

  test("on an embedded store in a folder, whose process has ended", { timeout: 300_000 }, async () => {
    const { mkdtempSync, rmSync } = await import("node:fs");
    const folder = mkdtempSync("/tmp/taskwright-operated-");
    onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
    const run = on(`embedded:${folder}`);
    const tasks = createTasks({ connection: `embedded:${folder}`, logger: silentLogger() });
    await tasks.savings.processPayout.enqueue(payout("PAY-1001"), { delay: "1h" });
    await tasks.close();
    expect((await run("queues", "ls")).stdout).toMatch(/^critical\t6\t0\t0\t1\t/m);
    const { jobs } = (await run("jobs", "ls", "--where", "reference=PAY-1001", "--json")).json();
    expect(jobs).toMatchObject([{ state: "delayed", task: "savings:process_payout" }]);
    expect((await run("jobs", "promote", jobs[0].id)).code).toBe(0);
    expect((await run("jobs", "show", jobs[0].id)).stdout).toContain("waiting");
    expect((await run("jobs", "rm", jobs[0].id, "--yes")).code).toBe(0);
    expect((await run("stats", "--json")).json()).toMatchObject({
      store: { kind: "embedded" },
      counts: { delayed: 0 },
    });
  });
});
