import type { Redis } from "ioredis";
import { type Job, OutcomeUnknown } from "taskwright";
import { AnswerLost, type Ledger } from "./ledger-client.js";
import { reach } from "./points.js";
import { dayMs, type Payment, type Receipt } from "./subjects.js";

/** The handlers of all subjects, as an author would write them, but for the points at which they may be struck. */
export function handlersOf(ledger: Ledger, redis: Redis) {
  return {
    /** The ledger refuses a key that it knows, and answers as it did the first time. */
    async key(payment: Payment, { idempotencyKey, signal }: Job): Promise<Receipt> {
      reach("key", "before effect");
      const receipt = await ledger.pay("key", { ...payment, key: idempotencyKey }, signal);
      reach("key", "after effect");
      return receipt;
    },

    /**
     * The ledger knows no keys, but can be asked, and refuses whoever comes with a lower fence than it has seen: nobody can
     * slip in between the question and the payment.
     */
    async fence(payment: Payment, { fence, signal }: Job): Promise<Receipt> {
      const earlier = await ledger.look("fence", { ...payment, fence }, signal);
      if (earlier !== undefined) return earlier;
      reach("fence", "before effect");
      const receipt = await ledger.pay("fence", { ...payment, fence }, signal);
      reach("fence", "after effect");
      return receipt;
    },

    /** The ledger pays whatever it is asked to. Who doesn't know what became of a request says so. */
    async park(payment: Payment, { signal }: Job): Promise<Receipt> {
      reach("park", "before effect");
      try {
        const receipt = await ledger.pay("park", payment, signal);
        reach("park", "after effect");
        return receipt;
      } catch (cause) {
        if (cause instanceof AnswerLost) throw new OutcomeUnknown("The ledger was asked and never heard.", { cause });
        throw cause;
      }
    },

    async retry(payment: Payment, { signal }: Job): Promise<Receipt> {
      reach("retry", "before effect");
      const receipt = await ledger.pay("retry", payment, signal);
      reach("retry", "after effect");
      return receipt;
    },

    /**
     * The pattern of many a code base: a key for a day, then the work. It is spared one fault of the original, which takes an
     * error of Redis for "already processed".
     */
    async setnx(payment: Payment, { signal }: Job): Promise<void> {
      const isFirst = await redis.set(`escrow:processed:${payment.reference}`, "1", "PX", dayMs, "NX");
      if (isFirst === null) return;
      reach("setnx", "before effect");
      await ledger.pay("setnx", payment, signal);
      reach("setnx", "after effect");
    },
  };
}
