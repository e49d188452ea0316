import type { QueueOfTasks } from "../catalog.js";
import type { Logger } from "../logger.js";
import { changeDocument } from "../store/documents.js";
import { openQueue } from "../store/queue.js";
import type { Store } from "../store/store.js";
import type { TaskDefinition } from "../task.js";
import {
  announce,
  type Deployments,
  deploymentsKey,
  layPenDown,
  type ProjectRecord,
  projectOf,
  type ScheduleSet,
  setInForce,
  takePen,
  workflowsOfOthers,
} from "./deployments.js";
import { planScheduleSet } from "./planned-schedules.js";
import { findChanges, reconcileQueue, type ScheduleChange } from "./reconcile-queue.js";

/** Who reconciles, and how. */
export interface ReconcileOrder {
  /** Of this process among all that declare schedules. */
  readonly id: string;
  /** How long this process counts as alive from now on. */
  readonly aliveForMs: number;
  /** Also when a newer version of the project lives, which then counts as older. */
  readonly makeNewest: boolean;
  /** See QueueOrder. */
  readonly removeRuns: boolean;
}

/** What has become of the schedules: all of them are as declared, or those of a newer version hold. */
export type Reconciliation =
  | { readonly kind: "asDeclared"; readonly changes: readonly ScheduleChange[] }
  | { readonly kind: "superseded" };

/**
 * Makes the schedules of a project what this version of it declares, unless a newer version lives; in queues that have
 * lost all their tasks too. One process of the project writes at a time, and only differences.
 */
export async function reconcileSchedules(
  store: Store,
  queues: readonly QueueOfTasks[],
  order: ReconcileOrder,
  logger: Logger,
): Promise<Reconciliation> {
  const set = planScheduleSet(queues);
  const changes: ScheduleChange[] = [];
  for (let { makeNewest } = order; ; makeNewest = false) {
    const { project, others, isInForce, isWritten, isOthersTurn } = await announceSet(store, set, order, makeNewest);
    if (!isInForce) return { kind: "superseded" };
    const tasksByQueue = queuesToLookAt(project, queues);
    if (!isOthersTurn) {
      if (isWritten && (await isAsDeclared(store, tasksByQueue, others, logger)))
        return { kind: "asDeclared", changes };
      const isWhole = await writeAll(store, set, tasksByQueue, others, order, changes, logger);
      if (isWhole) return { kind: "asDeclared", changes };
    }
    // Another process writes, or a newer version has come: how that ends is seen soon.
    await new Promise((resolve) => setTimeout(resolve, 20 + Math.random() * 60));
  }
}

/** How one version of a project stands among the processes on its store. */
export interface Standing {
  readonly project: ProjectRecord;
  /** Workflows of other projects. */
  readonly others: ReadonlySet<string>;
  /** No newer version lives. */
  readonly isInForce: boolean;
  /** This version's schedules were the last to be written, whole. */
  readonly isWritten: boolean;
  /** Another process writes at present. */
  readonly isOthersTurn: boolean;
}

/** Notes that a process of this version lives, and tells how the version stands. */
export async function announceSet(
  store: Store,
  set: ScheduleSet,
  { id, aliveForMs }: Pick<ReconcileOrder, "id" | "aliveForMs">,
  makeNewest = false,
): Promise<Standing> {
  let now = 0;
  const deployments = await changeDocument<Deployments>(store.documents, deploymentsKey, (known = nobody, storeNow) => {
    now = storeNow;
    return announce(known, set, { id, aliveUntil: now + aliveForMs }, now, makeNewest);
  });
  const project = projectOf(deployments ?? nobody, set);
  if (deployments === undefined || project === undefined) throw new Error("A project that was announced is known.");
  const { writer, written } = project;
  return {
    project,
    others: workflowsOfOthers(deployments, project),
    isInForce: setInForce(project, now)?.hash === set.hash,
    isWritten: written === set.hash,
    isOthersTurn: writer !== undefined && writer.id !== id && writer.until > now,
  };
}

/** What is known of the project that `queues` are of; undefined when no process of it has told of itself. */
export async function lookUpProject(
  store: Store,
  queues: readonly QueueOfTasks[],
): Promise<{ readonly project: ProjectRecord | undefined; readonly others: ReadonlySet<string> }> {
  const { text } = await store.documents.read(deploymentsKey);
  const deployments = text === undefined ? nobody : (JSON.parse(text) as Deployments);
  const project = projectOf(deployments, planScheduleSet(queues));
  return { project, others: workflowsOfOthers(deployments, project) };
}

/** Whether a newer version of the project than that of `queues` lives, so that its schedules hold. */
export async function doesNewerLive(store: Store, queues: readonly QueueOfTasks[]): Promise<boolean> {
  const { text, now } = await store.documents.read(deploymentsKey);
  const set = planScheduleSet(queues);
  const project = projectOf(text === undefined ? nobody : (JSON.parse(text) as Deployments), set);
  if (project === undefined) return false;
  const places = project.sets.map(({ hash }) => hash);
  const inForce = setInForce(project, now);
  // A version that was never seen would be the newest.
  return inForce !== undefined && places.includes(set.hash) && places.indexOf(inForce.hash) > places.indexOf(set.hash);
}

/** The queues in which schedules of a project are, or may have been left, by name; without tasks: it has lost them. */
export function queuesToLookAt(
  project: ProjectRecord | undefined,
  queues: readonly QueueOfTasks[],
): ReadonlyMap<string, readonly TaskDefinition[]> {
  return new Map([
    ...(project?.queues ?? []).map((name) => [name, []] as const),
    ...queues.map(({ name, tasks }) => [name, tasks] as const),
  ]);
}

const nobody: Deployments = { projects: [] };

/** A process that is silent for so long while it writes has died; then another goes on. */
const writingMs = 10_000;

async function isAsDeclared(
  store: Store,
  tasksByQueue: ReadonlyMap<string, readonly TaskDefinition[]>,
  others: ReadonlySet<string>,
  logger: Logger,
): Promise<boolean> {
  for (const [name, tasks] of tasksByQueue) {
    const queue = openQueue(store, name, logger);
    try {
      if ((await findChanges(queue, tasks, others)).length > 0) return false;
    } finally {
      await queue.close();
    }
  }
  return true;
}

/** False: it was another's turn, or has become so before all was written. */
async function writeAll(
  store: Store,
  set: ScheduleSet,
  tasksByQueue: ReadonlyMap<string, readonly TaskDefinition[]>,
  others: ReadonlySet<string>,
  { id, removeRuns }: ReconcileOrder,
  changes: ScheduleChange[],
  logger: Logger,
): Promise<boolean> {
  let isWhole = false;
  let isMine = false;
  const take = async (): Promise<boolean> => {
    await changeDocument<Deployments>(store.documents, deploymentsKey, (known = nobody, now) => {
      const taken = takePen(known, set, id, now + writingMs, now);
      isMine = taken !== undefined;
      return taken ?? known;
    });
    return isMine;
  };
  try {
    for (const [name, tasks] of tasksByQueue) {
      // Each time anew: a newer version may have been announced meanwhile.
      if (!(await take())) return false;
      const queue = openQueue(store, name, logger);
      try {
        changes.push(...(await reconcileQueue(queue, store, tasks, { others, removeRuns })));
      } finally {
        await queue.close();
      }
    }
    isWhole = true;
    return await take();
  } finally {
    if (isMine) {
      await changeDocument<Deployments>(store.documents, deploymentsKey, (known = nobody) =>
        layPenDown(known, set, id, isWhole),
      );
    }
  }
}
