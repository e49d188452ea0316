import type { Finding, Patient } from "./check.js";
import { checks } from "./checks.js";
import { surveyJobs } from "./survey-jobs.js";

/** What one check found. */
export type CheckedFinding = Finding & { readonly check: string };

/** The names of all checks. */
export const checkNames: readonly string[] = checks.map(({ name }) => name);

/**
 * Looks at everything that can be wrong with the store and the queues, one check after the other, and changes nothing.
 *
 * A check that may not look (a hosted Redis forbids a command) is `skipped` with the reason. With `only`, the checks of
 * these names. Rejects when `isOutage` knows an error.
 */
export async function examine(
  patient: Patient,
  isOutage: (error: unknown) => boolean,
  only: readonly string[] = checkNames,
): Promise<readonly CheckedFinding[]> {
  const findings: CheckedFinding[] = [];
  for (const check of checks) {
    if (!only.includes(check.name)) continue;
    findings.push(...(await look(check, patient, isOutage)).map((finding) => ({ check: check.name, ...finding })));
  }
  return findings;
}

/** What is read of a patient, before it is known what will be asked for. */
export type PatientRecord = Omit<Patient, "vitals" | "queues" | "survey">;

/** A patient who tells each thing once, however many checks ask. */
export function openPatient(read: PatientRecord): Patient {
  const declared = Object.keys(read.manifest.queues);
  return {
    ...read,
    vitals: once(async () => {
      const vitals = await read.inspector.vitals();
      if (vitals === undefined) throw new Error("This store is no Redis.");
      return vitals;
    }),
    queues: once(() => read.view(declared)),
    otherQueues: once(read.otherQueues),
    workers: once(read.workers),
    schedules: once(read.schedules),
    survey: once(() => surveyJobs(declared, read.store, read.catalog)),
  };
}

function once<T>(call: () => Promise<T>): () => Promise<T> {
  let answer: Promise<T> | undefined;
  return () => {
    answer ??= call();
    return answer;
  };
}

async function look(
  { examine: ask, notOnEmbedded }: (typeof checks)[number],
  patient: Patient,
  isOutage: (error: unknown) => boolean,
): Promise<readonly Finding[]> {
  if (patient.isEmbedded && notOnEmbedded !== undefined)
    return [{ level: "skipped", found: `${upperFirst(notOnEmbedded)}.` }];
  try {
    return await ask(patient);
  } catch (error) {
    if (isOutage(error)) throw error;
    return [
      {
        level: "skipped",
        found: `It could not be looked at: ${error instanceof Error ? error.message : String(error)}`,
      },
    ];
  }
}

function upperFirst(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}
