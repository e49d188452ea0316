import { createRequire } from "node:module";
import type { BullMQAdapter } from "@bull-board/api/bullMQAdapter";
import type { Mask } from "../../runtime/operate/index.js";
import type { StoreJob, StoreQueue } from "../../runtime/store/queue.js";

// CommonJS, and loaded by those alone who open the board.
const load = createRequire(import.meta.url);

/** Jobs that bull-board may ask for at once, whatever its address says. */
const mostJobs = 100;

/** A queue as bull-board sees it: with everything hidden that the project's schemas mark as sensitive. */
export function maskedAdapter(
  queue: StoreQueue,
  mask: Mask,
  options: { readonly readOnlyMode: boolean },
): BullMQAdapter {
  const { BullMQAdapter: Adapter } = load("@bull-board/api/bullMQAdapter") as {
    // Its own idea of a queue is that of one backend.
    BullMQAdapter: new (
      queue: unknown,
      options: { readonly readOnlyMode: boolean },
    ) => BullMQAdapter;
  };
  const adapter = new Adapter(queue, options);
  const { getJob, getJobs, getJobLogs, getJobSchedulers } = adapter;

  return Object.assign(adapter, {
    async getJob(id: string) {
      const job = await getJob.call(adapter, id);
      return job && masked(job as unknown as StoreJob, mask);
    },
    async getJobs(...[states, start = 0, end = start]: Parameters<typeof getJobs>) {
      const jobs = await getJobs.call(adapter, states, start, Math.min(end, start + mostJobs - 1));
      return jobs.map((job) => masked(job as unknown as StoreJob, mask));
    },
    async getJobLogs(id: string) {
      const [job, lines] = await Promise.all([queue.getJob(id), getJobLogs.call(adapter, id)]);
      return job === undefined ? [] : lines.map((line) => mask.text(job.name, line, job.data, job.returnvalue));
    },
    async getJobSchedulers() {
      const schedulers = await getJobSchedulers.call(adapter);
      return schedulers.map((scheduler) => {
        const { template, name } = scheduler;
        if (template === undefined) return scheduler;
        return { ...scheduler, template: { ...template, data: mask.payload(name ?? "", template.data) } };
      });
    },
  });
}

/** The job itself, which nobody else holds and nothing writes back. */
function masked(job: StoreJob, mask: Mask) {
  const { name, data, returnvalue, failedReason, stacktrace, progress } = job;
  const hide = (text: string) => mask.text(name, text, data, returnvalue);
  job.failedReason = failedReason && hide(failedReason);
  job.stacktrace = stacktrace?.map(hide) ?? [];
  job.progress = hideIn(progress, hide);
  job.data = mask.payload(name, data);
  job.returnvalue = mask.result(name, returnvalue);
  return job as never;
}

function hideIn(progress: StoreJob["progress"], hide: (text: string) => string): StoreJob["progress"] {
  if (typeof progress === "string") return hide(progress);
  if (typeof progress !== "object" || progress === null) return progress;
  return JSON.parse(hide(JSON.stringify(progress)));
}
