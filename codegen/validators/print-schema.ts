import type { CatalogWorkflow } from "../catalog.js";
import { isUncheckedFormat, typeOfFormat } from "../formats.js";
import { isJsonObject, type Json, type JsonObject } from "../json.js";
import { isReferenceAlone, typeNames } from "../json-schema.js";
import { type Reference, resolveReference } from "../references.js";
import { block, chain, isIdentifier, literalOf, returningEarly, unless, when } from "./statements.js";
import type { ValidatorModule } from "./validator-module.js";

/** Where a check is printed. */
interface Home {
  readonly module: ValidatorModule;
  /** The workflow that the schema is written in: its references are relative to it. */
  readonly home: CatalogWorkflow;
  /** What the names of parts begin with: `PayInvoicePayload`. */
  readonly hint: string;
}

/** A value while its schema is printed. */
interface Place extends Home {
  /** How much of the hint names the contract or the shared schema. */
  readonly ownerLength: number;
  /** The expression that holds the value. */
  readonly value: string;
  /** Its JSON pointer, as expressions that are added up. */
  readonly path: readonly string[];
  /** The names of constants that are in use around it, the innermost first. */
  readonly locals?: Locals | undefined;
  /** Those of the whole function, for constants that stand beside others in one block. */
  readonly declared: Set<string>;
  /** The set that takes the names of the properties looked at; without it nobody asks. */
  readonly seen?: string | undefined;
}

interface Locals {
  readonly name: string;
  readonly around: Locals | undefined;
}

/** How a function that checks a value is to be printed. */
interface CheckPlan extends Home {
  readonly ownerLength?: number;
  readonly name?: string;
  /** Whether it also tells which properties it has looked at. */
  readonly isTracking?: boolean;
}

/** Prints a function that checks a value, and tells its name: `name`, or one that is free. */
export function printCheck(
  schema: Json,
  { module, home, hint, ownerLength = hint.length, name, isTracking = false }: CheckPlan,
): string {
  const called = name ?? module.reserve(hint);
  const place: Place = {
    ...{ module, home, hint, ownerLength, value: "value", path: ["at"], declared: new Set<string>() },
    ...(isTracking && { seen: "seen" }),
  };
  const body = returningEarly(printSchema(schema, place));
  module.define(called, `value, at, faults${isTracking ? ", seen" : ""}`, body, name !== undefined && !isTracking);
  return called;
}

/** The statements that add to `faults` what is wrong with the value at `place`. */
function printSchema(schema: Json, place: Place): string[] {
  if (!isJsonObject(schema)) return schema === false ? [report(place, "false schema", {})] : [];
  if (schema.unevaluatedProperties === undefined) return printKeywords(schema, place);
  // Its constant may stand beside that of another part of the same `allOf`.
  const seen = place.module.uniqueName("seen");
  return [
    `const ${seen} = new Set();`,
    ...printKeywords(schema, { ...place, seen }),
    ...when(isOfType(place, "object"), [
      ...printUnnamed(schema.unevaluatedProperties, "unevaluatedProperties", (name) => `!${seen}.has(${name})`, place),
      ...(place.seen === undefined ? [] : [addNames(place, place.value)]),
    ]),
  ];
}

/** What holds for any type comes before what is said of one: a default is filled in where its object is read. */
function printKeywords(schema: JsonObject, place: Place): string[] {
  const anyType = printForAnyType(schema, place);
  return [...printTypes(schema, place, anyType.length === 0), ...anyType, ...printLate(schema, place, anyType.length)];
}

function printForAnyType(schema: JsonObject, place: Place): string[] {
  // Most schemas say a type and its limits alone.
  if (!anyTypeKeywords.some((keyword) => keyword in schema)) return [];
  return [
    ...printReference(schema, place),
    ...printListed(schema, place),
    ...printNot(schema, place),
    ...printBranches("anyOf", schema, place),
    ...("discriminator" in schema ? [] : printBranches("oneOf", schema, place)),
    ...asList(schema.allOf).flatMap((part) => printSchema(part, place)),
    ...printConditional(schema, place),
  ];
}

const anyTypeKeywords = ["$ref", "const", "enum", "not", "anyOf", "oneOf", "allOf", "if"];

