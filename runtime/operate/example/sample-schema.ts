import { type JsonSchema, type Manifest, resolveReference } from "../manifest.js";
import { sampleText } from "./sample-text.js";

/** Picks one of so many ways, from 0. */
export type Chooser = (of: number) => number;

/** What a value is made with. */
export interface Sampling {
  readonly manifest: Pick<Manifest, "schemas">;
  /** With the properties that may be left out. */
  readonly isWhole: boolean;
  readonly choose: Chooser;
}

/** Instead of a value where there is none, or none that can be guessed. */
export const nothing = Symbol("nothing");

type Keywords = Readonly<Record<string, unknown>>;

/** Where a value stands: how deep, and as the how-manieth of several that must differ. */
interface Place {
  readonly depth: number;
  readonly nth: number;
}

const start: Place = { depth: 0, nth: 0 };
const deepest = 12;

/**
 * A value made from all of `schemas`, or `nothing`. It looks at each keyword by itself, so the value may still not fit:
 * whoever asks has to check. Ends on schemas that contain themselves.
 */
export function sampleSchema(schemas: readonly JsonSchema[], sampling: Sampling, place: Place = start): unknown {
  if (place.depth > deepest) return nothing;
  const applying = gather(schemas, sampling);
  if (applying === nothing) return nothing;
  const named = namedValues(applying);
  if (named.length > 0 && named.some(({ isBinding }) => isBinding)) {
    const bound = named.filter(({ isBinding }) => isBinding);
    const values = bound[0]?.values.filter((value) =>
      bound.every((other) => other.values.some((each) => JSON.stringify(each) === JSON.stringify(value))),
    );
    if (values === undefined || values.length === 0) return nothing;
    return values[(place.nth + sampling.choose(values.length)) % values.length];
  }
  const [offered] = named;
  if (offered !== undefined && place.nth < offered.values.length && sampling.choose(2) === 0)
    return offered.values[place.nth];
  return sampleType(typeOf(applying, sampling), applying, sampling, place);
}

/** Every schema that a value has to fit, with references followed and a branch taken wherever there are several. */
function gather(schemas: readonly JsonSchema[], sampling: Sampling): readonly Keywords[] | typeof nothing {
  const found: Keywords[] = [];
  const queue = [...schemas];
  for (let n = 0; n < queue.length; n += 1) {
    const schema = queue[n];
    if (schema === false || n > 1_000) return nothing;
    if (schema === true || schema === undefined) continue;
    found.push(schema);
    const { $ref, allOf, anyOf, oneOf } = schema;
    if ($ref !== undefined) queue.push(resolveReference(sampling.manifest, $ref) ?? true);
    queue.push(...listOf(allOf));
    for (const branches of [listOf(anyOf), listOf(oneOf)]) {
      const branch = branches.length === 0 ? undefined : branches[sampling.choose(branches.length)];
      if (branch !== undefined) queue.push(branch);
    }
    if (schema.if !== undefined) queue.push(...conditional(schema, sampling));
    // Every property that may be there is, so whatever depends on one holds.
    for (const [name, dependent] of entriesOf(schema.dependentSchemas)) {
      if (sampling.isWhole || found.some(({ required }) => namesOf(required).includes(name))) queue.push(dependent);
    }
  }
  return found;
}

function conditional(schema: Keywords, { choose }: Sampling): JsonSchema[] {
  const fitting = [schema.if, schema.then ?? true] as JsonSchema[];
  return choose(2) === 0 ? fitting : [(schema.else ?? true) as JsonSchema];
}

interface NamedValues {
  readonly values: readonly unknown[];
  /** `const` and `enum`; the others only offer. */
  readonly isBinding: boolean;
}

