import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { type CompiledSchema, compileSchemas } from "../../support/compiled-schemas.js";
import { type Assignments, findTypeErrors } from "../../support/type-check.js";
import { asWorkflowSchema, readSuite, type SuiteGroup, withTypesSpelledOut } from "./suite.js";

/*
 * Every required group of the official test suite is compiled as a task's payload. What compiles must agree with the
 * suite, and its type must take every value that its validator takes. What is refused is listed with its reason in
 * `out-of-scope.txt`, which UPDATE_GOLDEN=1 rewrites: read its diff like code.
 */
const groups = readSuite();
const compiled = compileGroups(groups);
const inScope = groups.flatMap((group) => {
  const schema = compiled.get(group);
  return schema?.kind === "compiled" ? [{ group, schema }] : [];
});

describe("the official suite of JSON Schema 2020-12", () => {
  it("is in scope but for what out-of-scope.txt lists", () => {
    const path = join(import.meta.dirname, "out-of-scope.txt");
    const list = listRefusals();
    if (process.env.UPDATE_GOLDEN === "1") writeFileSync(path, list);
    expect(list).toBe(readFileSync(path, "utf8"));
  });

  it("agrees with the validators", () => {
    const disagreements = inScope.flatMap(({ group, schema }) =>
      group.cases
        .filter(({ value, valid }) => schema.accepts(value) !== valid)
        .map(({ description, valid }) => `${group.title}: ${description}: must be ${valid ? "accepted" : "refused"}`),
    );
    expect(disagreements).toEqual([]);
  });

  it("has no accepted value that the payload's type refuses", () => {
    const errors = findTypeErrors(inScope.map((one) => assignments(one, true)));
    expect(errors).toEqual([]);
  });
});

/** The group's values that its validator accepts, or those that it refuses. */
function assignments({ group, schema }: (typeof inScope)[number], isAccepted: boolean): Assignments {
  const values = group.cases.map(({ value }) => value).filter((value) => schema.accepts(value) === isAccepted);
  return { title: group.title, types: schema.types, values };
}

/** Each as it is, or else with its types spelled out, by which most of the suite passes strict mode. */
function compileGroups(all: readonly SuiteGroup[]): ReadonlyMap<SuiteGroup, CompiledSchema> {
  const asWritten = all.map(({ schema }) => asWorkflowSchema(schema));
  const results = compileSchemas([...asWritten, ...asWritten.map(withTypesSpelledOut)]);
  return new Map(
    all.flatMap((group, index) => {
      const [first, second] = [results[index], results[index + all.length]];
      const best = first?.kind === "compiled" ? first : second;
      return best === undefined ? [] : [[group, best] as const];
    }),
  );
}

function listRefusals(): string {
  const byReason = new Map<string, string[]>();
  for (const group of groups) {
    const schema = compiled.get(group);
    if (schema?.kind !== "refused") continue;
    for (const reason of new Set(schema.diagnostics.map(reasonOf))) {
      byReason.set(reason, [...(byReason.get(reason) ?? []), group.title]);
    }
  }
  const cases = (some: readonly SuiteGroup[]) => some.reduce((sum, group) => sum + group.cases.length, 0);
  const refused = inScope.map((one) => assignments(one, false));
  const kept = inScope.map(({ group }) => group);
  const sections = [...byReason]
    .sort(([a, titles], [b, others]) => others.length - titles.length || (a < b ? -1 : 1))
    .map(([reason, titles]) => `${reason} (${titles.length})\n${titles.map((title) => `    ${title}\n`).join("")}`);
  const summary = [
    `In scope: ${kept.length} of ${groups.length} groups, ${cases(kept)} of ${cases(groups)} cases.`,
    // Types cannot say everything (`minimum`), but one that takes anything would pass the other tests.
    `Of ${refused.flatMap(({ values }) => values).length} values that the validators refuse, the types refuse ${findTypeErrors(refused).length} too.`,
    "Out of scope, by the diagnostic that says so; a group with several reasons stands under each.",
  ];
  return [`${summary.join("\n")}\n`, ...sections].join("\n");
}

/** A diagnostic without what varies from one schema to the next. */
function reasonOf({ code, message }: { readonly code: string; readonly message: string }): string {
  switch (code) {
    case "unknown-keyword":
      return `${code}: ${/^`[^`]+`/.exec(message)?.[0] ?? message}`;
    case "unknown-reference":
    case "unknown-format":
    case "unsafe-number":
    case "reserved-name":
    case "invalid-default":
      return code;
    default:
      return `${code}: ${message.replace(/minItems: \d+/, "minItems: …")}`;
  }
}
