import { randomUUID } from "node:crypto";
import { expect, onTestFinished, test } from "vitest";
import { planEffect } from "../../../runtime/mapping/effect.js";
import type { StoreJob } from "../../../runtime/store/queue.js";
import { openStore } from "../../../runtime/store/store.js";
import { type AttemptContext, runAttempt } from "../../../runtime/worker/attempt.js";
import { openRunningAttempts } from "../../../runtime/worker/running-attempts.js";
import { payment, silentLogger, stores } from "../../support/project.js";

test.each(stores)(
  "on $store an attempt that is cancelled in the moment in which it takes its key gives it back",
  async ({ connection }) => {
    const logger = silentLogger();
    const store = await openStore(connection(), "producer", logger);
    onTestFinished(() => store.close());
    const queue = `q-${randomUUID()}`;
    const definition = { ...payment(), name: "w:pay", queue };
    const data = { reference: "1", amount: 5 };
    const running = openRunningAttempts(logger);
    let runs = 0;
    const handler = () => {
      runs += 1;
    };
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
      // The answers to the claim and to a renewal that failed can be in one packet.
      onKey: () => running.loseLock("1", queue),
    };
    const job = { id: "1", name: definition.name, data, opts: {}, attemptsStarted: 1, stalledCounter: 0 };
    const outcome = await runAttempt(job as unknown as StoreJob, queue, context);
    expect(outcome).toMatchObject({ kind: "failed", error: { name: "LockLost" } });
    expect(runs).toBe(0);
    const { recordId } = planEffect(definition, data);
    expect(await store.effects.read({ queue, recordId })).toMatchObject({ state: "free" });
  },
);
