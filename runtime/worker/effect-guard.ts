import { randomUUID } from "node:crypto";
import { checkResult } from "../contract/check.js";
import { DuplicateJob, IdempotencyConflict, LeaseLost, OutcomeUnknown, Revoke } from "../errors.js";
import type { Logger } from "../logger.js";
import { type Effect, planEffect } from "../mapping/effect.js";
import type { Begin, EffectRecords, Ended, Hold, RecordPlace } from "../store/effect-records.js";
import type { StoreJob } from "../store/queue.js";
import type { IdempotentTaskDefinition } from "../task.js";
import type { Cancellation } from "./cancellation.js";
import { isUncertain } from "./failure.js";
import type { HeldKey } from "./job.js";
import { keepLease, type Lease } from "./lease.js";
import type { Outcome } from "./outcome.js";
import { postponeMs } from "./postponement.js";
import type { Ending, Settled } from "./supervise.js";

/**
 * How an attempt and the record of its effect go together. The job follows what the worker decided, the record what
 * the handler did:
 *
 * | event | record | job |
 * |---|---|---|
 * | the key is new, or free | running | its handler runs |
 * | another attempt holds it | | waits for that attempt's end or its lease's, no attempt used |
 * | an attempt crashed in the middle | `retry`: taken over with a higher fence; `park`: stays | runs; dead, outcome unknown |
 * | done, by this job or one of the same payload | | `result`: completes with the stored result; others by `onDuplicate` |
 * | done or crashed, with another payload | | dead |
 * | the store cannot answer | | waits, no attempt used; its handler does not run |
 * | the handler returns | done, before the job is completed | completed |
 * | … though timed out, cancelled, or told to stop | done | as ever; its retry completes with the stored result |
 * | … but the record is another's by now | stays | waits for what becomes of the other, no attempt used |
 * | it returns what doesn't fit its contract | `retry`: free; `park`: as after a crash | failed; dead, outcome unknown |
 * | it throws, also Revoke and SkipRetry, or when it is aborted | free | as ever |
 * | it throws OutcomeUnknown | `retry`: free; `park`: as after a crash | failed; dead |
 * | it goes on after it was aborted | running until it ends, then by what it did | as ever; its retry waits |
 * | the lease is lost | the other's | waits, no attempt used; `signal` aborts |
 * | its process dies, or is stopped for longer than the lease | lapses | runs again, and waits for the lease's end |
 * | it is dead before it starts (crash loop, deadline, payload) | stays | as ever |
 *
 * Source: `idempotency` in the workflow file.
 */
export type Guarded =
  | { readonly kind: "begun"; readonly guard: EffectGuard }
  /** The handler doesn't run. */
  | { readonly kind: "ended"; readonly outcome: Outcome }
  /** The same, since the attempt was cancelled meanwhile. */
  | { readonly kind: "cancelled" };

/** What an attempt holds while its handler runs. */
export interface EffectGuard extends HeldKey {
  /** Notes in the record how the handler ended, and says what that makes of the attempt's `outcome`. Never rejects. */
  settle(ending: Ending, outcome: Outcome): Promise<Outcome>;
}

/**
 * What became of a key: an attempt took it (`claimed`), or took it over after a crash (`taken_over`); found it `busy`; found
 * its effect done by another job (`duplicate`) or by its own (`done_before`), or done for another payload (`conflict`); left
 * its job dead with an unknown outcome (`parked`); lost its lease (`lease_lost`); or could not ask the store (`unavailable`).
 */
export type KeyEvent =
  | "claimed"
  | "taken_over"
  | "busy"
  | "duplicate"
  | "done_before"
  | "conflict"
  | "parked"
  | "lease_lost"
  | "unavailable";

/** What the guards of a worker share. */
export interface GuardContext {
  readonly effects: EffectRecords;
  /** Makes jobs due that wait for a key. Never rejects. */
  readonly wakeWaiting: (queue: string, jobIds: readonly string[]) => Promise<void>;
  /** Called with what an attempt found at its key, and with what went wrong later. */
  readonly onKey: (job: StoreJob, queue: string, event: KeyEvent) => void;
  readonly logger: Logger;
}

/** One attempt, as its guard sees it. */
interface Guarding extends GuardContext {
  readonly job: StoreJob;
  readonly task: IdempotentTaskDefinition;
  readonly effect: Effect;
  readonly place: RecordPlace;
  readonly cancellation: Cancellation;
  readonly tell: (event: KeyEvent) => void;
}

