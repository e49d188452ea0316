import { createHash } from "node:crypto";
import type { QueueOfTasks } from "../catalog.js";
import { type JobOptions, planScheduledJobOptions } from "../mapping/job-options.js";
import type { ScheduleSet } from "./deployments.js";

/** A schedule as a BullMQ job scheduler. */
export interface PlannedSchedule {
  /** `taskwright:<workflow>:<task>:<schedule>`. */
  readonly id: string;
  readonly pattern: string;
  readonly tz: string;
  /** The task's wire name. */
  readonly name: string;
  readonly data: unknown;
  readonly opts: JobOptions;
}

/** The job schedulers that `tasks`, all of one queue, declare. Pure. Source: `cron`, `schedules` in the workflow file. */
export function planSchedules(tasks: QueueOfTasks["tasks"]): readonly PlannedSchedule[] {
  return tasks.flatMap((task) =>
    Object.entries(task.schedules ?? {}).map(([name, schedule]) => {
      const id = `${prefix}${task.name}:${name}`;
      return {
        id,
        pattern: schedule.cron,
        tz: schedule.timezone,
        name: task.name,
        data: schedule.payload ?? {},
        opts: planScheduledJobOptions(task, tasks, id, schedule),
      };
    }),
  );
}

/** The schedules of a whole project, and how its versions are told apart. Pure. */
export function planScheduleSet(queues: readonly QueueOfTasks[]): ScheduleSet {
  const planned = [...queues]
    .sort((a, b) => (a.name < b.name ? -1 : 1))
    .map(({ name, tasks }) => ({ name, schedules: [...planSchedules(tasks)].sort((a, b) => (a.id < b.id ? -1 : 1)) }))
    .filter(({ schedules }) => schedules.length > 0);
  const names = queues.flatMap(({ tasks }) => tasks.map((task) => task.name.slice(0, task.name.indexOf(":"))));
  return {
    hash: createHash("sha256").update(JSON.stringify(planned)).digest("hex").slice(0, 16),
    workflows: [...new Set(names)].sort(),
    queues: planned.map(({ name }) => name),
  };
}

/** What the id of a job scheduler says; undefined when it is not one of ours. Pure. */
export function readScheduleId(id: string): ScheduleName | undefined {
  const [mark, workflow, task, ...name] = id.split(":");
  if (`${mark}:` !== prefix || workflow === undefined || task === undefined || name.length === 0) return undefined;
  return { workflow, task: `${workflow}:${task}`, name: name.join(":") };
}

/** Whose schedule it is. */
export interface ScheduleName {
  readonly workflow: string;
  /** Wire name. */
  readonly task: string;
  /** In its task; `default` for a bare `cron`. */
  readonly name: string;
}

const prefix = "taskwright:";
