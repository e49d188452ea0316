import { checkCircularReferences } from "./circular-references.js";
import { checkClashingNames } from "./clashing-names.js";
import { checkCrons } from "./crons.js";
import { checkDeprecatedSchedules } from "./deprecated-schedules.js";
import { checkDuplicates } from "./duplicates.js";
import { checkEmptySchemas } from "./empty-schemas.js";
import { checkFileNames } from "./file-names.js";
import { checkFloatMoney } from "./float-money.js";
import { checkIdempotencyFields } from "./idempotency-fields.js";
import { checkIdempotencyTimes } from "./idempotency-times.js";
import { checkNames } from "./names.js";
import type { Rule } from "./rule.js";
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

/** What a schema must pass before anything can be held against it. */
const rulesOfSchemas: readonly Rule[] = [
  checkNames,
  checkClashingNames,
  checkFileNames,
  checkDuplicates,
  checkSchemaKeywords,
  checkSchemaForm,
  checkSchemaReferences,
  checkCircularReferences,
  checkEmptySchemas,
  checkUnknownRequired,
  checkUnevaluated,
];

const rulesOfSettings: readonly Rule[] = [
  checkUnknownQueue,
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
  checkUnusedQueues,
  checkUnusedSettings,
];

/** Every rule, by what it judges. Their order has no effect: diagnostics are sorted by place. */
export const rules = { ofSchemas: rulesOfSchemas, ofSettings: rulesOfSettings };
