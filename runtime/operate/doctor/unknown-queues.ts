import { type Check, count, problems } from "./check.js";

/** Queues of ours that nothing declares any more may still hold jobs. */
export const unknownQueues: Check = {
  name: "unknown-queues",
  async examine({ otherQueues, view }) {
    const { names, isComplete } = await otherQueues();
    const views = await view(names.slice(0, most));
    const holding = views.filter(({ counts }) => counts.waiting + counts.active + counts.delayed > 0);
    const all = isComplete && names.length <= most ? "" : " There are more keys than were looked through.";
    return problems(
      holding.map(({ name, counts }) => ({
        level: "warning",
        found: `${name} is not declared here, and has ${count(counts.waiting + counts.active + counts.delayed, "job")} to run.${all}`,
        why: "No worker of this project takes them, unless another project that uses this Redis declares the queue.",
        wayOut: `Look at them: taskwright jobs ls --queue ${name}. Declare the queue again, or let them go: taskwright queues drain ${name} --delayed`,
      })),
      names.length === 0
        ? `Every queue in the store is declared.${all}`
        : `${count(names.length, "queue")} in the store not declared here, with no job to run.${all}`,
    );
  },
};

const most = 100;
