/**
 * Every code that a diagnostic can carry, with what it stands for.
 *
 * Codes are stable: people write them into CI filters. A new rule adds one here; none is reused.
 */
export const diagnosticCodes = {
  "unreadable-file": "A workflow file is there but cannot be read.",
  "yaml-syntax": "The file is not valid YAML.",
  "unquoted-cron": "A cron expression that starts with `*` must be quoted: YAML reads `*` as an alias.",
  "merge-key": "A mapping is merged into another by `<<`, which YAML 1.2 has no more.",
  "unsafe-number": "A whole number beyond 2^53 loses digits in JavaScript.",
  "unknown-key": "The key is none of the settings that may stand here.",
  "missing-key": "A required key is absent.",
  "wrong-type": "The value has the wrong type or form for its key.",
  "not-available": "The setting is part of the language, but nothing enforces it yet, so it is refused.",
  "invalid-name": "A workflow, task, queue, schema or schedule name has a form that cannot be generated.",
  "reserved-name": "The name means something else in TypeScript or in the generated client.",
  "clashing-names": "Two names become the same TypeScript name.",
  "clashing-files": "Two workflow files would share a folder of handlers, on this disk or on one that ignores case.",
  "duplicate-workflow": "Two files declare the same workflow.",
  "duplicate-queue": "A queue is declared more than once.",
  "unknown-queue": "A task names a queue that no file declares.",
  "unknown-reference": "A `$ref` leads nowhere.",
  "invalid-schema": "A payload or result is not a valid JSON Schema 2020-12.",
  "circular-reference": "A schema refers back to itself without an end.",
  "empty-schema": "A schema contradicts itself: nothing can fit it, or a value that it lists can never be.",
  "unknown-required": "A closed object requires a property that it does not let in.",
  "invalid-default": "A `default` does not fit the schema it stands in.",
  "not-enforceable": "Keywords stand together that the validators would get wrong.",
  "float-money": "A sum of money is declared as a floating-point number (a warning).",
  "unknown-keyword": "A schema uses a keyword that JSON Schema 2020-12 does not have.",
  "unknown-format": "A schema names a `format` that no validator checks.",
  "invalid-cron": "A cron expression cannot be read, or never fires.",
  "unknown-timezone": "The time zone is not in the IANA database.",
  "cron-and-schedules": "A task has both `cron` and `schedules`.",
  "schedule-payload": "A schedule's payload does not fit its task's contract.",
  "deprecated-schedule": "A deprecated task still runs by itself (a warning).",
  "invalid-unique": "A `unique` names fields that cannot tell jobs apart, or not for how long.",
  "invalid-idempotency": "An `idempotency` cannot tell effects apart, or could not keep its word.",
  "short-lease": "The lease of an `idempotency` is too short to be renewed in time.",
  "short-ttl": "An idempotency key is forgotten while a job that had it may still be retried (a warning).",
  "unguarded-money": "A task seems to move money, and nothing keeps it from moving twice (a warning).",
  "timeout-beyond-deadline": "One attempt, or the delay before the first, may take longer than the job has in all.",
  "short-retention": "A dead job is gone sooner than its retries took (a warning).",
  "unused-queue": "A queue is declared that no task uses (a warning).",
  "unused-setting": "A setting stands where it has no effect.",
  "no-tasks": "The project declares no task at all (a warning).",
  "renamed-handler":
    "A task has no handler yet, and a handler beside it has no task: perhaps one was renamed (a warning).",
  "orphaned-handler": "A handler's file belongs to no task (a warning).",
  "unreadable-handler": "What stands in the place of a task's handler is no file that can be read.",
  "missing-export": "A handler's file does not export the handler under its task's name.",
  "untyped-handler":
    "A handler is written without its type, so that it fails elsewhere when it no longer fits its task (a warning).",
  "out-of-date": "A generated file is not what the workflow files stand for (of `codegen --check`).",
  "command-failed": "A command could not do its work: nothing to compile, or a disk that refuses (of `--format`).",
} as const;

/** See {@link diagnosticCodes}. */
export type DiagnosticCode = keyof typeof diagnosticCodes;