/** Takes the idempotency key of a job, or says what becomes of it instead. Never rejects. */
export async function guardEffect(
  job: StoreJob,
  queue: string,
  task: IdempotentTaskDefinition,
  payload: unknown,
  cancellation: Cancellation,
  context: GuardContext,
): Promise<Guarded> {
  const { effects, logger } = context;
  const { leaseMs, ttlMs, onUncertain } = task.idempotency;
  let effect: Effect;
  try {
    effect = planEffect(task, payload);
  } catch (error) {
    return ended({ kind: "dead", error });
  }
  const claimant = { owner: randomUUID(), jobId: job.id ?? "", fingerprint: effect.fingerprint };
  const place = { queue, recordId: effect.recordId };
  const tell = (event: KeyEvent) => context.onKey(job, queue, event);
  const guarding = { ...context, job, task, effect, place, cancellation, tell };
  const takenAt = performance.now();
  try {
    const begun = effects.begin(place, { ...claimant, leaseMs, ttlMs, takesOver: onUncertain === "retry" });
    const found = await Promise.race([begun, cancelled(cancellation)]);
    // While the store is away it answers late: then nobody is left to hold the key.
    if (found === undefined || cancellation.reason !== undefined) {
      void giveBack(begun, (fence) => effects.release(place, { ...claimant, fence }, "free")).catch(() => undefined);
      return { kind: "cancelled" };
    }
    guarding.tell(eventOf(found, job));
    if (found.kind !== "begun") return ended(await outcomeOf(found, guarding));
    if (found.isTakeover) {
      logger.warn(fieldsOf(guarding), "the last attempt at this effect never told its end: another one begins");
    }
    return { kind: "begun", guard: hold({ ...claimant, fence: found.fence }, takenAt, guarding) };
  } catch (err) {
    tell("unavailable");
    logger.error({ ...fieldsOf(guarding), err }, "whether the effect was done could not be looked up: the job waits");
    return ended({ kind: "postponed", waitMs: postponeMs(job.attemptsStarted) });
  }
}

function ended(outcome: Outcome): Guarded {
  return { kind: "ended", outcome };
}

function cancelled(cancellation: Cancellation): Promise<undefined> {
  return new Promise((resolve) => cancellation.onCancel(() => resolve(undefined)));
}

function eventOf(found: Begin, { id }: StoreJob): KeyEvent {
  switch (found.kind) {
    case "begun":
      return found.isTakeover ? "taken_over" : "claimed";
    case "done":
      return found.jobId === id ? "done_before" : "duplicate";
    case "uncertain":
      return "parked";
    case "busy":
    case "conflict":
      return found.kind;
  }
}

async function giveBack(begun: Promise<Begin>, release: (fence: number) => Promise<unknown>): Promise<void> {
  const found = await begun;
  if (found.kind === "begun") await release(found.fence);
}

async function outcomeOf(found: Exclude<Begin, { kind: "begun" }>, guarding: Guarding): Promise<Outcome> {
  const { effects, place, effect, task, job, logger } = guarding;
  switch (found.kind) {
    case "busy": {
      const jitterMs = Math.random() * Math.min(1_000, task.idempotency.leaseMs / 10);
      const isDue = async () => (await effects.read(place))?.state !== "running";
      // PostgreSQL takes no fraction of a millisecond.
      return { kind: "postponed", waitMs: Math.ceil(found.forMs + jitterMs), isDue };
    }
    case "uncertain":
      return {
        kind: "dead",
        error: new OutcomeUnknown(
          `Outcome unknown: an attempt of job ${found.jobId} at ${effect.key} never told its end. Find out whether it had its effect; if it hadn't, clear the key (\`taskwright idempotency clear\`) and retry the job.`,
        ),
      };
    case "conflict":
      return { kind: "dead", error: new IdempotencyConflict(effect.key, found.jobId) };
    case "done": {
      if (found.jobId === job.id) return { kind: "succeeded", result: resultOf(found.result) };
      logger.info({ ...fieldsOf(guarding), by: found.jobId }, "the effect was done before: a duplicate does not run");
      return duplicateOf(found, guarding);
    }
  }
}