const groups = {
  number: printNumber,
  string: printString,
  array: printArray,
  object: printObject,
} as const;

/** What is said of each type, for the types that the schema lets in. */
function printGroups(schema: JsonObject, place: Place) {
  const types = typeNames(schema);
  return (["string", "number", "array", "object"] as const).flatMap((group) => {
    const type = group === "number" && types?.includes("integer") && !types.includes("number") ? "integer" : group;
    if (types !== undefined && !types.includes(type)) return [];
    const then = groups[group](schema, place);
    return then.length === 0 ? [] : [{ type, condition: isOfType(place, type), then }];
  });
}

/** The type, and what is said of it where nothing has to come in between. */
function printTypes(schema: JsonObject, place: Place, isWhole: boolean): string[] {
  const types = typeNames(schema);
  if (types === undefined) return [];
  const branches = isWhole ? printGroups(schema, place) : [];
  const others = types.filter((type) => branches.every((branch) => branch.type !== type));
  const refusal = tell("wrongType", place, literalOf(Array.isArray(schema.type) ? schema.type : types[0]));
  const [first] = branches;
  if (first !== undefined && types.length === 1) return unless(isNotOfType(place, types), refusal, first.then);
  return chain(branches, others.length === 0 ? [refusal] : when(isNotOfType(place, others), [refusal]));
}

/** What is said of the types, after what holds for any. */
function printLate(schema: JsonObject, place: Place, before: number): string[] {
  if (before === 0 && typeNames(schema) !== undefined) return [];
  return chain(printGroups(schema, place), []);
}

function isOfType({ value, module }: Place, type: string): string {
  switch (type) {
    case "null":
      return `${value} === null`;
    case "array":
      return `Array.isArray(${value})`;
    case "object":
      return `${module.helper("isObject")}(${value})`;
    case "integer":
      return `Number.isInteger(${value})`;
    default:
      return `typeof ${value} === "${type}"`;
  }
}

function isNotOfType(place: Place, types: readonly string[]): string {
  const distinct = types.includes("number") ? types.filter((type) => type !== "integer") : types;
  return distinct
    .map((type) => {
      const test = isOfType(place, type);
      return test.includes(" === ") ? test.replace(" === ", " !== ") : `!${test}`;
    })
    .join(" && ");
}

function printReference({ $ref }: JsonObject, place: Place): string[] {
  if (typeof $ref !== "string") return [];
  const { workflow, schema } = follow($ref, place);
  const check =
    place.seen === undefined
      ? place.module.checkOf(workflow, schema)
      : place.module.trackingCheckOf(schema, (name) => {
          const hint = `${schema.name.value}Seen`;
          printCheck(schema.schema.value, { module: place.module, home: workflow, hint, name, isTracking: true });
        });
  return [call(check, place)];
}

function follow($ref: string, { home, module }: Home): Extract<Reference, { readonly kind: "schema" }> {
  const target = resolveReference($ref, home, module.catalog);
  // A rule has refused every other one.
  if (target.kind !== "schema") throw new Error(`${$ref} in ${home.file} leads nowhere.`);
  return target;
}

function printListed(schema: JsonObject, place: Place): string[] {
  const only =
    "const" in schema
      ? when(isNotListed([schema.const ?? null], place, ""), [
          report(place, "const", { allowedValue: schema.const ?? null }),
        ])
      : [];
  if (schema.enum === undefined) return only;
  const values = asList(schema.enum);
  const list = place.module.constant(constantName(place, "Values"), literalOf(values));
  return [...only, ...when(isNotListed(values, place, list), [reportAs(place, "enum", `{ allowedValues: ${list} }`)])];
}

function isNotListed(values: readonly Json[], place: Place, list: string): string {
  const { value, module } = place;
  if (values.every((each) => typeof each !== "object" || each === null)) {
    return values.length === 1 ? `${value} !== ${literalOf(values[0])}` : `!${list}.includes(${value})`;
  }
  const equal = module.helper("equal");
  return values.length === 1
    ? `!${equal}(${value}, ${literalOf(values[0])})`
    : `!${list}.some((each) => ${equal}(${value}, each))`;
}

function printNot({ not }: JsonObject, place: Place): string[] {
  if (not === undefined) return [];
  const check = branch(not, "Not", withoutSeen(place));
  return when(`${place.module.helper("fits")}(${check}, ${place.value})`, [report(place, "not", {})]);
}