function namedValues(schemas: readonly Keywords[]): readonly NamedValues[] {
  return schemas.flatMap((schema): NamedValues[] => [
    ...("const" in schema ? [{ values: [schema.const], isBinding: true }] : []),
    ...(Array.isArray(schema.enum) ? [{ values: schema.enum, isBinding: true }] : []),
    ...(Array.isArray(schema.examples) && schema.examples.length > 0
      ? [{ values: schema.examples, isBinding: false }]
      : []),
    ...("default" in schema ? [{ values: [schema.default], isBinding: false }] : []),
  ]);
}

type Type = "object" | "array" | "string" | "integer" | "number" | "boolean" | "null";

/** A type that all allow; where none is named, the one that the other keywords are about. */
function typeOf(schemas: readonly Keywords[], { choose }: Sampling): Type | typeof nothing {
  const lists = schemas.filter(({ type }) => type !== undefined).map(({ type }) => [type].flat() as Type[]);
  const [first] = lists;
  if (first === undefined) {
    const implied = (Object.keys(keywordsOf) as Type[]).filter((type) =>
      keywordsOf[type]?.some((keyword) => schemas.some((schema) => keyword in schema)),
    );
    return implied.length === 0 ? "string" : (implied[choose(implied.length)] ?? "string");
  }
  const allowed = first.filter((type) =>
    lists.every((list) => list.includes(type) || (type === "integer" && list.includes("number"))),
  );
  const narrowed =
    lists.some((list) => list.includes("integer")) && allowed.includes("number") ? ["integer" as const] : allowed;
  // `null` says least.
  const useful = [...narrowed.filter((type) => type !== "null"), ...narrowed.filter((type) => type === "null")];
  return useful.length === 0 ? nothing : (useful[choose(useful.length)] ?? nothing);
}

const keywordsOf: Readonly<Partial<Record<Type, readonly string[]>>> = {
  object:
    "properties required additionalProperties patternProperties minProperties maxProperties propertyNames dependentRequired dependentSchemas unevaluatedProperties".split(
      " ",
    ),
  array: "items prefixItems minItems maxItems uniqueItems contains minContains maxContains unevaluatedItems".split(" "),
  string: "minLength maxLength pattern format".split(" "),
  number: "minimum maximum exclusiveMinimum exclusiveMaximum multipleOf".split(" "),
};

function sampleType(
  type: Type | typeof nothing,
  schemas: readonly Keywords[],
  sampling: Sampling,
  place: Place,
): unknown {
  switch (type) {
    case nothing:
      return nothing;
    case "null":
      return null;
    case "boolean":
      return (place.nth + sampling.choose(2)) % 2 === 0;
    case "integer":
    case "number":
      return sampleNumber(type, schemas, place.nth + variation(schemas, sampling));
    case "string":
      return sampleString(schemas, place.nth + variation(schemas, sampling));
    case "array":
      return sampleArray(schemas, sampling, place);
    case "object":
      return sampleObject(schemas, sampling, place);
  }
}

/** Beside a `not` the first value that comes to mind may be the wrong one. */
function variation(schemas: readonly Keywords[], { choose }: Sampling): number {
  return schemas.some(({ not }) => not !== undefined) ? choose(4) : 0;
}

function sampleNumber(type: "integer" | "number", schemas: readonly Keywords[], nth: number): unknown {
  const steps = numbersOf(schemas, "multipleOf");
  const step = steps.length > 0 ? Math.max(...steps) : 1;
  const least = Math.max(...numbersOf(schemas, "minimum"), ...numbersOf(schemas, "exclusiveMinimum"));
  const most = Math.min(...numbersOf(schemas, "maximum"), ...numbersOf(schemas, "exclusiveMaximum"));
  const isOutside = (value: number) =>
    numbersOf(schemas, "exclusiveMinimum").some((bound) => value <= bound) ||
    numbersOf(schemas, "exclusiveMaximum").some((bound) => value >= bound) ||
    value < least ||
    value > most;
  const from = least > 1 || least > most - step ? least : most < 1 ? most : Math.max(least, 1);
  const multiple = Math.ceil(from / step - 1e-9);
  for (const ahead of [0, 1, -1, 2, -2]) {
    const value = clean((multiple + ahead + (most < 1 ? -nth : nth)) * step);
    if (!isOutside(value) && (type === "number" || Number.isInteger(value))) return value;
  }
  // Bounds so close that no multiple of one is between them.
  const middle = (least + most) / 2;
  return type === "number" && Number.isFinite(middle) && steps.length === 0 ? middle : nothing;
}

