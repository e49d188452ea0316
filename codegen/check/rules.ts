import { checkClashingNames } from "./clashing-names.js";
import { checkCrons } from "./crons.js";
import { checkDuplicates } from "./duplicates.js";
import { checkNames } from "./names.js";
import type { Rule } from "./rule.js";
import { checkSchedules } from "./schedules.js";
import { checkSchemaForm } from "./schema-form.js";
import { checkSchemaKeywords } from "./schema-keywords.js";
import { checkSchemaReferences } from "./schema-references.js";
import { checkTimeouts } from "./timeouts.js";
import { checkUnknownQueue } from "./unknown-queue.js";
import { checkUnusedSettings } from "./unused-settings.js";

/** Every rule. Their order has no effect: diagnostics are sorted by place. */
export const rules: readonly Rule[] = [
  checkNames,
  checkClashingNames,
  checkDuplicates,
  checkUnknownQueue,
  checkSchemaKeywords,
  checkSchemaForm,
  checkSchemaReferences,
  checkCrons,
  checkSchedules,
  checkTimeouts,
  checkUnusedSettings,
];