function printBranches(keyword: "anyOf" | "oneOf", schema: JsonObject, place: Place): string[] {
  if (schema[keyword] === undefined) return [];
  const checks = asList(schema[keyword]).map((each, n) => branch(each, `Option${n + 1}`, place));
  return [call(place.module.helper(keyword), place, `[${checks.join(", ")}]`)];
}

function printConditional(schema: JsonObject, place: Place): string[] {
  if (schema.if === undefined) return [];
  const parts = (["if", "then", "else"] as const).flatMap((keyword) => {
    const part = schema[keyword];
    return part === undefined ? [] : [`${keyword}: ${branch(part, place.module.wordOf(keyword), place)}`];
  });
  return [call(place.module.helper("conditional"), place, `{ ${parts.join(", ")} }`)];
}

/** The function of a schema that may not fit without the whole being wrong. */
function branch(schema: Json, part: string, place: Place): string {
  if (place.seen === undefined && isReferenceAlone(schema)) {
    const target = follow(schema.$ref, place);
    return place.module.checkOf(target.workflow, target.schema);
  }
  const { module, home, ownerLength } = place;
  const isTracking = place.seen !== undefined;
  const hint = place.hint + part;
  // What several contracts have in common is named after none of them.
  const common = module.isRepeated(schema) ? hint.slice(ownerLength) : "";
  const named = !/^[A-Z]/.test(common) ? { hint, ownerLength } : { hint: common, ownerLength: 0 };
  return module.checkOfPart(schema, isTracking, () => printCheck(schema, { module, home, ...named, isTracking }));
}

/** Whether a part is checked by a function of its own: a shared schema, and an object that the workflow describes again. */
function isCalled(schema: Json, { module }: Home): boolean {
  return isReferenceAlone(schema) || (isJsonObject(schema) && "properties" in schema && module.isRepeated(schema));
}

/** The same as `printSchema`, for a property or an item. */
function printPart(schema: Json, place: Place): string[] {
  return isCalled(schema, place) ? [call(branch(schema, "", place), place)] : printSchema(schema, place);
}

const comparisons = [
  ["minimum", "<", ">="],
  ["maximum", ">", "<="],
  ["exclusiveMinimum", "<=", ">"],
  ["exclusiveMaximum", ">=", "<"],
] as const;

function printNumber(schema: JsonObject, place: Place): string[] {
  const { value } = place;
  const { multipleOf, format } = schema;
  return [
    ...comparisons.flatMap(([keyword, isWrong, comparison]) => {
      const limit = schema[keyword];
      if (limit === undefined) return [];
      return when(`${value} ${isWrong} ${literalOf(limit)}`, [report(place, keyword, { comparison, limit })]);
    }),
    ...(multipleOf === undefined
      ? []
      : when(`!Number.isInteger(${value} / ${literalOf(multipleOf)})`, [report(place, "multipleOf", { multipleOf })])),
    ...printFormat(format, "number", place),
  ];
}

function printString(schema: JsonObject, place: Place): string[] {
  const { minLength, maxLength, pattern, format } = schema;
  const { value, module } = place;
  const length = () => `${module.helper("codePoints")}(${value})`;
  return [
    ...(typeof minLength !== "number" || minLength === 0
      ? []
      : when(minLength === 1 ? `${value} === ""` : `${length()} < ${minLength}`, [
          report(place, "minLength", { limit: minLength }),
        ])),
    // There are never more code points than there is length, which is cheaper to ask for.
    ...(maxLength === undefined
      ? []
      : when(`${value}.length > ${literalOf(maxLength)} && ${length()} > ${literalOf(maxLength)}`, [
          report(place, "maxLength", { limit: maxLength }),
        ])),
    ...(typeof pattern !== "string"
      ? []
      : when(`!${patternName(pattern, place)}.test(${value})`, [report(place, "pattern", { pattern })])),
    ...printFormat(format, "string", place),
  ];
}

function patternName(pattern: string, { module }: Home): string {
  return module.constant("pattern", String(new RegExp(pattern, "u")));
}