/** Without what binary fractions add: 0.30000000000000004. */
function clean(value: number): number {
  return Number(value.toPrecision(15)) + 0;
}

function sampleString(schemas: readonly Keywords[], nth: number): unknown {
  const first = (keyword: string) =>
    schemas.map((schema) => schema[keyword]).find((value) => typeof value === "string");
  const text = sampleText(
    {
      pattern: first("pattern") as string | undefined,
      format: first("format") as string | undefined,
      least: Math.max(0, ...numbersOf(schemas, "minLength")),
      most: Math.min(...numbersOf(schemas, "maxLength")),
    },
    nth,
  );
  return text ?? nothing;
}

function sampleArray(schemas: readonly Keywords[], sampling: Sampling, { depth }: Place): unknown {
  const least = Math.max(0, ...numbersOf(schemas, "minItems"));
  const most = Math.min(...numbersOf(schemas, "maxItems"));
  const wanted = schemas.flatMap((schema) =>
    schema.contains === undefined
      ? []
      : Array.from({ length: (schema.minContains as number | undefined) ?? 1 }, () => schema.contains as JsonSchema),
  );
  const fixed = Math.max(0, ...schemas.map(({ prefixItems }) => listOf(prefixItems).length));
  const isOpen = schemas.some(({ items }) => items !== undefined && items !== false);
  const useful = Math.max(fixed, isOpen && depth < 6 ? 1 : 0);
  const length = Math.min(most, Math.max(least, sampling.isWhole ? useful : 0, wanted.length), mostItems);
  if (length < least) return nothing;
  const values: unknown[] = [];
  for (let n = 0; n < length; n += 1) {
    const own = schemas.flatMap((schema) => {
      const { prefixItems, items, unevaluatedItems } = schema;
      return [listOf(prefixItems)[n] ?? ((items ?? unevaluatedItems ?? true) as JsonSchema)];
    });
    const contained = wanted[n - Math.max(0, length - wanted.length)];
    const value = sampleSchema(contained === undefined ? own : [...own, contained], sampling, {
      depth: depth + 1,
      nth: n,
    });
    if (value === nothing) {
      if (n < least) return nothing;
      break;
    }
    values.push(value);
  }
  return values;
}

const mostItems = 50;

function sampleObject(schemas: readonly Keywords[], sampling: Sampling, { depth }: Place): unknown {
  const value: Record<string, unknown> = {};
  const declared = schemas.flatMap(({ properties }) => entriesOf(properties).map(([name]) => name));
  const required = new Set(schemas.flatMap((schema) => namesOf(schema.required)));
  const most = Math.min(...numbersOf(schemas, "maxProperties"));
  const isShallow = depth < 4;
  const names = new Set([...declared, ...required]);
  for (const name of names) {
    const isNeeded = isRequired(name, required, schemas, value);
    if (!isNeeded && (!sampling.isWhole || !isShallow || Object.keys(value).length >= most)) continue;
    const made = sampleSchema(memberSchemas(name, schemas), sampling, { depth: depth + 1, nth: 0 });
    if (made !== nothing) set(value, name, made);
    else if (isNeeded) return nothing;
  }
  addMissing(value, schemas);
  const least = Math.max(0, ...numbersOf(schemas, "minProperties"));
  const isMap = declared.length === 0 && schemas.some(({ additionalProperties: extra }) => typeof extra === "object");
  const wanted = Math.max(least, isMap && sampling.isWhole && isShallow ? 1 : 0);
  for (let n = 0; Object.keys(value).length < wanted && n < mostItems; n += 1) {
    const name = freeName(schemas, sampling, n);
    if (name === undefined || Object.hasOwn(value, name)) continue;
    const made = sampleSchema(memberSchemas(name, schemas), sampling, { depth: depth + 1, nth: 0 });
    if (made !== nothing) set(value, name, made);
  }
  return value;
}

