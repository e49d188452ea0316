import { askOf, operatorPatienceMs } from "../../runtime/client/ask.js";
import type { Producer } from "../../runtime/client/producer.js";
import type { AuditTrail } from "../../runtime/store/audit-trail.js";
import type { Role } from "./credentials.js";

/** One thing that somebody did, or tried. */
export interface AuditEntry {
  /** In ms since 1970. */
  readonly at: number;
  /** Undefined: nobody had signed in. */
  readonly role: Role | undefined;
  /** The first characters of the session's id: two operators have one token, and yet two sessions. */
  readonly session: string;
  readonly address: string;
  /** What was done, as a verb: `retry`. */
  readonly action: string;
  /** What it was done to: `critical/17`. */
  readonly target: string;
  readonly outcome: "done" | "refused" | "failed";
  /** More about the outcome, in words; never a payload. */
  readonly detail: string;
}

/** Entries beyond these are forgotten; the process's log has them all. */
export const mostAuditEntries = 1_000;

/** Where actions are noted. */
export interface Audit {
  /** Logs the entry and keeps it. An entry that could not be kept is logged as such, and stops nobody. */
  note(entry: AuditEntry): Promise<void>;
  /** The latest first. Rejects with RedisUnavailable while the store is away. */
  read(start: number, count: number): Promise<readonly AuditEntry[]>;
}

/** Notes actions in the log and in the store of `producer`, which is opened when the first one comes. */
export function openAudit(producer: Producer): Audit {
  const { logger } = producer;
  const ask = askOf(producer, operatorPatienceMs);
  const trail = async (): Promise<AuditTrail> => (await producer.store()).audit;
  return {
    async note(entry) {
      const { action, target, outcome } = entry;
      const level = outcome === "done" ? "info" : "warn";
      logger[level]({ audit: entry }, `dashboard: ${action} ${target} ${outcome}`.replaceAll("  ", " "));
      try {
        await ask("noting an action", async () => (await trail()).append(JSON.stringify(entry), mostAuditEntries));
      } catch (err) {
        logger.error({ err, audit: entry }, "the audit trail cannot be written; the entry is in this log alone");
      }
    },
    async read(start, count) {
      const texts = await ask("reading the audit trail", async () => (await trail()).read(start, count));
      return texts.map((text) => JSON.parse(text) as AuditEntry);
    },
  };
}