function printFormat(format: Json | undefined, type: "string" | "number", place: Place): string[] {
  if (typeof format !== "string") return [];
  if (typeOfFormat(format) !== type || isUncheckedFormat(format)) return [];
  const { module, value } = place;
  const test = module.constant(`is${module.wordOf(format)}`, `${module.helper("format")}(${JSON.stringify(format)})`);
  return when(`!${test}(${value})`, [report(place, "format", { format })]);
}

function printArray(schema: JsonObject, place: Place): string[] {
  const { minItems, maxItems, uniqueItems, items, contains } = schema;
  const { value, module } = place;
  const prefix = asList(schema.prefixItems);
  const limits = [
    ...(minItems === undefined || minItems === 0
      ? []
      : when(`${value}.length < ${literalOf(minItems)}`, [report(place, "minItems", { limit: minItems })])),
    ...(maxItems === undefined
      ? []
      : when(`${value}.length > ${literalOf(maxItems)}`, [report(place, "maxItems", { limit: maxItems })])),
  ];
  const tuple = prefix.flatMap((item, index) => {
    const [name, inner] = local(place, "item");
    const inside = printPart(item, child({ ...inner, value: name }, `Item${index + 1}`, `/${index}`));
    if (inside.length === 0) return [];
    return when(`${value}.length > ${index}`, [`const ${name} = ${value}[${index}];`, ...inside]);
  });
  const unevaluated = schema.unevaluatedItems === undefined ? undefined : evaluatedItems(schema, place);
  return [
    ...limits,
    ...tuple,
    ...(items === undefined ? [] : printItems(items, "items", prefix.length, place)),
    ...(unevaluated === undefined || unevaluated === "all"
      ? []
      : printItems(schema.unevaluatedItems ?? true, "unevaluatedItems", unevaluated, place)),
    ...(contains === undefined ? [] : printContains(schema, contains, place)),
    ...(uniqueItems === true ? printUnique(place, module) : []),
  ];
}

/** What is said of the items from `from` on. */
function printItems(schema: Json, keyword: string, from: number, place: Place): string[] {
  const { value } = place;
  if (schema === false) return when(`${value}.length > ${from}`, [report(place, keyword, { limit: from })]);
  const [index, withIndex] = local(place, "index");
  const [item, inner] = local(withIndex, "item");
  const inside = printPart(schema, {
    ...child({ ...inner, value: item }, "Item", "/"),
    path: [...join(place.path, quoted("/")), index],
  });
  if (inside.length === 0) return [];
  if (from === 0) return block(`for (const [${index}, ${item}] of ${value}.entries())`, inside);
  const head = `for (let ${index} = ${from}; ${index} < ${value}.length; ${index} += 1)`;
  return block(head, [`const ${item} = ${value}[${index}];`, ...inside]);
}

/** How many of the first items a schema speaks of; a rule has refused what could only be told from the value. */
type Evaluated = number | "all";

/** Those of a schema without its `unevaluatedItems`. `known` are answers: references may lead the same way many times. */
function evaluatedItems(schema: Json, place: Home, known = new Map<Json, Evaluated>()): Evaluated {
  if (!isJsonObject(schema)) return 0;
  if (schema.items !== undefined) return "all";
  const target = typeof schema.$ref === "string" ? follow(schema.$ref, place) : undefined;
  const parts = [
    ...asList(schema.allOf).map((part) => allEvaluatedItems(part, place, known)),
    ...(target === undefined
      ? []
      : [allEvaluatedItems(target.schema.schema.value, { ...place, home: target.workflow }, known)]),
  ];
  if (parts.includes("all")) return "all";
  return Math.max(asList(schema.prefixItems).length, ...parts.filter((part) => part !== "all"));
}

function allEvaluatedItems(schema: Json, place: Home, known: Map<Json, Evaluated>): Evaluated {
  const before = known.get(schema);
  if (before !== undefined) return before;
  const isAll = isJsonObject(schema) && schema.unevaluatedItems !== undefined;
  const found = isAll ? "all" : evaluatedItems(schema, place, known);
  known.set(schema, found);
  return found;
}

function printContains({ minContains, maxContains }: JsonObject, contains: Json, place: Place): string[] {
  const check = branch(contains, "Contained", withoutSeen(place));
  const limits = [minContains ?? 1, ...(maxContains === undefined ? [] : [maxContains])].map(literalOf).join(", ");
  return [call(place.module.helper("contains"), withoutSeen(place), check, limits)];
}

