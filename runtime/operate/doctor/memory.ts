import { type Check, fine } from "./check.js";

/** A full Redis takes no more jobs, and no outcomes either. */
export const memory: Check = {
  name: "memory",
  notOnEmbedded: "an embedded store is limited by its process alone",
  async examine({ vitals }) {
    const { usedMemoryBytes: used, maxMemoryBytes, systemMemoryBytes } = await vitals();
    const most = maxMemoryBytes ?? systemMemoryBytes;
    if (used === undefined || !most) return [{ level: "skipped", found: "Redis doesn't tell how much memory it has." }];
    const share = used / most;
    const figures = `${megabytes(used)} of ${megabytes(most)} (${Math.round(share * 100)} %)`;
    const of = maxMemoryBytes === undefined ? "the machine's memory; there is no maxmemory" : "maxmemory";
    if (share < 0.75) return fine(`Used: ${figures} of ${of}.`);
    return [
      {
        level: share >= 0.9 ? "error" : "warning",
        found: `Used: ${figures} of ${of}.`,
        why: "A full Redis refuses writes: jobs can't be enqueued, and outcomes can't be recorded, so that jobs run again.",
        wayOut:
          "Give it more memory, or keep less: see `taskwright queues ls` for what is kept, and lower `retention` in the workflow file.",
      },
    ];
  },
};

function megabytes(bytes: number): string {
  return `${(bytes / 1_048_576).toLocaleString("en-US", { maximumFractionDigits: bytes < 10_485_760 ? 1 : 0 })} MB`;
}
