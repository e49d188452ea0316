import type { DocumentKey } from "../store/documents.js";

/*
 * Which of several versions of a project decides what its schedules are. Pure rules over one document that all their
 * processes share; see "Schedules" in ARCHITECTURE.md for why they are these.
 */

/** The schedules that one version of a project declares. */
export interface ScheduleSet {
  /** The same for the same schedules. */
  readonly hash: string;
  /** Names of the project's workflows: by them versions of one project know each other. */
  readonly workflows: readonly string[];
  /** The queues in which it has schedules. */
  readonly queues: readonly string[];
}

/** What the processes of all projects on a store have told of themselves. Times are in ms since 1970, on the store's clock. */
export interface Deployments {
  readonly projects: readonly ProjectRecord[];
}

/** One project. */
export interface ProjectRecord {
  readonly workflows: readonly string[];
  /** Where schedules of it are, or have been and may still be. */
  readonly queues: readonly string[];
  /** In the order in which they were first seen, the newest last. */
  readonly sets: readonly SetRecord[];
  /** The set that was written last, whole. */
  readonly written?: string;
  /** Who writes at present; nobody else may until then. */
  readonly writer?: { readonly id: string; readonly until: number };
}

/** One version's set, and until when each process that declares it counts as alive. */
export interface SetRecord {
  readonly hash: string;
  readonly aliveUntil: Readonly<Record<string, number>>;
}

/** A process that declares a set. */
export interface Member {
  readonly id: string;
  readonly aliveUntil: number;
}

/** The one document. */
export const deploymentsKey: DocumentKey = { tag: "taskwright", name: "schedules" };

/** In place of a worker's id: `taskwright schedules sync` speaks for the workers that are about to start. */
export const heldBySync = "sync";

/**
 * Notes that `member` lives and declares `set`. One never seen before is the newest of its project; one seen before
 * keeps its place, unless it is to be made the newest.
 */
export function announce(
  { projects }: Deployments,
  set: ScheduleSet,
  member: Member,
  now: number,
  makeNewest = false,
): Deployments {
  const own = projectsOf(projects, set);
  const known = own.find(({ sets }) => sets.some(({ hash }) => hash === set.hash));
  const merged = known ?? own.reduce(merge, nobody);
  const before = known === undefined ? own : [known];
  const workflows = known === undefined ? union(merged.workflows, set.workflows) : merged.workflows;
  return {
    projects: [
      ...projects.filter((project) => !before.includes(project)),
      { ...merged, workflows, sets: withMember(merged.sets, set.hash, member, now, makeNewest) },
    ],
  };
}

/** Notes that a process has ended, so that nobody waits for its silence. */
export function leave({ projects }: Deployments, hash: string, id: string): Deployments {
  return {
    projects: projects.map((project) => ({
      ...project,
      sets: project.sets.map((set) => {
        if (set.hash !== hash) return set;
        const { [id]: _, ...aliveUntil } = set.aliveUntil;
        return { ...set, aliveUntil };
      }),
    })),
  };
}

/** The record of the project that `set` is of; undefined when nobody has announced any set of it. */
export function projectOf({ projects }: Deployments, set: ScheduleSet): ProjectRecord | undefined {
  const own = projectsOf(projects, set);
  return own.find(({ sets }) => sets.some(({ hash }) => hash === set.hash)) ?? own[0];
}

/** The newest set of which a process lives: what it declares holds. Undefined: no process lives. */
export function setInForce({ sets }: ProjectRecord, now: number): SetRecord | undefined {
  return sets.findLast(({ aliveUntil }) => Object.values(aliveUntil).some((until) => until > now));
}

/** The workflows of all other projects, whose schedules are none of our business, in whichever queue. */
export function workflowsOfOthers({ projects }: Deployments, own: ProjectRecord | undefined): ReadonlySet<string> {
  const theirs = projects.filter((project) => project !== own).flatMap(({ workflows }) => workflows);
  return new Set(theirs.filter((workflow) => own?.workflows.includes(workflow) !== true));
}

/**
 * Makes process `id` the one that writes until `until`, or for longer when it is so already. Undefined: it may not,
 * because another writes or another set is in force.
 */
export function takePen(
  deployments: Deployments,
  set: ScheduleSet,
  id: string,
  until: number,
  now: number,
): Deployments | undefined {
  const project = projectOf(deployments, set);
  if (project === undefined || setInForce(project, now)?.hash !== set.hash) return undefined;
  if (project.writer !== undefined && project.writer.id !== id && project.writer.until > now) return undefined;
  const { written, ...rest } = project;
  // From now on what is written is neither the set before nor, until it is whole, this one.
  const kept = written === set.hash ? { written } : {};
  return put(deployments, project, {
    ...rest,
    ...kept,
    queues: union(project.queues, set.queues),
    writer: { id, until },
  });
}

/** Gives up writing; `isWhole`: all of `set` is written, and nothing else of the project is left. */
export function layPenDown(deployments: Deployments, set: ScheduleSet, id: string, isWhole: boolean): Deployments {
  const project = projectOf(deployments, set);
  if (project?.writer?.id !== id) return deployments;
  const { writer: _, ...rest } = project;
  const { workflows, queues, hash: written } = set;
  return put(deployments, project, isWhole ? { ...rest, workflows, queues, written } : rest);
}

/** Sets that are remembered beside those of living processes. One forgotten counts as new when it comes back. */
const mostRemembered = 50;

const nobody: ProjectRecord = { workflows: [], queues: [], sets: [] };

function projectsOf(projects: readonly ProjectRecord[], { workflows }: ScheduleSet): ProjectRecord[] {
  return projects.filter((project) => project.workflows.some((workflow) => workflows.includes(workflow)));
}

/** Two projects that have become one; what was written was of only one of them. */
function merge(a: ProjectRecord, b: ProjectRecord): ProjectRecord {
  if (a === nobody) return b;
  const seen = new Set(a.sets.map(({ hash }) => hash));
  return {
    workflows: union(a.workflows, b.workflows),
    queues: union(a.queues, b.queues),
    sets: [...a.sets, ...b.sets.filter(({ hash }) => !seen.has(hash))],
  };
}

function withMember(
  sets: readonly SetRecord[],
  hash: string,
  { id, aliveUntil }: Member,
  now: number,
  makeNewest: boolean,
): readonly SetRecord[] {
  const known = sets.find((set) => set.hash === hash);
  const living = Object.entries(known?.aliveUntil ?? {}).filter(
    // Once a worker is there, nobody needs to speak for those to come.
    ([other, until]) => until > now && (other !== heldBySync || id === heldBySync),
  );
  const renewed = { hash, aliveUntil: { ...Object.fromEntries(living), [id]: aliveUntil } };
  const placed =
    known === undefined || makeNewest
      ? [...sets.filter((set) => set !== known), renewed]
      : sets.map((set) => (set === known ? renewed : set));
  const oldest = placed.length - mostRemembered;
  return placed.filter((set, at) => at >= oldest || Object.values(set.aliveUntil).some((until) => until > now));
}

function put({ projects }: Deployments, before: ProjectRecord, after: ProjectRecord): Deployments {
  return { projects: projects.map((project) => (project === before ? after : project)) };
}

function union(a: readonly string[], b: readonly string[]): readonly string[] {
  return [...new Set([...a, ...b])].sort();
}
