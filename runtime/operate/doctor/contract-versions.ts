import { taskNamed } from "../../catalog.js";
import { type Check, count, problems } from "./check.js";
import { byTask, isLive } from "./survey-jobs.js";

/** Jobs that only a newer deployment can run. */
export const contractVersions: Check = {
  name: "contract-versions",
  async examine({ survey, catalog }) {
    const { tallies, depth } = await survey();
    const newer = byTask(tallies.filter((tally) => isLive(tally) && tally.contract === "newer"));
    return problems(
      newer.map(({ queue, task, count: n, version }) => ({
        level: "warning",
        found: `${count(n, "job")} of ${task} in ${queue} of version ${version} of its contract; this project has ${taskNamed(catalog, task)?.version}.`,
        why: "Workers of this version leave them waiting, using no attempt.",
        wayOut: "Deploy the workers of the newer version; `taskwright workers ls` shows which are there.",
      })),
      `None of the first ${depth} jobs of each state needs a newer contract than this project has.`,
    );
  },
};