function printUnique(place: Place, module: ValidatorModule): string[] {
  const [same] = declare(place, "same");
  return [
    `const ${same} = ${module.helper("sameItems")}(${place.value});`,
    ...when(`${same} !== undefined`, [reportAs(place, "uniqueItems", same)]),
  ];
}

function printObject(schema: JsonObject, place: Place): string[] {
  const { minProperties, maxProperties } = schema;
  const properties = Object.entries(isJsonObject(schema.properties) ? schema.properties : {});
  const required = asList(schema.required).map(String);
  // There may be tens of thousands of both.
  const isRequired = new Set(required);
  const named = new Set(properties.map(([name]) => name));
  const count = `Object.keys(${place.value}).length`;
  return [
    ...properties.flatMap(([name, property]) => printDefault(name, property, place)),
    ...(minProperties === undefined || minProperties === 0
      ? []
      : when(`${count} < ${literalOf(minProperties)}`, [report(place, "minProperties", { limit: minProperties })])),
    ...(maxProperties === undefined
      ? []
      : when(`${count} > ${literalOf(maxProperties)}`, [report(place, "maxProperties", { limit: maxProperties })])),
    ...required.filter((name) => !named.has(name)).flatMap((name) => printRequired(name, place)),
    ...printPropertyNames(schema, place),
    ...printAdditional(
      schema,
      properties.map(([name]) => name),
      place,
    ),
    ...properties.flatMap(([name, property]) => printProperty(name, property, isRequired.has(name), place)),
    ...printPatternProperties(schema, place),
    ...printDependents(schema, place),
    ...printDiscriminator(schema, place),
    ...printSeen(schema, place),
  ];
}

function printDefault(name: string, property: Json, place: Place): string[] {
  if (!isJsonObject(property) || property.default === undefined) return [];
  const target = isIdentifier(name) ? `${place.value}.${name}` : `${place.value}[${JSON.stringify(name)}]`;
  return when(`${member(place, name)} === undefined`, [`${target} = ${literalOf(property.default)};`]);
}

function printRequired(name: string, place: Place): string[] {
  return when(`${member(place, name)} === undefined`, [tell("missing", place, quoted(name))]);
}

function printProperty(name: string, schema: Json, isRequired: boolean, place: Place): string[] {
  const missing = isRequired ? tell("missing", place, quoted(name)) : "";
  const given = member(place, name);
  const at = { ...withoutSeen(place), value: given };
  const step = `/${name.replaceAll("~", "~0").replaceAll("/", "~1")}`;
  // What is asked once needs no name.
  if (isCalled(schema, place) || !isJsonObject(schema)) {
    const inside = printPart(schema, child(at, place.module.wordOf(name), step));
    return isRequired ? unless(`${given} === undefined`, missing, inside) : when(`${given} !== undefined`, inside);
  }
  const [value, inner] = declare(at, name);
  const inside = printSchema(schema, child({ ...inner, value }, place.module.wordOf(name), step));
  if (inside.length === 0) return isRequired ? when(`${given} === undefined`, [missing]) : [];
  return [
    `const ${value} = ${given};`,
    ...(isRequired ? unless(`${value} === undefined`, missing, inside) : when(`${value} !== undefined`, inside)),
  ];
}

function printPropertyNames({ propertyNames }: JsonObject, place: Place): string[] {
  if (propertyNames === undefined) return [];
  const [name] = local(place, "name");
  const check = branch(propertyNames, "Name", withoutSeen(place));
  const args = [name, pathOf(place), "faults", check].join(", ");
  return [`for (const ${name} in ${place.value}) ${place.module.helper("propertyName")}(${args});`];
}

function printAdditional(schema: JsonObject, known: readonly string[], place: Place): string[] {
  const { additionalProperties, patternProperties } = schema;
  if (additionalProperties === undefined || additionalProperties === true) return [];
  const names =
    known.length === 0
      ? undefined
      : place.module.constant(constantName(place, "Names"), `new Set(${literalOf(known)})`);
  const patterns = Object.keys(isJsonObject(patternProperties) ? patternProperties : {}).map((each) =>
    patternName(each, place),
  );
  const isUnnamed = (name: string) =>
    [
      ...(names === undefined ? [] : [`!${names}.has(${name})`]),
      ...patterns.map((pattern) => `!${pattern}.test(${name})`),
    ].join(" && ");
  return printUnnamed(additionalProperties, "additionalProperties", isUnnamed, place);
}

