import type { DiagnosticCode } from "./diagnostic-codes.js";

/**
 * What `taskwright explain CODE` shows beside the code's meaning: what has the fault, and what hasn't.
 *
 * The text of one workflow file; several files, each after a line `--- its/path`; or commands, each after `$`.
 */
export interface Explanation {
  readonly wrong: string;
  readonly right: string;
}

/** An example for every code. A test checks each of them: the wrong one has its fault and the right one has none. */
export const explanations: Readonly<Record<DiagnosticCode, Explanation>> = {
  "unreadable-file": example(
    "--- workflows/loan.yaml -> ../removed/loan.yaml\n",
    "--- workflows/loan.yaml -> ../shared/loan.yaml\n--- shared/loan.yaml\ntasks:\n  collect:\n",
  ),
  "yaml-syntax": example("tasks:\n  remind: { retries: 1\n", "tasks:\n  remind: { retries: 1 }\n"),
  "unquoted-cron": example(
    "tasks:\n  remind:\n    cron: */5 * * * *\n",
    'tasks:\n  remind:\n    cron: "*/5 * * * *"\n',
  ),
  "merge-key": example(
    "tasks:\n  pay: &pay { queue: default, retries: 5 }\n  refund: { <<: *pay }\n",
    "defaults: { queue: default, retries: 5 }\ntasks:\n  pay:\n  refund:\n",
  ),
  "unsafe-number": example(
    "schemas:\n  Id: { enum: [9007199254740993] }\n",
    'schemas:\n  Id: { enum: ["9007199254740993"] }\n',
  ),
  "unknown-key": example("tasks:\n  remind: { retris: 3 }\n", "tasks:\n  remind: { retries: 3 }\n"),
  "missing-key": example(
    "queues:\n  low: { rateLimit: { max: 50 } }\ntasks:\n  remind: { queue: low }\n",
    "queues:\n  low: { rateLimit: { max: 50, per: 1s } }\ntasks:\n  remind: { queue: low }\n",
  ),
  "wrong-type": example("tasks:\n  remind: { timeout: 30 }\n", "tasks:\n  remind: { timeout: 30s }\n"),
  "not-available": example(
    'tasks:\n  remind: { unique: { by: [], until: completed }, cron: "0 * * * *" }\n',
    "tasks:\n  remind: { unique: { by: [], until: completed } }\n",
  ),
  "invalid-name": example("tasks:\n  send it: { retries: 1 }\n", "tasks:\n  send_it: { retries: 1 }\n"),
  "reserved-name": example("tasks:\n  delete: { retries: 1 }\n", "tasks:\n  delete_member: { retries: 1 }\n"),
  "clashing-names": example("tasks:\n  send_sms:\n  send-sms:\n", "tasks:\n  send_sms:\n  send_otp:\n"),
  "clashing-files": example(
    "--- workflows/loan.yaml\ntasks:\n  collect:\n--- workflows/Loan.yaml\nworkflow: lending\n",
    "--- workflows/loan.yaml\ntasks:\n  collect:\n--- workflows/lending.yaml\n",
  ),
  "duplicate-workflow": example(
    "--- workflows/loan.yaml\ntasks:\n  collect:\n--- workflows/lending.yaml\nworkflow: loan\n",
    "--- workflows/loan.yaml\ntasks:\n  collect:\n--- workflows/lending.yaml\nworkflow: lending\n",
  ),
  "duplicate-queue": example(
    "--- workflows/loan.yaml\nqueues:\n  low:\ntasks:\n  collect: { queue: low }\n--- workflows/savings.yaml\nqueues:\n  low:\n",
    "--- workflows/loan.yaml\ntasks:\n  collect: { queue: low }\n--- workflows/savings.yaml\nqueues:\n  low:\n",
  ),
  "unknown-queue": example(
    "queues:\n  critical:\ntasks:\n  pay: { queue: criticl }\n",
    "queues:\n  critical:\ntasks:\n  pay: { queue: critical }\n",
  ),
  "unknown-reference": payload('{ $ref: "#/schemas/Kobbo" }', '{ $ref: "#/schemas/Kobo" }'),
  "invalid-schema": payload("{ type: strin }", "{ type: string }"),
  "circular-reference": example(
    'schemas:\n  A: { $ref: "#/schemas/B" }\n  B: { $ref: "#/schemas/A" }\n',
    'schemas:\n  A: { type: object, properties: { next: { $ref: "#/schemas/A" } } }\n',
  ),
  "empty-schema": payload("{ type: integer, minimum: 5, maximum: 3 }", "{ type: integer, minimum: 3, maximum: 5 }"),
  "unknown-required": example(
    "schemas:\n  A: { type: object, additionalProperties: false, required: [nam], properties: { name: { type: string } } }\n",
    "schemas:\n  A: { type: object, additionalProperties: false, required: [name], properties: { name: { type: string } } }\n",
  ),
  "invalid-default": payload("{ type: integer, default: many }", "{ type: integer, default: 3 }"),
  "not-enforceable": payload(
    "{ type: array, contains: { type: string }, unevaluatedItems: { type: integer } }",
    "{ type: array, contains: { type: string }, items: { type: [string, integer] } }",
  ),
  "float-money": example(
    "schemas:\n  A: { type: object, properties: { amount: { type: number } } }\n",
    "schemas:\n  A: { type: object, properties: { amount: { type: integer, description: In kobo. } } }\n",
  ),
  "unknown-keyword": payload("{ type: string, maxLenght: 5 }", "{ type: string, maxLength: 5 }"),
  "unknown-format": payload("{ type: string, format: datetime }", "{ type: string, format: date-time }"),
  "invalid-cron": example('tasks:\n  tidy: { cron: "0 0 30 2 *" }\n', 'tasks:\n  tidy: { cron: "0 0 28 2 *" }\n'),
  "unknown-timezone": example(
    'tasks:\n  tidy: { cron: "0 0 * * *", timezone: Lagos }\n',
    'tasks:\n  tidy: { cron: "0 0 * * *", timezone: Africa/Lagos }\n',
  ),
  "cron-and-schedules": example(
    'tasks:\n  tidy:\n    cron: "0 * * * *"\n    schedules: { nightly: { cron: "0 0 * * *" } }\n',
    'tasks:\n  tidy:\n    schedules: { hourly: { cron: "0 * * * *" }, nightly: { cron: "0 0 * * *" } }\n',
  ),
  "schedule-payload": example(
    'tasks:\n  report:\n    cron: "0 0 * * *"\n    payload: { enum: [all, new] }\n',
    'tasks:\n  report:\n    schedules: { nightly: { cron: "0 0 * * *", payload: all } }\n    payload: { enum: [all, new] }\n',
  ),
  "deprecated-schedule": example(
    'tasks:\n  tidy: { deprecated: Use tidy_all., cron: "0 * * * *" }\n',
    "tasks:\n  tidy: { deprecated: Use tidy_all. }\n",
  ),
  "invalid-unique": example(
    "tasks:\n  remind:\n    unique: { by: [user], for: 12h }\n    payload: { type: object, required: [user_id], properties: { user_id: { type: string } } }\n",
    "tasks:\n  remind:\n    unique: { by: [user_id], for: 12h }\n    payload: { type: object, required: [user_id], properties: { user_id: { type: string } } }\n",
  ),
  "invalid-idempotency": paying("idempotency: { key: [refrence] }", "idempotency: { key: [reference] }"),
  "short-lease": paying(
    "idempotency: { key: [reference], lease: 500ms }",
    "idempotency: { key: [reference], lease: 30s }",
  ),
  "short-ttl": paying(
    "idempotency: { key: [reference], ttl: 1d }",
    "idempotency: { key: [reference], ttl: 8d }\n    retention: { failed: { age: 7d } }",
  ),
  "unguarded-money": example(moving(""), moving("    idempotency: { key: [reference] }\n")),
  "timeout-beyond-deadline": example(
    "tasks:\n  pay: { timeout: 10m, deadline: 5m }\n",
    "tasks:\n  pay: { timeout: 1m, deadline: 5m }\n",
  ),
  "short-retention": example(
    "tasks:\n  pay: { retries: 5, backoff: { delay: 1h, max: 1d }, retention: { failed: { age: 1h } } }\n",
    "tasks:\n  pay: { retries: 5, backoff: { delay: 1h, max: 1d }, retention: { failed: { age: 30d } } }\n",
  ),
  "unused-queue": example(
    "queues:\n  critical:\n  low:\ntasks:\n  pay: { queue: critical }\n",
    "queues:\n  critical:\ntasks:\n  pay: { queue: critical }\n",
  ),
  "unused-setting": example(
    "tasks:\n  pay: { backoff: { type: fixed, exponent: 2 } }\n",
    "tasks:\n  pay: { backoff: { type: polynomial, exponent: 2 } }\n",
  ),
  "no-tasks": example("tasks:\n", "tasks:\n  remind:\n"),
  "renamed-handler": example(
    `--- workflows/loan.yaml\ntasks:\n  collect_repayment:\n--- workflows/loan/collect.ts\n${handler("collect")}`,
    `--- workflows/loan.yaml\ntasks:\n  collect_repayment:\n--- workflows/loan/collect-repayment.ts\n${handler("collectRepayment", "CollectRepaymentHandler")}`,
  ),
  "orphaned-handler": example(
    `--- workflows/loan.yaml\ntasks: {}\n--- workflows/loan/collect.ts\n${handler("collect")}`,
    `--- workflows/loan.yaml\ntasks:\n  collect:\n--- workflows/loan/collect.ts\n${handler("collect")}`,
  ),
  "unreadable-handler": example(
    "--- workflows/loan.yaml\ntasks:\n  collect:\n--- workflows/loan/collect.ts -> ../../removed/collect.ts\n",
    `--- workflows/loan.yaml\ntasks:\n  collect:\n--- workflows/loan/collect.ts\n${handler("collect")}`,
  ),
  "missing-export": example(
    `--- workflows/loan.yaml\ntasks:\n  collect:\n--- workflows/loan/collect.ts\n${handler("collected")}`,
    `--- workflows/loan.yaml\ntasks:\n  collect:\n--- workflows/loan/collect.ts\n${handler("collect")}`,
  ),
  "untyped-handler": example(
    "--- workflows/loan.yaml\ntasks:\n  collect:\n--- workflows/loan/collect.ts\nexport async function collect() {}\n",
    `--- workflows/loan.yaml\ntasks:\n  collect:\n--- workflows/loan/collect.ts\n${handler("collect")}`,
  ),
  "out-of-date": example("$ git commit workflows/\n", "$ taskwright codegen\n$ git commit workflows/ generated/\n"),
  "command-failed": example(
    "$ cd shop/src\n$ taskwright check --format json\n",
    "$ cd shop\n$ taskwright check --format json\n",
  ),
};

function example(wrong: string, right: string): Explanation {
  return { wrong, right };
}

/** The same task with two payload schemas. */
function payload(wrong: string, right: string): Explanation {
  const file = (schema: string) =>
    `schemas:\n  Kobo: { type: integer }\ntasks:\n  pay:\n    payload: { type: object, properties: { x: ${schema} } }\n`;
  return example(file(wrong), file(right));
}

/** A handler under a name. */
function handler(name: string, type = "CollectHandler"): string {
  return `import type { ${type} } from "../../generated/loan.js";\n\nexport const ${name}: ${type} = async () => {};\n`;
}

/** A task with two settings. */
function paying(wrong: string, right: string): Explanation {
  const file = (setting: string) =>
    `tasks:\n  pay:\n    ${setting}\n    payload: { type: object, required: [reference], properties: { reference: { type: string } } }\n`;
  return example(file(wrong), file(right));
}

/** A task that moves money, with a line more. */
function moving(line: string): string {
  return `queues:\n  critical: { weight: 6 }\n  low:\ntasks:\n  tidy: { queue: low }\n  pay:\n    queue: critical\n${line}    payload:\n      type: object\n      required: [reference, amount]\n      properties: { reference: { type: string }, amount: { type: integer } }\n`;
}
