import { randomUUID } from "node:crypto";
import type { IdempotentTaskDefinition, Validator } from "taskwright";
import { openQueues } from "taskwright/testing";
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from "vitest";
import { planEffect } from "../../../runtime/mapping/effect.js";
import type { StoreJob } from "../../../runtime/store/queue.js";
import { openStore } from "../../../runtime/store/store.js";
import { type AttemptContext, runAttempt } from "../../../runtime/worker/attempt.js";
import { openRunningAttempts } from "../../../runtime/worker/running-attempts.js";
import { payment, silentLogger, stores } from "../../support/project.js";

/** One attempt at a payment, and what is left of it. */
async function attempt(
  connection: string,
  { handler, ...wrong }: Partial<AttemptContext> & { readonly handler: () => unknown },
  settings: Partial<IdempotentTaskDefinition> = {},
) {
  const logger = silentLogger();
  const store = await openStore(connection, "producer", logger);
  onTestFinished(() => store.close());
  const queue = `q-${randomUUID()}`;
  const definition = { ...payment(), ...settings, name: "w:pay", queue };
  const data = { reference: "1", amount: 5 };
  const running = openRunningAttempts(logger);
  const context: AttemptContext = {
    ...{ running, logger, steps: store.steps, effects: store.effects },
    tasks: new Map([[definition.name, { definition, handler }]]),
    middleware: [],
    maxCrashes: 1,
    jobTasks: { withHeaders: () => ({}), close: async () => undefined },
    logPostponed: () => undefined,
    beginRun: async () => ({ kind: "runs" }),
    onSkip: () => undefined,
    onStart: () => undefined,
    wakeWaiting: async () => undefined,
    onKey: () => undefined,
    ...wrong,
  };
  const job = { id: "1", name: definition.name, data, opts: {}, attemptsStarted: 1, stalledCounter: 0 };
  const outcome = await runAttempt(job as unknown as StoreJob, queue, context);
  const { recordId } = planEffect(definition, data);
  return { outcome, running: running.list(), record: await store.effects.read({ queue, recordId }) };
}

describe.each(stores)("on $store", ({ connection }) => {
  let open: Awaited<ReturnType<typeof openQueues>>;
  beforeAll(async () => {
    open = await openQueues({ queues: {}, workflows: {} }, connection());
  });
  afterAll(() => open.close());

  test("an attempt that is cancelled in the moment in which it takes its key gives it back", async () => {
    const running = openRunningAttempts(silentLogger());
    let runs = 0;
    const { outcome, record } = await attempt(connection(), {
      running,
      handler: () => {
        runs += 1;
      },
      // The answers to the claim and to a renewal that failed can be in one packet.
      onKey: (job, queue) => running.loseLock(job.id ?? "", queue),
    });
    expect(outcome).toMatchObject({ kind: "failed", error: { name: "LockLost" } });
    expect(runs).toBe(0);
    expect(record).toMatchObject({ state: "free" });
  });

  const fail = (what: string) => () => {
    throw new Error(what);
  };
  const unreadable = {
    get receipt() {
      return fail("no receipt")();
    },
  };
  test.each<[string, Parameters<typeof attempt>[1], string]>([
    ["whose result cannot be read", { handler: () => unreadable }, "InvalidResult"],
    ["whose result is a proxy that was revoked", { handler: revokedProxy }, "TypeError"],
    ["whose start cannot be told", { handler: () => ({ receipt: "r" }), onStart: fail("deaf") }, "Error"],
    ["whose middleware throws", { handler: () => ({ receipt: "r" }), middleware: [fail("closed")] }, "Error"],
  ])("an attempt %s fails, and gives its key back", async (_, wrong, name) => {
    const { outcome, running, record } = await attempt(connection(), wrong);
    expect(outcome).toMatchObject({ kind: "failed", error: { name } });
    expect(running).toEqual([]);
    expect(record).toMatchObject({ state: "free" });
  });

  test("an attempt whose result its validator chokes on fails, and its key is renewed no longer", async () => {
    const result = Object.assign(fail("deep"), { errors: null }) as unknown as Validator;
    const wrong = { handler: () => ({ receipt: "r" }) };
    const { outcome, running, record } = await attempt(connection(), wrong, { result });
    expect(outcome).toMatchObject({
      kind: "failed",
      error: { name: "InvalidResult", message: expect.stringContaining("deep") },
    });
    expect(running).toEqual([]);
    expect(record).toMatchObject({ state: "free" });
  });
});

function revokedProxy(): unknown {
  const { proxy, revoke } = Proxy.revocable({}, {});
  revoke();
  return proxy;
}
