import { randomUUID } from "node:crypto";
import type { Schedule } from "taskwright";
import { openQueues } from "taskwright/testing";
import { afterAll, beforeAll, describe, expect, onTestFinished, test, vi } from "vitest";
import { openQueue } from "../../runtime/store/queue.js";
import { openStore } from "../../runtime/store/store.js";
import { listSchedules } from "../../runtime/upkeep/list-schedules.js";
import { beginRun, type ScheduledRun } from "../../runtime/upkeep/schedule-runs.js";
import { deferred, openProject, silentLogger, stores, task } from "../support/project.js";

const hourly: Schedule = { cron: "0 * * * *", timezone: "UTC" };
const minute = 60_000;
const hour = 60 * minute;
const morning = Date.UTC(2030, 5, 3, 8, 30);

/** BullMQ's times are those of its processes, so that a test can turn them. Timers go on as they do. */
function setClock(now: number): void {
  if (!vi.isFakeTimers()) {
    vi.useFakeTimers({ toFake: ["Date"] });
    onTestFinished(() => void vi.useRealTimers());
  }
  vi.setSystemTime(now);
}

describe.each(stores)("on $store", ({ connection }) => {
  let open: Awaited<ReturnType<typeof openQueues>>;
  beforeAll(async () => {
    open = await openQueues({ queues: {}, workflows: {} }, connection());
  });
  afterAll(() => open.close());

  /** A project with a scheduled task, and a task whose jobs wake idle workers after the clock was turned. */
  async function openScheduled(schedule: Schedule, settings: Parameters<typeof task>[0] = {}) {
    const project = await openProject(connection(), {
      tick: task({ schedules: { default: schedule }, timeoutMs: 24 * hour, ...settings }),
      nudge: task(),
    });
    const store = await openStore(connection(), "producer", silentLogger());
    onTestFinished(() => store.close());
    return {
      ...project,
      async turnTo(time: number) {
        setClock(time);
        await project.tasks.nudge.enqueue();
      },
      async schedule() {
        const [view] = await listSchedules(store, project.catalog, silentLogger());
        if (view === undefined) throw new Error("The project has a schedule.");
        return view;
      },
    };
  }

  const ticksOf = (events: readonly { readonly task: string; readonly dueAt: number }[]) =>
    events.filter(({ task }) => task === "w:tick").map(({ dueAt }) => new Date(dueAt).toISOString().slice(11, 16));

  test("of the ticks that came while no worker was there, one runs, and then the next in its time", async () => {
    setClock(morning);
    const { work, turnTo, schedule } = await openScheduled(hourly);
    const { worker } = await work({ tick: () => undefined, nudge: () => undefined });
    await worker.close();
    setClock(morning + 5 * hour);
    const { seen } = await work({ tick: () => undefined, nudge: () => undefined });
    expect(ticksOf(await seen.until("onSuccess"))).toEqual(["09:00"]);
    expect((await schedule()).nextRunAt).toBe(morning + 5.5 * hour);
    await turnTo(morning + 5.5 * hour);
    expect(ticksOf(await seen.until("onSuccess", 3))).toEqual(["09:00", "14:00"]);
  });

  test("with `missed: skip` none of them runs, which is logged, told and counted, and the next one does", async () => {
    setClock(morning);
    const { work, turnTo, schedule, logger, counts } = await openScheduled({ ...hourly, missed: "skip" });
    const { worker } = await work({ tick: () => undefined, nudge: () => undefined });
    await worker.close();
    setClock(morning + 5 * hour);
    const { seen } = await work({ tick: () => undefined, nudge: () => undefined });
    expect(await seen.until("onSkipped")).toMatchObject([{ task: "w:tick", reason: "missed" }]);
    expect(logger.lines).toContainEqual(
      expect.objectContaining({ level: "info", message: "a tick of a schedule was left out" }),
    );
    expect((await schedule()).skipped).toEqual({ missed: 1, overlap: 0, lastAt: morning + 5 * hour });
    expect(await counts()).toMatchObject({ delayed: 1, completed: 0, failed: 0 });
    await turnTo(morning + 5.5 * hour);
    expect(ticksOf(await seen.until("onSuccess", 2))).toEqual(["14:00"]);
    expect(seen.events.onSkipped).toHaveLength(1);
    expect((await schedule()).lastRun).toMatchObject({ dueAt: morning + 5.5 * hour, startedAt: morning + 5.5 * hour });
  });

  test.each([
    ["0 * * * *", minute - 1, "runs"],
    ["0 * * * *", minute, "skipped"],
    ["* * * * *", minute - 1, "runs"],
    ["*/10 * * * * *", 9_999, "runs"],
    ["*/10 * * * * *", 10_000, "skipped"],
  ])("a tick of `%s` that is %i ms late is one that %s with `missed: skip`", async (cron, lateMs, kind) => {
    const { run } = await openRuns();
    const beginning = await run({ cron, missed: "skip" }, Date.UTC(2030, 0, 1) + lateMs);
    expect(beginning).toMatchObject({ kind });
  });

  test("with `overlap: skip` a tick is left out while the run before it goes on, in whichever worker", async () => {
    setClock(morning);
    const { work, turnTo, schedule } = await openScheduled({ ...hourly, overlap: "skip" });
    const hold = deferred();
    const handlers = { tick: () => hold.promise, nudge: () => undefined };
    const { seen } = await work(handlers);
    await turnTo(morning + 0.5 * hour);
    await seen.until("onStart", 2);
    const { seen: seenElsewhere } = await work(handlers);
    await turnTo(morning + 1.5 * hour);
    await Promise.race([seen.until("onSkipped"), seenElsewhere.until("onSkipped")]);
    expect([...seen.events.onSkipped, ...seenElsewhere.events.onSkipped]).toMatchObject([
      { reason: "overlap", dueAt: morning + 1.5 * hour },
    ]);
    expect(await schedule()).toMatchObject({
      skipped: { missed: 0, overlap: 1 },
      lastRun: { dueAt: morning + 0.5 * hour, state: "active" },
      nextRunAt: morning + 2.5 * hour,
    });
    hold.resolve();
    await seen.until("onSuccess", 2);
    await turnTo(morning + 2.5 * hour);
    await expect
      .poll(() => ticksOf([...seen.events.onSuccess, ...seenElsewhere.events.onSuccess]))
      .toEqual(["09:00", "11:00"]);
  });

  test("and while it waits to be retried", async () => {
    setClock(morning);
    const backoff = { type: "fixed", delayMs: 1.5 * hour, maxMs: 2 * hour, jitter: 0 } as const;
    const { work, turnTo } = await openScheduled({ ...hourly, overlap: "skip" }, { retries: 1, backoff });
    const handler = (_: undefined, { attempt }: { attempt: number }) => {
      if (attempt === 1) throw new Error("not yet");
    };
    const { seen } = await work({ tick: handler, nudge: () => undefined });
    await turnTo(morning + 0.5 * hour);
    await seen.until("onFailure");
    await turnTo(morning + 1.5 * hour);
    await seen.until("onSkipped");
    await turnTo(morning + 2 * hour);
    await seen.until("onSuccess", 4);
    expect(ticksOf(seen.events.onSuccess)).toEqual(["09:00"]);
    await turnTo(morning + 2.5 * hour);
    await seen.until("onFailure", 2);
    expect(ticksOf(seen.events.onFailure)).toEqual(["09:00", "11:00"]);
    expect(ticksOf(seen.events.onSkipped)).toEqual(["10:00"]);
  });

  test("a run that died and is retried by hand waits for the end of the one that runs, and uses no attempt", async () => {
    setClock(morning);
    const { work, turnTo, queues, queue } = await openScheduled({ ...hourly, overlap: "skip" });
    const hold = deferred();
    const handlers = [() => Promise.reject(new Error("first")), () => hold.promise, () => undefined];
    const { seen } = await work({ tick: () => handlers.shift()?.(), nudge: () => undefined });
    await turnTo(morning + 0.5 * hour);
    await seen.until("onDead");
    await turnTo(morning + 1.5 * hour);
    await expect.poll(() => ticksOf(seen.events.onStart)).toEqual(["09:00", "10:00"]);
    const store = await openStore(connection(), "producer", silentLogger());
    onTestFinished(() => store.close());
    const [dead] = await queues.jobs("failed");
    await (await openQueue(store, queue, silentLogger()).getJob(dead?.id ?? ""))?.retry();
    await expect
      .poll(() => queues.jobs("delayed", { attempted: true }))
      .toMatchObject([{ id: dead?.id, attemptsMade: 1 }]);
    hold.resolve();
    await expect.poll(() => ticksOf(seen.events.onSuccess)).toEqual(["10:00"]);
    await queues.promoteDelayed({ attempted: true });
    await expect.poll(() => ticksOf(seen.events.onSuccess)).toEqual(["10:00", "09:00"]);
    expect(seen.events.onSkipped).toEqual([]);
  });

  test.each([
    [
      "a time that is skipped comes an hour later by the clock, that day",
      "30 2 * * *",
      "Europe/Paris",
      "2027-03-26T12:00Z",
      ["03-27T01:30Z", "03-28T01:30Z", "03-29T00:30Z", "03-30T00:30Z"],
    ],
    [
      "a time that is repeated comes once",
      "30 2 * * *",
      "Europe/Paris",
      "2027-10-29T12:00Z",
      ["10-30T00:30Z", "10-31T00:30Z", "11-01T01:30Z", "11-02T01:30Z"],
    ],
    [
      "every hour comes once where one is skipped",
      "0 * * * *",
      "Europe/Paris",
      "2027-03-27T23:30Z",
      ["03-28T00:00Z", "03-28T01:00Z", "03-28T02:00Z"],
    ],
    [
      "and twice where one is repeated",
      "0 * * * *",
      "Europe/Paris",
      "2027-10-30T22:30Z",
      ["10-30T23:00Z", "10-31T00:00Z", "10-31T01:00Z", "10-31T02:00Z"],
    ],
    [
      "the other side of the Atlantic changes on its own days",
      "30 1 * * *",
      "America/New_York",
      "2027-11-05T12:00Z",
      ["11-06T05:30Z", "11-07T05:30Z", "11-08T06:30Z"],
    ],
    [
      "and in spring on its own",
      "30 2 * * *",
      "America/New_York",
      "2027-03-12T12:00Z",
      ["03-13T07:30Z", "03-14T07:30Z", "03-15T06:30Z"],
    ],
    [
      "several times a day, in spring",
      "0 2,3 * * *",
      "Europe/Berlin",
      "2027-03-27T12:00Z",
      ["03-28T01:00Z", "03-29T00:00Z", "03-29T01:00Z"],
    ],
    [
      "and in autumn",
      "0 2,3 * * *",
      "Europe/Berlin",
      "2027-10-30T12:00Z",
      ["10-31T00:00Z", "10-31T02:00Z", "11-01T01:00Z"],
    ],
    [
      "half an hour is left out on Lord Howe Island",
      "15 2 * * *",
      "Australia/Lord_Howe",
      "2027-10-01T12:00Z",
      ["10-01T15:45Z", "10-02T15:45Z", "10-03T15:15Z"],
    ],
    [
      "and repeated in autumn, when BullMQ by itself would end the schedule",
      "0 12 * * *",
      "Australia/Lord_Howe",
      "2027-04-02T12:00Z",
      ["04-03T01:00Z", "04-04T01:30Z", "04-05T01:30Z"],
    ],
    [
      "where the clock never changes, nor does the run",
      "30 0 * * *",
      "Africa/Lagos",
      "2027-03-26T12:00Z",
      ["03-26T23:30Z", "03-27T23:30Z", "03-28T23:30Z"],
    ],
  ])("daylight saving: %s", async (_, cron, timezone, from, expected) => {
    setClock(Date.parse(from));
    const { work, turnTo, schedule } = await openScheduled({ cron, timezone });
    const { seen } = await work({ tick: () => undefined, nudge: () => undefined });
    for (const [n] of expected.entries()) {
      await turnTo((await schedule()).nextRunAt ?? 0);
      await seen.until("onSuccess", 2 * (n + 1));
    }
    const ticks = seen.events.onSuccess.filter(({ task }) => task === "w:tick");
    expect(ticks.map(({ dueAt }) => new Date(dueAt).toISOString().replace(/^.{5}(.{11}).*/, "$1Z"))).toEqual(expected);
  });

  /** Runs of one schedule, each a job that is there, as they ask whether they may begin. */
  async function openRuns() {
    const store = await openStore(connection(), "worker", silentLogger());
    onTestFinished(() => store.close());
    const queue = openQueue(store, `runs-${randomUUID()}`, silentLogger());
    const run = async (settings: Partial<ScheduledRun>, now = Date.now()) => {
      const { id: jobId = "" } = await queue.add("w:tick", {}, { delay: hour });
      const common = {
        id: "taskwright:w:tick:default",
        dueAt: Date.UTC(2030, 0, 1),
        cron: "0 * * * *",
        timezone: "UTC",
      };
      const policy = { missed: "once", overlap: "allow", isFirstStart: true, attemptsMade: 0 } as const;
      return beginRun(queue, store.documents, { ...common, ...policy, jobId, ...settings }, now);
    };
    return { run };
  }

  test("of twenty runs that ask at once to begin one does, and the others are left out", async () => {
    const { run } = await openRuns();
    const beginnings = await Promise.all(Array.from({ length: 20 }, () => run({ overlap: "skip" })));
    expect(beginnings.filter(({ kind }) => kind === "runs")).toHaveLength(1);
    expect(beginnings.filter(({ kind }) => kind === "skipped")).toHaveLength(19);
  });
});
