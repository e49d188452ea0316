import type { LedgerLine } from "./ledger-file.js";
import { type Payment, type SubjectName, subjects } from "./subjects.js";

/** What became of the payments of one subject. */
export interface Verdict {
  readonly subject: SubjectName;
  /** Asked for, each at least once. */
  readonly payments: number;
  /** What asked for them, duplicates included. */
  readonly jobs: number;
  /** What the ledger paid. */
  readonly effects: number;
  /** What the ledger refused: a key or fence that it had seen before. */
  readonly refused: number;
  /** References of payments that were never made. */
  readonly lost: readonly string[];
  /** References of payments that were made twice or more. */
  readonly doubled: readonly string[];
  /** Payments that were parked as "outcome unknown", for a person to look at. */
  readonly parked: number;
  /** References of payments whose record names a receipt that the ledger never gave for them. */
  readonly misremembered: readonly string[];
}

/** What is known of a subject besides what its ledger says. */
export interface Evidence {
  readonly jobs: number;
  readonly parked: number;
  /** By reference: the receipts that the records of done payments name. */
  readonly remembered: ReadonlyMap<string, string>;
}

/** Judges one subject by its ledger alone. Pure. */
export function judge(
  subject: SubjectName,
  payments: readonly Payment[],
  ledger: readonly LedgerLine[],
  { jobs, parked, remembered }: Evidence,
): Verdict {
  const lines = ledger.filter(({ account }) => account === subject);
  const receipts = new Map<string, string[]>(payments.map(({ reference }) => [reference, []]));
  for (const { reference, receipt } of lines) if (receipt !== undefined) receipts.get(reference)?.push(receipt);
  const references = [...receipts.keys()];
  const effects = lines.filter(({ receipt }) => receipt !== undefined).length;
  return {
    subject,
    payments: payments.length,
    jobs,
    effects,
    refused: lines.length - effects,
    lost: references.filter((reference) => receipts.get(reference)?.length === 0),
    doubled: references.filter((reference) => (receipts.get(reference)?.length ?? 0) > 1),
    parked,
    misremembered: [...remembered].flatMap(([reference, receipt]) =>
      receipts.get(reference)?.includes(receipt) ? [] : [reference],
    ),
  };
}

/** Sentences about what had to be none and isn't; empty: all is as promised. Pure. */
export function breachesOf(verdict: Verdict): string[] {
  const { subject, misremembered } = verdict;
  const { title, required } = subjects[subject];
  const broken = required.filter((what) => verdict[what].length > 0);
  return [
    ...broken.map((what) => `${title}: ${verdict[what].length} ${what} (${some(verdict[what])})`),
    ...(misremembered.length > 0 ? [`${title}: wrong receipts remembered of ${some(misremembered)}`] : []),
  ];
}

function some(references: readonly string[]): string {
  const shown = references.slice(0, 5).join(", ");
  return references.length > 5 ? `${shown}, …` : shown;
}
