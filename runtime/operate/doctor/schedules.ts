import type { ScheduleView } from "../../upkeep/list-schedules.js";
import { type Check, count, type Finding, list, problems } from "./check.js";

/** The store against the schedules that are declared. */
export const schedules: Check = {
  name: "schedules",
  async examine(patient) {
    const views = await patient.schedules();
    const declared = views.filter(({ state }) => state !== "foreign" && state !== "orphaned");
    return problems(
      [...some(views, "missing", missing), ...some(views, "drifted", drifted), ...some(views, "orphaned", orphaned)],
      declared.length === 0
        ? "No schedule is declared, and none is left over."
        : `${count(declared.length, "schedule")}: the store has them as they are declared.`,
    );
  },
};

const sync =
  "A worker of the newest version writes the difference when it starts. See it by `taskwright schedules diff`, write it now by `taskwright schedules sync`.";

function missing(views: readonly ScheduleView[]): Finding {
  return {
    level: "warning",
    found: `Declared and not in the store: ${names(views)}.`,
    why: "Nothing starts them.",
    wayOut: sync,
  };
}

function drifted(views: readonly ScheduleView[]): Finding {
  const first = views[0]?.differences[0];
  const example =
    first === undefined
      ? ""
      : ` (${first.of} is ${JSON.stringify(first.stored)}, declared ${JSON.stringify(first.declared)})`;
  return {
    level: "warning",
    found: `Not in the store as declared: ${names(views)}${example}.`,
    why: "They run as another version of this project declares them.",
    wayOut: sync,
  };
}

function orphaned(views: readonly ScheduleView[]): Finding {
  return {
    level: "warning",
    found: `In the store and no longer declared: ${names(views)}.`,
    why: "They go on making jobs, which wait for a worker that knows their task.",
    wayOut: sync,
  };
}

function some(
  views: readonly ScheduleView[],
  state: ScheduleView["state"],
  tell: (views: readonly ScheduleView[]) => Finding,
): readonly Finding[] {
  const found = views.filter((view) => view.state === state);
  return found.length === 0 ? [] : [tell(found)];
}

function names(views: readonly ScheduleView[]): string {
  return list(views.map(({ task, name }) => (name === "default" ? task : `${task} (${name})`)));
}