/** What is said of the properties that no name of theirs tells: they are too much, or have a schema of their own. */
function printUnnamed(schema: Json, keyword: string, isUnnamed: (name: string) => string, place: Place): string[] {
  const { value } = place;
  const [name, withName] = local(place, "name");
  const refusal = () =>
    keyword === "additionalProperties"
      ? tell("unexpected", place, name)
      : reportAs(place, keyword, `{ unevaluatedProperty: ${name} }`);
  const inside = schema === false ? [refusal()] : printMember(schema, name, withoutSeen(withName), "Member");
  if (inside.length === 0) return [];
  const condition = isUnnamed(name);
  return block(`for (const ${name} in ${value})`, condition === "" ? inside : when(condition, inside));
}

/** What is said of the property whose name is in the variable `name`. */
function printMember(schema: Json, name: string, place: Place, part: string): string[] {
  const [value, inner] = local(place, "member");
  const path = [...place.path, `${place.module.helper("pointerStep")}(${name})`];
  const inside = printPart(schema, { ...inner, value, path, hint: place.hint + part });
  return inside.length === 0 ? [] : [`const ${value} = ${place.value}[${name}];`, ...inside];
}

function printPatternProperties({ patternProperties }: JsonObject, place: Place): string[] {
  if (!isJsonObject(patternProperties)) return [];
  return Object.entries(patternProperties).flatMap(([pattern, schema]) => {
    const [name, inner] = local(place, "name");
    const inside = [
      ...printMember(schema, name, withoutSeen(inner), "Matching"),
      ...(place.seen === undefined ? [] : [`${place.seen}.add(${name});`]),
    ];
    if (inside.length === 0) return [];
    return block(`for (const ${name} in ${place.value})`, when(`${patternName(pattern, place)}.test(${name})`, inside));
  });
}

function printDependents({ dependentRequired, dependentSchemas }: JsonObject, place: Place): string[] {
  if (dependentRequired === undefined && dependentSchemas === undefined) return [];
  const lists = Object.entries(isJsonObject(dependentRequired) ? dependentRequired : {});
  const schemas = Object.entries(isJsonObject(dependentSchemas) ? dependentSchemas : {});
  return [
    ...lists.flatMap(([property, names]) => {
      const deps = asList(names).map(String);
      const checks = deps.flatMap((missingProperty) => {
        const params = { property, missingProperty, depsCount: deps.length, deps: deps.join(", ") };
        return when(`${member(place, missingProperty)} === undefined`, [report(place, "dependentRequired", params)]);
      });
      return when(`${member(place, property)} !== undefined`, checks);
    }),
    ...schemas.flatMap(([name, schema]) => {
      const inside = printSchema(schema, { ...place, hint: place.hint + place.module.wordOf(name) });
      return when(`${member(place, name)} !== undefined`, inside);
    }),
  ];
}

/** The branch whose tag the value has is the only one that is asked. */
function printDiscriminator({ discriminator, oneOf }: JsonObject, place: Place): string[] {
  if (!isJsonObject(discriminator)) return [];
  const tag = String(discriminator.propertyName);
  const [value] = declare(place, tag);
  const cases = asList(oneOf).flatMap((option) => {
    const tags = tagsOf(option, tag, place);
    const check = branch(option, place.module.wordOf(tags[0] ?? ""), place);
    return [...tags.map((each) => `case ${JSON.stringify(each)}:`), `  ${call(check, place)}`, "  break;"];
  });
  const params = `{ error: typeof ${value} === "string" ? "mapping" : "tag", tag: ${JSON.stringify(tag)}, tagValue: ${value} }`;
  const otherwise = ["default:", `  ${reportAs(place, "discriminator", params)}`];
  return [`const ${value} = ${member(place, tag)};`, ...block(`switch (${value})`, [...cases, ...otherwise])];
}

