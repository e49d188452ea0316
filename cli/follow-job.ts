import type { Hooks } from "../runtime/index.js";

/** Hooks that tell of each attempt, and a promise of a job's end. */
export interface FollowedJob {
  readonly hooks: Hooks;
  /** Whether the job succeeded, once it has ended. */
  endOf(jobId: string): Promise<boolean>;
}

/** Prints what happens to jobs that this process runs, unless `isQuiet`. */
export function followJob(isQuiet: boolean): FollowedJob {
  const ended = new Map<string, boolean>();
  const waiting = new Map<string, (succeeded: boolean) => void>();
  const say = (line: string) => (isQuiet ? undefined : console.log(line));
  const end = (jobId: string, succeeded: boolean) => {
    ended.set(jobId, succeeded);
    waiting.get(jobId)?.(succeeded);
  };
  const hooks: Hooks = {
    onSuccess: ({ jobId, attempt, durationMs }) => {
      say(`Job ${jobId} is done: attempt ${attempt}, ${Math.round(durationMs)} ms.`);
      end(jobId, true);
    },
    onFailure: ({ jobId, attempt, error }) => say(`Job ${jobId}, attempt ${attempt} failed: ${error.message}`),
    onDead: ({ jobId }) => {
      say(`Job ${jobId} is dead.`);
      end(jobId, false);
    },
  };
  return {
    hooks,
    endOf: async (jobId) => ended.get(jobId) ?? new Promise<boolean>((resolve) => waiting.set(jobId, resolve)),
  };
}
