import type { CatalogWorkflow } from "../catalog.js";
import { type Diagnostic, error, quote } from "../diagnostic.js";
import type { Located } from "../source.js";
import type { Rule, WorkflowRule } from "./rule.js";

/** No two names become the same TypeScript name: `send_sms` and `send-sms` are both `sendSms`. */
export const checkClashingNames: WorkflowRule = (workflow) => [
  ...clashes(workflow.tasks.map(({ name, names }) => ({ name, becomes: names.camel }))),
  ...clashes(typeNames(workflow)),
];

/** The same of the workflows beside each other. */
export const checkClashingWorkflows: Rule = ({ catalog }) =>
  clashes(catalog.workflows.map(({ name, names }) => ({ name, becomes: names.camel })));

interface Naming {
  readonly name: Located<string>;
  readonly becomes: string;
}

/** Every type that the workflow's module declares. Two tasks of one name are left to the tasks' own check. */
function typeNames({ name, names, tasks, schemas }: CatalogWorkflow): Naming[] {
  const byPascal = new Map(tasks.map((task) => [task.names.pascal, task]));
  return [
    { name, becomes: `${names.pascal}Tasks` },
    ...[...byPascal.values()].flatMap((task) =>
      ["Payload", "Result", "Handler"].map((suffix) => ({ name: task.name, becomes: task.names.pascal + suffix })),
    ),
    ...schemas.map((schema) => ({ name: schema.name, becomes: schema.name.value })),
  ];
}

/** Equal names are one mistake less: YAML itself refuses a key twice, and `checkDuplicates` a workflow twice. */
function clashes(namings: readonly Naming[]): Diagnostic[] {
  const first = new Map<string, Located<string>>();
  return namings.flatMap(({ name, becomes }) => {
    const earlier = first.get(becomes);
    // A name without a letter becomes nothing, which `checkNames` reports.
    if (becomes === "" || earlier === undefined) {
      first.set(becomes, name);
      return [];
    }
    if (earlier.value === name.value) return [];
    const message = `${quote(earlier.value)} and ${quote(name.value)} both become ${quote(becomes)} in TypeScript. Rename one.`;
    return [error("clashing-names", name.span, message, [{ message: "The other one is here.", span: earlier.span }])];
  });
}