/** The values of a tag that a branch of a discriminated union stands for. */
function tagsOf(option: Json, tag: string, place: Home): string[] {
  if (!isJsonObject(option)) return [];
  const schema = isReferenceAlone(option) ? follow(option.$ref, place).schema.schema.value : option;
  const property = isJsonObject(schema) && isJsonObject(schema.properties) ? schema.properties[tag] : undefined;
  if (!isJsonObject(property)) return [];
  return ("const" in property ? [property.const ?? ""] : asList(property.enum)).map(String);
}

/** The properties that the schema names are looked at, whether they are there or not. */
function printSeen({ properties, additionalProperties }: JsonObject, place: Place): string[] {
  if (place.seen === undefined) return [];
  if (additionalProperties !== undefined) return [addNames(place, place.value)];
  const names = Object.keys(isJsonObject(properties) ? properties : {});
  return names.map((name) => `${place.seen}.add(${JSON.stringify(name)});`);
}

function addNames({ seen }: Place, value: string): string {
  return `for (const each in ${value}) ${seen}.add(each);`;
}

function member({ value, module }: Place, name: string): string {
  if (name in Object.prototype) return `${module.helper("own")}(${value}, ${JSON.stringify(name)})`;
  return isIdentifier(name) ? `${value}.${name}` : `${value}[${JSON.stringify(name)}]`;
}

/** The faults that most schemas have a place for, in a word. */
function tell(helper: "missing" | "unexpected" | "wrongType", place: Place, what: string): string {
  return `${place.module.helper(helper)}(faults, ${pathOf(place)}, ${what});`;
}

function report(place: Place, keyword: string, params: JsonObject): string {
  return reportAs(place, keyword, literalOf(params));
}

function reportAs(place: Place, keyword: string, params: string): string {
  return `${place.module.helper("fault")}(faults, ${pathOf(place)}, ${JSON.stringify(keyword)}, ${params});`;
}

function call(check: string, place: Place, ...more: readonly string[]): string {
  const seen = place.seen === undefined ? [] : [place.seen];
  return `${check}(${[place.value, pathOf(place), "faults", ...more, ...seen].join(", ")});`;
}

function pathOf({ path }: Place): string {
  return path.join(" + ");
}

/** Texts that follow each other become one. */
function join(path: readonly string[], step: string): string[] {
  const last = path.at(-1) ?? "";
  if (!last.startsWith('"') || !step.startsWith('"')) return [...path, step];
  return [...path.slice(0, -1), last.slice(0, -1) + step.slice(1)];
}

function quoted(text: string): string {
  return JSON.stringify(text);
}

/** A part of the value. Its own keywords look at properties of its own. */
function child(place: Place, part: string, step: string): Place {
  return { ...withoutSeen(place), path: join(place.path, quoted(step)), hint: place.hint + part };
}

function withoutSeen(place: Place): Place {
  return place.seen === undefined ? place : { ...place, seen: undefined };
}

/** A name for a constant at the beginning of a block, and the place with that name in use. */
function local(place: Place, wanted: string): [name: string, inside: Place] {
  return named(place, wanted, (name) => isAround(name, place));
}

/** The same for a constant that stands among others: no other one in the function has it. */
function declare(place: Place, wanted: string): [name: string, inside: Place] {
  const [name, inside] = named(place, wanted, (name) => isAround(name, place) || place.declared.has(name));
  place.declared.add(name);
  return [name, inside];
}

function isAround(name: string, place: Place): boolean {
  for (let each = place.locals; each !== undefined; each = each.around) if (each.name === name) return true;
  return false;
}

function named(place: Place, wanted: string, isTaken: (name: string) => boolean): [name: string, inside: Place] {
  const word = place.module.wordOf(wanted);
  const hint = /^[A-Z]/.test(word) ? word.slice(0, 1).toLowerCase() + word.slice(1) : "property";
  const name = place.module.localName(hint, isTaken);
  return [name, { ...place, locals: { name, around: place.locals } }];
}

/** The name of a constant at the top of the module: `payInvoicePayloadNames`. */
function constantName({ hint }: Home, part: string): string {
  return hint.slice(0, 1).toLowerCase() + hint.slice(1) + part;
}

function asList(value: Json | undefined): readonly Json[] {
  return Array.isArray(value) ? value : value === undefined ? [] : [value];
}
