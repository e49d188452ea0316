import { stub } from "taskwright";
import type { PatientHandler } from "../../generated/jobs.js";

/** Handles `jobs:patient`. */
export const patient: PatientHandler = stub;
// Put your function in place of `stub`: async (_payload, job) => { … }
// Until then the jobs of this task wait in their queue.
