import type { Catalog, QueueDefinition, TaskDefinition } from "./task.js";

/** A queue that has tasks, with all of them. */
export interface QueueOfTasks extends QueueDefinition {
  readonly name: string;
  readonly tasks: readonly TaskDefinition[];
}

/** Every task of the catalog, in its order. */
export function tasksOf(catalog: Catalog): readonly TaskDefinition[] {
  return Object.values(catalog.workflows).flatMap((workflow) => Object.values(workflow));
}

/** The task of that wire name; undefined when the catalog has none. */
export function taskNamed(catalog: Catalog, name: string): TaskDefinition | undefined {
  return tasksOf(catalog).find((task) => task.name === name);
}

/** The queues that have tasks, each with all of them. A queue without tasks has nothing to open it for. */
export function queuesOf(catalog: Catalog): readonly QueueOfTasks[] {
  const tasks = tasksOf(catalog);
  return [...new Set(tasks.map((task) => task.queue))].map((name) => ({
    weight: 1,
    ...catalog.queues[name],
    name,
    tasks: tasks.filter((task) => task.queue === name),
  }));
}
