import type { CasedName } from "../catalog.js";
import { type Diagnostic, error, quote } from "../diagnostic.js";
import { reservedWords } from "../names.js";
import type { Located } from "../source.js";
import type { Rule, WorkflowRule } from "./rule.js";

/** Every name has a form that can stand in TypeScript, in a file name and in a Redis key. */
export const checkNames: WorkflowRule = ({ name, names, tasks, schemas }) => [
  ...checkWord(name, "workflow"),
  ...checkReserved(name, names, "workflow", workflowNamesInUse),
  ...tasks.flatMap((task) => [
    ...checkWord(task.name, "task"),
    ...checkReserved(task.name, task.names, "task", taskNamesInUse),
    ...task.schedules.flatMap((schedule) => checkWord(schedule.name, "schedule")),
  ]),
  ...schemas.flatMap((schema) => checkTypeName(schema.name)),
];

/** The same of the queues, which belong to no workflow. */
export const checkQueueNames: Rule = ({ catalog }) =>
  catalog.queues.flatMap((queue) => checkWord({ value: queue.name, span: queue.span }, "queue"));

const maxLength = 100;

const objectMembers = [
  "constructor",
  "prototype",
  "toString",
  "toLocaleString",
  "valueOf",
  "hasOwnProperty",
  "toJSON",
  "then",
];

/** What stands beside the workflows in the generated folder and on the object that `createTasks` returns. */
const workflowNamesInUse = new Set([...objectMembers, "close", "catalog", "index", "worker"]);

/**
 * What the modules that import the handlers declare or import beside them; and `idempotent`, whose handler's type would be
 * called as the runtime's.
 */
const taskNamesInUse = new Set([
  ...objectMembers,
  ...["bindWorker", "catalog", "createWorker", "idempotent", "options", "stub"],
]);

/** What the generated types use beside the schemas. */
const typeNamesInUse = new Set([
  ...["Array", "Promise", "Record", "Tasks"],
  ...["Handler", "IdempotentHandler", "IdempotentTaskClient", "TaskClient"],
]);

function checkWord(name: Located<string>, what: string): Diagnostic[] {
  if (/^[A-Za-z][A-Za-z0-9]*([_-][A-Za-z0-9]+)*$/.test(name.value) && name.value.length <= maxLength) return [];
  const rule = `letters, digits and single ${quote("_")} or ${quote("-")} between them, from a letter on, ${maxLength} at most`;
  return [error("invalid-name", name.span, `${quote(name.value)} cannot name a ${what}. Use ${rule}.`)];
}

function checkTypeName(name: Located<string>): Diagnostic[] {
  if (!/^[A-Z][A-Za-z0-9]*$/.test(name.value) || name.value.length > maxLength) {
    const rule = `letters and digits, from a capital letter on, ${maxLength} at most, as in ${quote("MoneyAmount")}`;
    return [
      error("invalid-name", name.span, `${quote(name.value)} cannot name a schema: it becomes a type. Use ${rule}.`),
    ];
  }
  if (!typeNamesInUse.has(name.value)) return [];
  return [
    error("reserved-name", name.span, `The generated types already use ${quote(name.value)}. Choose another name.`),
  ];
}

function checkReserved(
  name: Located<string>,
  names: CasedName,
  what: string,
  inUse: ReadonlySet<string>,
): Diagnostic[] {
  if (reservedWords.has(names.camel)) {
    const message = `${quote(names.camel)} is a word of TypeScript's own. Say more, e.g. ${quote(`${name.value}_item`)}.`;
    return [error("reserved-name", name.span, message)];
  }
  if (!inUse.has(names.camel)) return [];
  const message = `A ${what} cannot be called ${quote(name.value)}: the generated code uses ${quote(names.camel)} itself. Say more.`;
  return [error("reserved-name", name.span, message)];
}
