import { posix } from "node:path";
import { countMistakes, nearest } from "../diagnostic.js";
import type { ExpectedHandler, HandlerFile } from "./handler-file.js";

/** What became of the task of an orphan. */
export interface Pairing {
  readonly orphan: HandlerFile;
  /** The task that is most likely its own, by another name or in another workflow. */
  readonly task?: ExpectedHandler;
  /** Where there is no such task: those that may be, and are no other orphan's. */
  readonly candidates: readonly ExpectedHandler[];
}

/**
 * Gives each orphan the task that it was most likely the handler of before the task, or its workflow, was renamed.
 *
 * No task is given twice. A file of the same name comes first, then the only orphan and the only task of a folder, then
 * whichever names are most alike.
 */
export function pairOrphans(orphans: readonly HandlerFile[], unwritten: readonly ExpectedHandler[]): Pairing[] {
  const tasks = new Map(pairGroups(orphans, unwritten, posix.basename, distanceOfFolders));
  const left = without(unwritten, tasks);
  for (const [orphan, task] of pairGroups(
    orphans.filter((orphan) => !tasks.has(orphan)),
    left,
    posix.dirname,
    distanceOfFiles,
  )) {
    tasks.set(orphan, task);
  }
  const namesakes = groupBy(without(unwritten, tasks), posix.basename);
  const neighbours = groupBy(without(unwritten, tasks), posix.dirname);
  return orphans.map((orphan) => {
    const task = tasks.get(orphan);
    if (task !== undefined) return { orphan, task, candidates: [] };
    const { path } = orphan;
    return { orphan, candidates: namesakes.get(posix.basename(path)) ?? neighbours.get(posix.dirname(path)) ?? [] };
  });
}

function without(unwritten: readonly ExpectedHandler[], given: ReadonlyMap<HandlerFile, ExpectedHandler>) {
  const taken = new Set(given.values());
  return unwritten.filter((task) => !taken.has(task));
}

type Pair = readonly [orphan: HandlerFile, task: ExpectedHandler];

/** How unlike two paths are; `undefined` when nobody would take one for the other. */
type Distance = (from: string, to: string) => number | undefined;

/** Pairs within each group of one key. */
function pairGroups(
  orphans: readonly HandlerFile[],
  tasks: readonly ExpectedHandler[],
  keyOf: (path: string) => string,
  distance: Distance,
): Pair[] {
  const groups = groupBy(tasks, keyOf);
  return [...groupBy(orphans, keyOf)].flatMap(([key, group]) => pairGroup(group, groups.get(key) ?? [], distance));
}

/** Beyond these many comparisons nobody waits for the best of them. */
const maxCompared = 100_000;

function pairGroup(orphans: readonly HandlerFile[], tasks: readonly ExpectedHandler[], distance: Distance): Pair[] {
  const [[orphan], [task]] = [orphans, tasks];
  if (orphan === undefined || task === undefined || orphans.length * tasks.length > maxCompared) return [];
  if (orphans.length === 1 && tasks.length === 1) return [[orphan, task]];
  const alike = orphans.flatMap((from) =>
    tasks.flatMap((to) => ({ pair: [from, to] as const, distance: distance(from.path, to.path) })),
  );
  const taken = new Set<HandlerFile | ExpectedHandler>();
  return alike
    .filter((each) => each.distance !== undefined)
    .sort((a, b) => (a.distance ?? 0) - (b.distance ?? 0) || compareText(textOf(a.pair), textOf(b.pair)))
    .map(({ pair }) => pair)
    .filter(([from, to]) => {
      const isFree = !taken.has(from) && !taken.has(to);
      if (isFree) taken.add(from).add(to);
      return isFree;
    });
}

/** A handler that was put deeper into its folder is its task's before all others. */
function distanceOfFolders(from: string, to: string): number | undefined {
  const folder = posix.dirname(to);
  return from.startsWith(`${folder}/`)
    ? 0
    : distanceOfNames(posix.basename(posix.dirname(from)), posix.basename(folder));
}

function distanceOfFiles(from: string, to: string): number | undefined {
  return distanceOfNames(posix.basename(from, ".ts"), posix.basename(to, ".ts"));
}

/** `pay-invoce` is like `pay-invoice`, and `collect` like `collect-repayment`. */
function distanceOfNames(from: string, to: string): number | undefined {
  const words = to.split("-");
  const areAlike = nearest(from, [to]) !== undefined || from.split("-").some((word) => words.includes(word));
  return areAlike ? countMistakes(from, to) : undefined;
}

function groupBy<Each extends { readonly path: string }>(
  all: readonly Each[],
  keyOf: (path: string) => string,
): Map<string, Each[]> {
  const groups = new Map<string, Each[]>();
  for (const each of all) {
    const group = groups.get(keyOf(each.path));
    if (group === undefined) groups.set(keyOf(each.path), [each]);
    else group.push(each);
  }
  return groups;
}

function textOf([orphan, task]: Pair): string {
  return `${orphan.path}\n${task.path}`;
}

function compareText(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
