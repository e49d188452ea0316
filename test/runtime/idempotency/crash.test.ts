import { randomUUID } from "node:crypto";
import { createTasks, createWorker, type Idempotency, OutcomeUnknown } from "taskwright";
import { expect, inject, onTestFinished, test } from "vitest";
import { startProgram } from "../../support/program.js";
import { recordHooks, silentLogger } from "../../support/project.js";
import { paymentsOf } from "../programs/payments.js";

/** A payment that was begun by a worker on which then `befalls` came, its duplicate, and a worker that lives. */
async function afterFall(
  befalls: "SIGKILL" | "SIGSTOP",
  onUncertain: Idempotency["onUncertain"],
  env: Readonly<Record<string, string>> = {},
) {
  const queue = `fallen-${randomUUID()}`;
  const connection = inject("redisUrl");
  const catalog = paymentsOf(queue, onUncertain);
  const logger = silentLogger();
  const { w, close } = createTasks(catalog, { connection, logger });
  onTestFinished(close);
  const fallen = startProgram("pay", { REDIS_URL: connection, QUEUE: queue, ...env });
  const job = await w.pay.enqueue({ reference: "1" });
  const fence = Number((await fallen.line(/^began/)).split(" ")[1]);
  fallen.process.kill(befalls);
  if (befalls === "SIGKILL") await fallen.exited;
  const twin = await w.pay.enqueue({ reference: "1" });
  const fences: number[] = [];
  const seen = recordHooks();
  const times = { lockDuration: 600, stalledInterval: 300 };
  const pay = (_payload: unknown, attempt: { readonly fence: number }) => {
    fences.push(attempt.fence);
    return { receipt: "R" };
  };
  const worker = createWorker(catalog, { w: { pay } }, { connection, logger, hooks: seen.hooks, ...times });
  onTestFinished(() => worker.close({ graceMs: 0 }));
  await worker.start();
  return { pay: w.pay, job, twin, fence, fences, seen, fallen };
}

test("an effect whose worker was killed is begun once more, with a higher fence, and its duplicate gets the result", async () => {
  const { pay, job, twin, fence, fences } = await afterFall("SIGKILL", "retry");
  expect(await pay.waitFor(job, { timeout: 20_000 })).toEqual({ receipt: "R" });
  expect(await pay.waitFor(twin, { timeout: 20_000 })).toEqual({ receipt: "R" });
  expect(fences).toHaveLength(1);
  expect(fences[0]).toBeGreaterThan(fence);
  expect((await pay.get(job.id))?.attempts).toBe(1);
});

test("with `park` nothing of it runs: both are dead, outcome unknown, until somebody clears the key", async () => {
  const { pay, job, twin, fences, seen } = await afterFall("SIGKILL", "park");
  const dead = await seen.until("onDead", 2);
  expect(dead.map(({ error }) => (error.cause ?? error) instanceof OutcomeUnknown)).toEqual([true, true]);
  expect(new Set(dead.map(({ jobId }) => jobId))).toEqual(new Set([job.id, twin.id]));
  expect(fences).toEqual([]);
  expect(await pay.idempotency.read({ reference: "1" })).toMatchObject({ state: "uncertain" });
  expect(await pay.idempotency.clear({ reference: "1" }, { reason: "The bank knows nothing of it." })).toBe("cleared");
  const again = await pay.enqueue({ reference: "1" });
  expect(await pay.waitFor(again, { timeout: 20_000 })).toEqual({ receipt: "R" });
  expect(fences).toHaveLength(1);
});

test("a worker that was stopped past its lease: its signal aborts with LeaseLost, its commit is refused and its result overwrites nothing", async () => {
  // Its lock goes on, so that the lease alone is lost.
  const { pay, job, twin, fence, fences, fallen } = await afterFall("SIGSTOP", "retry", { LOCK_MS: "30000" });
  expect(await pay.waitFor(twin, { timeout: 20_000 })).toEqual({ receipt: "R" });
  expect(fences).toHaveLength(1);
  expect(fences[0]).toBeGreaterThan(fence);
  fallen.process.kill("SIGCONT");
  await fallen.line(/^aborted TASKWRIGHT_LEASE_LOST/);
  fallen.process.kill("SIGUSR2");
  await fallen.line(/^log the effect was not recorded as done: another attempt has taken it over/);
  expect(await pay.waitFor(job, { timeout: 20_000 })).toEqual({ receipt: "R" });
  expect(await pay.idempotency.read({ reference: "1" })).toMatchObject({
    ...{ state: "done", jobId: twin.id, fence: fences[0], result: { receipt: "R" } },
  });
  expect((await pay.get(job.id))?.attempts).toBe(1);
  expect(fences).toHaveLength(1);
}, 60_000);