function isRequired(name: string, required: ReadonlySet<string>, schemas: readonly Keywords[], value: object): boolean {
  return required.has(name) || dependents(schemas, value).includes(name);
}

/** Names that have to be there because others are. */
function dependents(schemas: readonly Keywords[], value: object): readonly string[] {
  return schemas.flatMap(({ dependentRequired }) =>
    entriesOf(dependentRequired).flatMap(([name, needed]) => (Object.hasOwn(value, name) ? namesOf(needed) : [])),
  );
}

/** What `dependentRequired` asks for and no `properties` says more of. */
function addMissing(value: Record<string, unknown>, schemas: readonly Keywords[]): void {
  for (const name of dependents(schemas, value)) if (!Object.hasOwn(value, name)) set(value, name, "text");
}

function set(value: Record<string, unknown>, name: string, member: unknown): void {
  // A plain assignment to `__proto__` would be no member.
  Object.defineProperty(value, name, { value: member, enumerable: true, configurable: true, writable: true });
}

function memberSchemas(name: string, schemas: readonly Keywords[]): readonly JsonSchema[] {
  return schemas.flatMap((schema) => {
    const own = entriesOf(schema.properties).filter(([each]) => each === name);
    const matching = entriesOf(schema.patternProperties).filter(([pattern]) => new RegExp(pattern, "u").test(name));
    const known = [...own, ...matching].map(([, each]) => each);
    if (known.length > 0) return known;
    return schema.additionalProperties === undefined ? [] : [schema.additionalProperties as JsonSchema];
  });
}

/** A name that `propertyNames` or `patternProperties` would take. */
function freeName(schemas: readonly Keywords[], sampling: Sampling, n: number): string | undefined {
  const rules = schemas.flatMap(({ propertyNames }) =>
    propertyNames === undefined ? [] : [propertyNames as JsonSchema],
  );
  const patterns = schemas.flatMap(({ patternProperties }) => entriesOf(patternProperties).map(([pattern]) => pattern));
  const isClosed = schemas.some(
    ({ additionalProperties, unevaluatedProperties: rest }) => additionalProperties === false || rest === false,
  );
  const byPattern = patterns[n % Math.max(1, patterns.length)];
  if (rules.length === 0 && (isClosed || byPattern !== undefined)) {
    return byPattern === undefined
      ? undefined
      : sampleText(
          { pattern: byPattern, format: undefined, least: 0, most: Number.POSITIVE_INFINITY },
          Math.floor(n / patterns.length),
        );
  }
  if (rules.length === 0) return n === 0 ? "key" : `key${n + 1}`;
  const name = sampleSchema([...rules, { type: "string" }], sampling, { depth: deepest - 2, nth: n });
  return typeof name === "string" ? name : undefined;
}

function numbersOf(schemas: readonly Keywords[], keyword: string): readonly number[] {
  return schemas.map((schema) => schema[keyword]).filter((value) => typeof value === "number");
}

function listOf(value: unknown): readonly JsonSchema[] {
  return Array.isArray(value) ? (value as JsonSchema[]) : [];
}

function namesOf(value: unknown): readonly string[] {
  return Array.isArray(value) ? value.filter((name) => typeof name === "string") : [];
}

function entriesOf(value: unknown): readonly (readonly [string, JsonSchema])[] {
  return typeof value === "object" && value !== null ? (Object.entries(value) as [string, JsonSchema][]) : [];
}
