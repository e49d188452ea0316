import { type Check, count, type Finding, problems } from "./check.js";
import { byTask, isLive, type JobTally } from "./survey-jobs.js";

/** Kept payloads against the contracts as they are now. */
export const contracts: Check = {
  name: "contracts",
  async examine({ survey }) {
    const { tallies, depth } = await survey();
    const unfit = tallies.filter(({ contract }) => contract === "unfit");
    return problems(
      [
        ...byTask(unfit.filter(isLive)).map(willDie),
        ...byTask(unfit.filter(({ state }) => state === "dead")).map(noRetry),
      ],
      `The payloads of the first ${depth} jobs of each state fit the contracts.`,
    );
  },
};

function willDie({ queue, task, count: n, issue, exampleId }: JobTally): Finding {
  return {
    level: "error",
    found: `${count(n, "job")} of ${task} in ${queue} against its contract: ${issue} (job ${exampleId}).`,
    why: "Each of them will be dead at once, without its handler having been called.",
    wayOut: `Pause the queue before they are taken; then let the contract take them as well, or mend them: taskwright jobs edit ${queue}/${exampleId}`,
  };
}

function noRetry({ queue, task, count: n, issue, exampleId }: JobTally): Finding {
  return {
    level: "warning",
    found: `${count(n, "dead job")} of ${task} in ${queue} against its contract: ${issue} (job ${exampleId}).`,
    why: "Retrying them is no use: they die again before their handler is called.",
    wayOut: `Mend a payload, then retry: taskwright jobs edit ${queue}/${exampleId}`,
  };
}
