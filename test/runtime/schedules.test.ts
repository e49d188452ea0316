import { randomUUID } from "node:crypto";
import { Worker as BullWorker } from "bullmq";
import type { Schedule, TaskDefinition } from "taskwright";
import { openQueues } from "taskwright/testing";
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from "vitest";
import { queuesOf } from "../../runtime/catalog.js";
import { openQueue, type StoreQueue } from "../../runtime/store/queue.js";
import { openStore } from "../../runtime/store/store.js";
import { listSchedules } from "../../runtime/upkeep/list-schedules.js";
import { planSchedules } from "../../runtime/upkeep/planned-schedules.js";
import { reconcileQueue } from "../../runtime/upkeep/reconcile-queue.js";
import { openProject, silentLogger, stores, task, validatorOf } from "../support/project.js";

const hourly: Schedule = { cron: "0 * * * *", timezone: "Africa/Lagos" };

describe.each(stores)("on $store", ({ connection }) => {
  let open: Awaited<ReturnType<typeof openQueues>>;
  beforeAll(async () => {
    open = await openQueues({ queues: {}, workflows: {} }, connection());
  });
  afterAll(() => open.close());

  /** A queue of its own, and what a deployment that declares `schedules` of one task does to it. */
  async function openDeployments() {
    const name = `schedules-${randomUUID()}`;
    const store = await openStore(connection(), "worker", silentLogger());
    onTestFinished(() => store.close());
    const queue: StoreQueue = openQueue(store, name, silentLogger());
    const catalogOf = (schedules: Record<string, Schedule>, settings: Partial<TaskDefinition>) => {
      const definition = { ...task({ schedules, ...settings }), name: "w:report", queue: name };
      return { queues: {}, workflows: { w: { report: definition } } };
    };
    const deploy = async (
      schedules: Record<string, Schedule>,
      settings: Partial<TaskDefinition> = {},
      removeRuns = false,
    ) => {
      const [declared] = queuesOf(catalogOf(schedules, settings));
      if (declared === undefined) throw new Error("A catalog with one task has one queue.");
      const order = { others: new Set<string>(), removeRuns };
      const changes = await reconcileQueue(queue, store, declared.tasks, order);
      const count = (kind: string) => changes.filter((change) => change.kind === kind).length;
      const unchanged = Object.keys(schedules).length - changes.length + count("removed");
      return {
        created: count("created"),
        changed: count("changed"),
        mended: count("mended"),
        removed: count("removed"),
        unchanged,
      };
    };
    // Of this queue alone: in a project known by the workflow `w` other tests have queues too.
    const list = async (schedules: Record<string, Schedule>, now?: number) =>
      (await listSchedules(store, catalogOf(schedules, {}), silentLogger(), now)).filter(({ queue }) => queue === name);
    const stored = async () => (await queue.getJobSchedulers(0, -1)).map(({ key, pattern, tz }) => [key, pattern, tz]);
    /** As when BullMQ takes a run and then cannot make the one after it. */
    const loseNextRun = async (schedule: string) => {
      const id = `taskwright:w:report:${schedule}`;
      const job = await queue.getJob(`repeat:${id}:${(await queue.getJobScheduler(id))?.next}`);
      await job?.promote();
      const { options, backend } = store.bind(name);
      const worker = new BullWorker(name, async () => undefined, { ...options, autorun: false }, backend);
      onTestFinished(() => worker.close());
      await worker.getBackend().moveToActive("token");
      await job?.moveToFailed(new Error("lost"), "token");
    };
    return { store, queue, deploy, stored, list, loseNextRun };
  }

  test("only differences are written", async () => {
    const { deploy, stored } = await openDeployments();
    expect(await deploy({ default: hourly })).toEqual({ created: 1, changed: 0, mended: 0, removed: 0, unchanged: 0 });
    expect(await stored()).toEqual([["taskwright:w:report:default", "0 * * * *", "Africa/Lagos"]]);
    expect(await deploy({ default: hourly })).toEqual({ created: 0, changed: 0, mended: 0, removed: 0, unchanged: 1 });
    const daily = { ...hourly, cron: "30 3 * * *" };
    expect(await deploy({ default: daily, noon: hourly })).toMatchObject({ created: 1, changed: 1 });
    expect(await deploy({ noon: hourly })).toEqual({ created: 0, changed: 0, mended: 0, removed: 1, unchanged: 1 });
    expect(await stored()).toEqual([["taskwright:w:report:noon", "0 * * * *", "Africa/Lagos"]]);
  });

  test.each<[string, Partial<Schedule>, Partial<TaskDefinition>]>([
    ["the time zone", { timezone: "UTC" }, {}],
    ["the payload", { payload: { day: 2 } }, {}],
    ["the retries", {}, { retries: 4 }],
    ["the backoff", {}, { backoff: { type: "fixed", delayMs: 1, maxMs: 1_000, jitter: 0.25 } }],
    ["the version", {}, { version: 2 }],
    ["the deadline", {}, { deadlineMs: 60_000 }],
  ])("a change of %s is a difference, and then none", async (_, schedule, settings) => {
    const { deploy } = await openDeployments();
    const before = { ...hourly, payload: { day: 1 } };
    await deploy({ default: before });
    expect(await deploy({ default: before })).toMatchObject({ unchanged: 1 });
    expect(await deploy({ default: { ...before, ...schedule } }, settings)).toMatchObject({ changed: 1 });
    expect(await deploy({ default: { ...before, ...schedule } }, settings)).toMatchObject({ unchanged: 1 });
  });

  test("schedulers that are not ours are left alone", async () => {
    const { queue, deploy, stored } = await openDeployments();
    await queue.upsertJobScheduler("theirs", { pattern: "0 0 * * *" }, { name: "x" });
    await deploy({ default: hourly });
    expect(await deploy({})).toEqual({ created: 0, changed: 0, mended: 0, removed: 1, unchanged: 0 });
    expect(await stored()).toMatchObject([["theirs", "0 0 * * *", undefined]]);
  });

  test("twenty deployments at once make one schedule with one next run", async () => {
    const { queue, deploy } = await openDeployments();
    await Promise.all(Array.from({ length: 20 }, () => deploy({ default: hourly })));
    expect(await queue.getJobSchedulersCount()).toBe(1);
    expect(await queue.getJobCounts("delayed")).toEqual({ delayed: 1 });
  });

  /** Makes the next run of the only schedule due, as if no worker had been there at its time. */
  async function makeDue(queue: StoreQueue): Promise<string> {
    const [next] = await queue.getDelayed();
    await next?.promote();
    return next?.id ?? "";
  }

  test("a run that is due but was not started survives a deployment that changes nothing", async () => {
    const { queue, deploy } = await openDeployments();
    await deploy({ default: hourly });
    const id = await makeDue(queue);
    await deploy({ default: hourly });
    expect((await queue.getJobs(["waiting", "prioritized"])).map((job) => job.id)).toEqual([id]);
  });

  test("and one that changes the schedule, however many do so at once", async () => {
    const { queue, deploy } = await openDeployments();
    await deploy({ default: { ...hourly, payload: { day: 1 } } });
    await makeDue(queue);
    const changed = { ...hourly, cron: "30 * * * *", payload: { day: 2 } };
    await Promise.all([1, 2, 3].map(() => deploy({ default: changed })));
    expect(await queue.getJobs(["waiting", "prioritized"])).toMatchObject([{ name: "w:report", data: { day: 1 } }]);
    expect(await queue.getJobs(["delayed"])).toMatchObject([{ name: "w:report", data: { day: 2 } }]);
  });

  test("a run that is due outlives its schedule, unless the waiting runs are to be removed with it", async () => {
    const { queue, deploy, stored, store } = await openDeployments();
    for (const [removeRuns, left] of [
      [false, 1],
      [true, 0],
    ] as const) {
      await deploy({ default: hourly });
      await makeDue(queue);
      expect(await deploy({}, {}, removeRuns)).toMatchObject({ removed: 1 });
      expect(await stored()).toEqual([]);
      const waiting = await queue.getJobs(["waiting", "prioritized", "delayed"]);
      expect(waiting).toHaveLength(left);
      const removed = waiting.map((job) => store.steps.removeUnbegun(queue.name, job.id ?? ""));
      expect(await Promise.all(removed)).toEqual(waiting.map(() => true));
    }
  });

  test("but a run that somebody has begun stays", async () => {
    const { queue, deploy, loseNextRun, store } = await openDeployments();
    await deploy({ default: hourly });
    await loseNextRun("default");
    const [run] = await queue.getFailed();
    await run?.retry();
    expect(await store.steps.removeUnbegun(queue.name, run?.id ?? "")).toBe(false);
    expect(await deploy({}, {}, true)).toMatchObject({ removed: 1 });
    expect((await queue.getJobs(["waiting", "prioritized"])).map(({ id }) => id)).toEqual([run?.id]);
    expect(await store.steps.removeUnbegun(queue.name, "unknown")).toBe(false);
  });

  test("every schedule is listed as it stands to what is declared, with its next run and its lag", async () => {
    const { queue, deploy, list, loseNextRun } = await openDeployments();
    const daily = { ...hourly, cron: "0 3 * * *", payload: { day: 1 } };
    await deploy({ kept: hourly, gone: hourly, changed: hourly, silent: hourly });
    const next = (await queue.getJobScheduler("taskwright:w:report:kept"))?.next ?? 0;
    await loseNextRun("silent");
    await queue.upsertJobScheduler("theirs", { every: 60_000 }, { name: "ping" });
    const declared = { kept: hourly, changed: daily, silent: hourly, added: daily };
    const shown = await list(declared, next + 5_000);
    expect(shown.map(({ task, name, state, cron, everyMs }) => [task, name, state, cron ?? everyMs])).toEqual([
      ["w:report", "added", "missing", "0 3 * * *"],
      ["w:report", "changed", "drifted", "0 * * * *"],
      ["w:report", "gone", "orphaned", "0 * * * *"],
      ["w:report", "kept", "asDeclared", "0 * * * *"],
      ["w:report", "silent", "stuck", "0 * * * *"],
      ["ping", "theirs", "foreign", 60_000],
    ]);
    const [added, changed, , kept, silent] = shown;
    expect(kept).toMatchObject({ nextRunAt: next, lagMs: 5_000, timezone: "Africa/Lagos", differences: [] });
    expect(changed?.differences).toEqual([
      { of: "cron", stored: "0 * * * *", declared: "0 3 * * *" },
      { of: "payload", stored: {}, declared: { day: 1 } },
    ]);
    expect([added?.nextRunAt, added?.lagMs, silent?.nextRunAt, silent?.lagMs]).toEqual([
      undefined,
      0,
      undefined,
      5_000,
    ]);
  });

  test("a schedule whose next run is gone is given one again", async () => {
    const { queue, deploy, list, loseNextRun } = await openDeployments();
    await deploy({ default: hourly });
    await loseNextRun("default");
    expect(await list({ default: hourly })).toMatchObject([{ state: "stuck" }]);
    expect(await deploy({ default: hourly })).toMatchObject({ changed: 0, mended: 1 });
    expect(await list({ default: hourly })).toMatchObject([{ state: "asDeclared" }]);
    expect(await queue.getJobCounts("delayed", "failed")).toEqual({ delayed: 1, failed: 1 });
  });

  test("a run that was made to run ahead of its time is neither run again nor written over by a deployment", async () => {
    const { queue, deploy, list, loseNextRun } = await openDeployments();
    await deploy({ default: hourly });
    await loseNextRun("default");
    const [early] = await queue.getFailed();
    await deploy({ default: { ...hourly, payload: { day: 2 } } });
    expect(await list({ default: { ...hourly, payload: { day: 2 } } })).toMatchObject([{ state: "asDeclared" }]);
    const [next] = await queue.getDelayed();
    expect(Number(next?.opts.prevMillis) - Number(early?.opts.prevMillis)).toBe(3_600_000);
    expect(await queue.getFailed()).toMatchObject([{ id: early?.id, failedReason: "lost" }]);
  });

  test("a scheduled job runs with its payload, and the next run is there", async () => {
    const payload = { trigger: "scheduled" };
    const score = task<{ trigger: string }>({
      payload: validatorOf({ type: "object" }),
      schedules: { weekly: { ...hourly, payload } },
      deadlineMs: 60_000,
    });
    const project = await openProject(connection(), { score });
    const got: unknown[] = [];
    const { seen } = await project.work({ score: (received) => void got.push(received) });
    expect(await project.queues.promoteDelayed()).toBe(1);
    await seen.until("onSuccess");
    expect(got).toEqual([payload]);
    expect(await project.counts()).toMatchObject({ delayed: 1, completed: 1 });
  });

  test("a run whose payload doesn't fit its contract is dead at once, with the reason, and the next run is there", async () => {
    const payload = validatorOf({ type: "object", required: ["trigger"] });
    const score = task<object>({ payload, retries: 3, schedules: { weekly: { ...hourly, payload: {} } } });
    const project = await openProject(connection(), { score });
    const { seen } = await project.work({ score: () => expect.unreachable("Its payload is not valid.") });
    await project.queues.promoteDelayed();
    const [dead] = await seen.until("onDead");
    expect(dead?.error.message).toContain("must have required property 'trigger'");
    expect(await project.counts()).toMatchObject({ delayed: 1, failed: 1 });
  });
});

test("a schedule becomes a BullMQ job scheduler with everything its jobs need", () => {
  const report = { ...task({ schedules: { default: hourly }, deadlineMs: 5_000 }), name: "w:report", queue: "q" };
  expect(planSchedules([report])).toMatchObject([
    {
      id: "taskwright:w:report:default",
      pattern: "0 * * * *",
      tz: "Africa/Lagos",
      name: "w:report",
      data: {},
      opts: { attempts: 1, priority: 200, taskwright: { version: 1, timeoutMs: 10_000, deadlineMs: 5_000 } },
    },
  ]);
});
