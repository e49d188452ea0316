import { carryJobs } from "../worker/current-job.js";

/*
 * The running job, for code that is not handed it. A process that imports this has every attempt carry its job from then
 * on, so import it before the worker starts.
 */
carryJobs();

export { currentJob } from "../worker/current-job.js";
export { withJobFields } from "../worker/job-logger.js";
