import { Queue, Worker } from "bullmq";
import fc from "fast-check";
import { expect, inject, onTestFinished, test } from "vitest";
import { planBackoff, retryDelayMs, waitForRetry } from "../../../runtime/mapping/backoff.js";
import type { BackoffPolicy } from "../../../runtime/task.js";

const hour = 3_600_000;

test.each<[string, BackoffPolicy, number, object]>([
  ["fixed", { type: "fixed", delayMs: 500, maxMs: hour, jitter: 0 }, 3, { type: "fixed", delay: 500 }],
  [
    "fixed beyond its maximum",
    { type: "fixed", delayMs: 2 * hour, maxMs: hour, jitter: 0 },
    3,
    { type: "fixed", delay: hour },
  ],
  [
    "exponential that ends at its maximum",
    { type: "exponential", delayMs: 1_000, maxMs: 16_000, jitter: 0.5 },
    5,
    { type: "exponential", delay: 1_000, jitter: 0.5 },
  ],
  [
    "exponential that passes its maximum",
    { type: "exponential", delayMs: 1_000, maxMs: 15_999, jitter: 0.5 },
    5,
    {
      type: "taskwright",
      delay: 1_000,
      policy: { type: "exponential", delayMs: 1_000, maxMs: 15_999, jitter: 0.5 },
    },
  ],
  [
    "polynomial",
    { type: "polynomial", delayMs: 60_000, exponent: 2, maxMs: hour, jitter: 0 },
    3,
    {
      type: "taskwright",
      delay: 60_000,
      policy: { type: "polynomial", delayMs: 60_000, exponent: 2, maxMs: hour, jitter: 0 },
    },
  ],
  [
    "polynomial with a single retry",
    { type: "polynomial", delayMs: 60_000, exponent: 2, maxMs: hour, jitter: 0 },
    1,
    { type: "fixed", delay: 60_000 },
  ],
  [
    "no retries at all",
    { type: "exponential", delayMs: 1_000, maxMs: hour, jitter: 0 },
    0,
    { type: "fixed", delay: 1_000 },
  ],
])("%s becomes BullMQ's own type when that yields the same waits", (_, policy, retries, expected) => {
  expect(planBackoff(policy, retries)).toEqual(expected);
});

test.each([
  [1, 60_000],
  [2, 240_000],
  [3, 540_000],
  [8, hour],
])("retry %i of the seed's squares waits %i ms", (retry, expected) => {
  const policy: BackoffPolicy = { type: "polynomial", delayMs: 60_000, exponent: 2, maxMs: hour, jitter: 0 };
  expect(retryDelayMs(policy, retry, 0.7)).toBe(expected);
});

const policies: fc.Arbitrary<BackoffPolicy> = fc
  .record({
    delayMs: fc.integer({ min: 0, max: 86_400_000 }),
    maxMs: fc.integer({ min: 0, max: 30 * 86_400_000 }),
    jitter: fc.double({ min: 0, max: 1, noNaN: true }),
    exponent: fc.double({ min: 0, max: 10, noNaN: true }),
  })
  .chain(({ exponent, ...common }) =>
    fc.constantFrom<BackoffPolicy>(
      { type: "fixed", ...common },
      { type: "exponential", ...common },
      { type: "polynomial", exponent, ...common },
    ),
  );
const retries = fc.integer({ min: 1, max: 10_000 });
const randoms = fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true });

test("a wait is a whole number of ms between 0 and the maximum, whatever the policy", () => {
  fc.assert(
    fc.property(policies, retries, randoms, (policy, retry, random) => {
      const ms = retryDelayMs(policy, retry, random);
      expect(Number.isSafeInteger(ms) && ms >= 0 && ms <= policy.maxMs).toBe(true);
    }),
  );
});

test("without jitter no retry waits less than the one before", () => {
  fc.assert(
    fc.property(policies, retries, (policy, retry) => {
      const steady = { ...policy, jitter: 0 };
      expect(retryDelayMs(steady, retry + 1, 0)).toBeGreaterThanOrEqual(retryDelayMs(steady, retry, 0));
    }),
  );
});

test("BullMQ's own types wait as the policy says", () => {
  fc.assert(
    fc.property(policies, fc.integer({ min: 1, max: 25 }), (policy, most) => {
      const { type, delay = 0, jitter = 0 } = planBackoff(policy, most);
      fc.pre(type !== "taskwright");
      for (let retry = 1; retry <= most; retry += 1) {
        // BullMQ's arithmetic, from its Backoffs class, with its random number at 0.
        const whole = type === "fixed" ? delay : Math.round(2 ** (retry - 1) * delay);
        expect(Math.abs(Math.floor(whole * (1 - jitter)) - retryDelayMs(policy, retry, 0))).toBeLessThanOrEqual(1);
      }
    }),
  );
});

test("the strategy knows an answer to everything, and never throws", () => {
  fc.assert(
    fc.property(retries, fc.oneof(fc.anything(), fc.record({ policy: fc.anything() })), (attemptsMade, stored) => {
      const job = { opts: { backoff: stored as never } };
      const ms = waitForRetry(attemptsMade, "no such type", undefined, job);
      expect(Number.isSafeInteger(ms) && ms >= 0).toBe(true);
    }),
  );
  expect(waitForRetry(1, undefined, undefined, undefined)).toBeGreaterThan(0);
});

test("a retry of a type that nobody knows is delayed by our strategy, not left active", async () => {
  const connection = { url: inject("redisUrl"), maxRetriesPerRequest: null };
  const queue = new Queue("unknown-backoff", { connection });
  const worker = new Worker("unknown-backoff", () => Promise.reject(new Error("no")), {
    connection,
    settings: { backoffStrategy: waitForRetry },
  });
  onTestFinished(() => worker.close());
  onTestFinished(() => queue.close());
  const failed = new Promise<void>((resolve) => worker.once("failed", () => resolve()));
  const job = await queue.add("any", {}, { attempts: 2, backoff: { type: "fibonacci", delay: 5 } });
  await failed;
  expect(await job.getState()).toBe("delayed");
});
