import type { Check } from "./check.js";
import { clients } from "./clients.js";
import { clock } from "./clock.js";
import { cluster } from "./cluster.js";
import { contractVersions } from "./contract-versions.js";
import { contracts } from "./contracts.js";
import { deadLetters } from "./dead-letters.js";
import { eviction } from "./eviction.js";
import { memory } from "./memory.js";
import { pausedQueues } from "./paused-queues.js";
import { persistence } from "./persistence.js";
import { prefix } from "./prefix.js";
import { redisVersion } from "./redis-version.js";
import { retention } from "./retention.js";
import { scheduleRuns } from "./schedule-runs.js";
import { schedules } from "./schedules.js";
import { slowCommands } from "./slow-commands.js";
import { stalledJobs } from "./stalled-jobs.js";
import { uniqueValues } from "./unique-values.js";
import { unknownQueues } from "./unknown-queues.js";
import { unknownTasks } from "./unknown-tasks.js";
import { workers } from "./workers.js";
import { writable } from "./writable.js";

/** All checks, in the order in which they are told: Redis itself, who works, then what is in the queues. */
export const checks: readonly Check[] = [
  redisVersion,
  writable,
  cluster,
  eviction,
  persistence,
  memory,
  clients,
  clock,
  slowCommands,
  prefix,
  workers,
  pausedQueues,
  unknownQueues,
  unknownTasks,
  contracts,
  contractVersions,
  stalledJobs,
  uniqueValues,
  schedules,
  scheduleRuns,
  retention,
  deadLetters,
];