function duplicateOf({ jobId, result }: Extract<Begin, { kind: "done" }>, { task, effect, job }: Guarding): Outcome {
  switch (task.idempotency.onDuplicate) {
    case "result":
      // Whoever looks at the job should see why it ended at once; it ends without this line too.
      void job.log(`A duplicate, not run: job ${jobId} did ${effect.key}.`).catch(() => undefined);
      return { kind: "succeeded", result: resultOf(result) };
    case "skip": {
      const cause = new DuplicateJob(effect.key, jobId);
      return { kind: "revoked", error: new Revoke(`A duplicate. ${cause.message}`, { cause }) };
    }
    case "error":
      return { kind: "dead", error: new DuplicateJob(effect.key, jobId) };
  }
}

function resultOf(text: string | undefined): unknown {
  return text === undefined ? undefined : JSON.parse(text);
}

function hold(held: Hold, takenAt: number, guarding: Guarding): EffectGuard {
  const { effects, place, task, effect, cancellation, logger, tell } = guarding;
  const { leaseMs, ttlMs } = task.idempotency;
  const lease = keepLease(
    { leaseMs, takenAt, clock: () => performance.now() },
    () => effects.renew(place, held, { leaseMs, ttlMs }),
    () => {
      tell("lease_lost");
      logger.error(fieldsOf(guarding), "the lease of the effect is lost: another attempt may have it");
      cancellation.cancel(new LeaseLost(effect.key));
    },
    (err) => logger.warn({ ...fieldsOf(guarding), err }, "the lease of the effect could not be renewed"),
  );
  return {
    idempotencyKey: effect.key,
    fence: held.fence,
    async settle(ending, outcome) {
      if (ending.kind !== "abandoned") return note(ending, outcome, held, lease, guarding);
      void ending.settled.then((late) => note(late, outcome, held, lease, guarding));
      return outcome;
    },
  };
}

async function note(ending: Settled, outcome: Outcome, held: Hold, lease: Lease, guarding: Guarding): Promise<Outcome> {
  const { effects, place, task, logger, job, cancellation, tell } = guarding;
  const { onUncertain, ttlMs } = task.idempotency;
  lease.stop();
  try {
    const result = ending.kind === "returned" ? checkResult(task, ending.value) : undefined;
    if (result?.valid) {
      const text = result.value === undefined ? undefined : JSON.stringify(result.value);
      const { isOurs } = await end(() => effects.commit(place, held, text, ttlMs), guarding);
      if (isOurs) return outcome;
      // Unless its renewal has told of it.
      if (!(cancellation.reason instanceof LeaseLost)) tell("lease_lost");
      logger.error(fieldsOf(guarding), "the effect was not recorded as done: another attempt has taken it over");
      return outcome.kind === "succeeded" ? { kind: "postponed", waitMs: postponeMs(job.attemptsStarted) } : outcome;
    }
    const mayHaveHappened = ending.kind === "returned" || isUncertain(ending.error);
    const isParked = mayHaveHappened && onUncertain === "park";
    await end(() => effects.release(place, held, isParked ? "uncertain" : "free"), guarding);
    if (isParked) tell("parked");
    return isParked && outcome.kind === "failed" ? { kind: "dead", error: unknownBecause(outcome.error) } : outcome;
  } catch (err) {
    logger.error({ ...fieldsOf(guarding), err }, "the end of the effect could not be recorded: its lease has to lapse");
    // Completing the job now would leave its duplicates nothing to go by.
    return outcome.kind === "succeeded" ? { kind: "postponed", waitMs: task.idempotency.leaseMs } : outcome;
  }
}

function unknownBecause(error: unknown): OutcomeUnknown {
  if (error instanceof OutcomeUnknown) return error;
  return new OutcomeUnknown("Outcome unknown: the handler returned, and not what its contract says.", { cause: error });
}

/** A moment's refusal, as of a Redis that is full or fails over, must not make an effect that happened unknown. */
async function end(call: () => Promise<Ended>, { wakeWaiting, place, logger }: Guarding): Promise<Ended> {
  for (const waitMs of [100, 400, 1_600]) {
    try {
      return await told(call);
    } catch (err) {
      logger.warn({ err, queue: place.queue }, "the end of an effect could not be recorded: trying again");
      await new Promise((resolve) => setTimeout(resolve, waitMs));
    }
  }
  return told(call);

  async function told(step: () => Promise<Ended>): Promise<Ended> {
    const ended = await step();
    if (ended.waiting.length > 0) void wakeWaiting(place.queue, ended.waiting);
    return ended;
  }
}

function fieldsOf({ job, place, effect }: Pick<Guarding, "job" | "place" | "effect">): object {
  return { task: job.name, queue: place.queue, jobId: job.id, key: effect.key };
}
