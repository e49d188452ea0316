import { checkCircularReferences } from "./circular-references.js";
import { checkClashingNames, checkClashingWorkflows } from "./clashing-names.js";
import { checkCrons } from "./crons.js";
import { checkDeprecatedSchedules } from "./deprecated-schedules.js";
import { checkDuplicates } from "./duplicates.js";
import { checkEmptySchemas } from "./empty-schemas.js";
import { checkFileNames } from "./file-names.js";
import { checkFloatMoney } from "./float-money.js";
import { checkIdempotencyFields } from "./idempotency-fields.js";
import { checkIdempotencyTimes } from "./idempotency-times.js";
import { checkNames, checkQueueNames } from "./names.js";
import type { Rule, WorkflowRule } from "./rule.js";
import { checkSchedules } from "./schedules.js";
import { checkSchemaForm } from "./schema-form.js";
import { checkSchemaKeywords } from "./schema-keywords.js";
import { checkSchemaReferences } from "./schema-references.js";
import { checkShortRetention } from "./short-retention.js";
import { checkTimeouts } from "./timeouts.js";
import { checkUnevaluated } from "./unevaluated.js";
import { checkUnguardedMoney } from "./unguarded-money.js";
import { checkUniqueFields } from "./unique-fields.js";
import { checkUnknownQueue } from "./unknown-queue.js";
import { checkUnknownRequired } from "./unknown-required.js";
import { checkUnusedQueues } from "./unused-queues.js";
import { checkUnusedSettings } from "./unused-settings.js";

/** Rules that look at the whole project, and those that look at one workflow after the other. */
interface Rules {
  readonly ofProject: readonly Rule[];
  readonly ofWorkflow: readonly WorkflowRule[];
}

/** What a schema must pass before anything can be held against it. */
const schemaRules: Rules = {
  ofProject: [checkQueueNames, checkClashingWorkflows, checkFileNames, checkDuplicates, checkSchemaReferences],
  ofWorkflow: [
    checkNames,
    checkClashingNames,
    checkSchemaKeywords,
    checkSchemaForm,
    checkCircularReferences,
    checkEmptySchemas,
    checkUnknownRequired,
    checkUnevaluated,
  ],
};

const settingRules: Rules = {
  ofProject: [checkUnknownQueue, checkUnusedQueues],
  ofWorkflow: [
    checkFloatMoney,
    checkCrons,
    checkSchedules,
    checkDeprecatedSchedules,
    checkTimeouts,
    checkUniqueFields,
    checkIdempotencyFields,
    checkIdempotencyTimes,
    checkUnguardedMoney,
    checkShortRetention,
    checkUnusedSettings,
  ],
};

/** Every rule, by what it judges. Their order has no effect: diagnostics are sorted by place. */
export const rules = { schemas: schemaRules, settings: settingRules };
