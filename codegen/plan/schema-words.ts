import { choicesInWords } from "../words.js";
import { code, jsonCode, prose } from "./markdown.js";
import { alternativesOf, conditionalsOf, type Form } from "./schema-forms.js";
import {
  dependentNames,
  firstOf,
  itemsOf,
  listOf,
  type Place,
  placeIf,
  placeInside,
  propertiesOf,
  requiredNames,
  says,
  typesOf,
  valuesOf,
  wildcardsOf,
} from "./schema-place.js";

/**
 * What may be at a place, in a few words of Markdown: `integer, at least 1`; `Money: object`; `list of string`.
 *
 * A shared schema that contains the place is only named, and so is one far inside.
 */
export function placeInWords(place: Place, depth = 0): string {
  const name = place.names.join(" and ");
  if (name !== "" && depth > maxDepth) return name;
  const words = [...typeInWords(place, depth), ...limitsInWords(place, depth)];
  if (words.length > 0) return `${name}${name === "" ? "" : ": "}${words.join(", ")}`;
  if (place.isRepeated) return name;
  const bare = typesOf(place)?.join(" or ") ?? "anything";
  return name === "" ? bareType(bare) : `${name}: ${bareType(bare)}`;
}

/** What there is to know of a place besides: its marks, then its author's text. */
export function placeMeaning(place: Place): string {
  if (place.isLeaf && !meaningful.some((keyword) => says(place, keyword))) return "";
  const places = annotated(place);
  const marks = markWords.flatMap(([keyword, words]) =>
    places.some((each) => isMarked(each, keyword)) ? [words] : [],
  );
  const texts = ["title", "description"].flatMap((keyword) => {
    const text = places.map((each) => firstOf(each, keyword)).find((found) => typeof found === "string");
    return typeof text === "string" ? [prose(text)] : [];
  });
  const examples = listOf(firstOf(place, "examples")).map(jsonCode);
  const shown = examples.length === 0 ? [] : [`For example ${choicesInWords(examples, maxExamples)}.`];
  return [...marks, texts.join("<br>"), ...shown].filter((text) => text !== "").join(" ");
}

/** What comes with the property of that name: `With it, city is required.`; empty where nothing does. */
export function dependentsInWords(place: Place, name: string): string {
  const names = dependentNames(place, name).map(code);
  return names.length === 0 ? "" : `With it, ${names.join(" and ")} ${names.length === 1 ? "is" : "are"} required.`;
}

const maxDepth = 2;
const maxChoices = 20;
const maxForms = 12;
const maxExamples = 5;

const markWords = [
  ["deprecated", "**Deprecated.**"],
  ["readOnly", "**Read-only.**"],
  ["writeOnly", "**Write-only.**"],
  ["x-sensitive", "**Sensitive:** masked where jobs are shown."],
] as const;

const meaningful = [...markWords.map(([keyword]) => keyword), "title", "description", "examples"];

function isMarked({ parts }: Place, keyword: string): boolean {
  return parts.some(({ schema }) => schema[keyword] === true);
}

/** The place, and its only alternative to null, which has no line of its own. */
function annotated(place: Place): readonly Place[] {
  if (place.isLeaf) return [place];
  const only = alternativesOf(place).flatMap((forms) => forms.filter(({ label }) => label === undefined));
  return [place, ...only.map((form) => form.place)];
}

/** Nothing where its own schemas say no more than what is around it. */
function typeInWords(place: Place, depth: number): string[] {
  const values = valuesOf(place);
  const types = typesOf(place);
  if (place.isNever || values?.length === 0 || types?.length === 0) return ["nothing"];
  if (values !== undefined) return [choicesInWords(values.map(jsonCode), maxChoices)];
  if (types === undefined) return [];
  const words = types.map((type) => oneTypeInWords(type, place, depth));
  if (words.some((word, index) => word !== bareType(types[index] ?? ""))) return [words.join(" or ")];
  const isOfForms = alternativesOf(place).some((forms) =>
    forms.every(({ place: { parts } }) => parts.some(statesType)),
  );
  return says(place, "type") && !isOfForms ? [words.join(" or ")] : [];
}

function statesType({ schema }: Place["parts"][number]): boolean {
  return ["type", "const", "enum", "$ref", "oneOf", "anyOf"].some((keyword) => schema[keyword] !== undefined);
}

function oneTypeInWords(type: string, place: Place, depth: number): string {
  switch (type) {
    case "string":
      return String(firstOf(place, "format") ?? type);
    case "array":
      return listInWords(place, depth);
    case "object":
      return objectInWords(place, depth);
    default:
      return type;
  }
}

function bareType(type: string): string {
  return type.replace("array", "list");
}

function listInWords(place: Place, depth: number): string {
  const { places, rest } = itemsOf(place);
  if (places.length > 0) return tupleInWords(place, places.length, rest);
  if (rest === undefined) return "list";
  return rest.isNever ? "empty list" : `list of ${insideInWords(rest, depth)}`;
}

function tupleInWords(place: Place, count: number, rest: Place | undefined): string {
  const { min, isClosed } = tupleBounds(place, count, rest);
  if (!isClosed) return `tuple of ${count} items, then others`;
  return `tuple of ${min < count ? `${min} to ` : ""}${count} ${count === 1 ? "item" : "items"}`;
}

/** How many of a tuple's items must be there, and whether no more may follow. */
export function tupleBounds(place: Place, count: number, rest: Place | undefined): { min: number; isClosed: boolean } {
  const [min = 0, max = Number.POSITIVE_INFINITY] = ["minItems", "maxItems"].map((keyword) => {
    const bound = firstOf(place, keyword);
    return typeof bound === "number" ? bound : undefined;
  });
  return { min, isClosed: rest?.isNever === true || max <= count };
}

function objectInWords(place: Place, depth: number): string {
  if (propertiesOf(place).size > 0) return "object";
  const [only, ...others] = wildcardsOf(place);
  if (only === undefined) return firstOf(place, "additionalProperties") === false ? "object without fields" : "object";
  if (others.length > 0) return "object";
  const names = firstOf(place, "propertyNames");
  const keys = [
    ...(only.pattern === undefined ? [] : [`like ${code(only.pattern)}`]),
    ...(names === undefined ? [] : [namesInWords(place, depth)]),
  ];
  return `map of ${keys.length === 0 ? "" : `names ${keys.join(", ")} to `}${insideInWords(only.place, depth)}`;
}

/** By the words of a string's limits. */
function namesInWords(place: Place, depth: number): string {
  const schemas = place.parts.flatMap(({ schema: { propertyNames }, workflow }) =>
    propertyNames === undefined ? [] : [{ schema: propertyNames, workflow }],
  );
  return placeInWords(placeInside(place, schemas), depth + 1).replace(/^string, /, "");
}

/** What is inside a list or a map, which ends somewhere though its schema may not. */
function insideInWords(place: Place, depth: number): string {
  if (depth >= maxDepth && place.names.length === 0) return bareType(typesOf(place)?.join(" or ") ?? "anything");
  return enclosed(placeInWords(place, depth + 1), /, | or /);
}

/** In brackets where it would run into what stands after it. */
function enclosed(words: string, separator: RegExp): string {
  return separator.test(words) ? `(${words})` : words;
}

const limitWords: readonly (readonly [keyword: string, words: (limit: string) => string])[] = [
  ["minimum", (limit) => `at least ${limit}`],
  ["exclusiveMinimum", (limit) => `above ${limit}`],
  ["maximum", (limit) => `at most ${limit}`],
  ["exclusiveMaximum", (limit) => `below ${limit}`],
  ["multipleOf", (limit) => `a multiple of ${limit}`],
  ["minLength", (limit) => `length from ${limit}`],
  ["maxLength", (limit) => `length up to ${limit}`],
  ["minItems", (limit) => `${counted(limit, "item")} or more`],
  ["maxItems", (limit) => `${counted(limit, "item")} or fewer`],
  ["minProperties", (limit) => `${counted(limit, "field")} or more`],
  ["maxProperties", (limit) => `${counted(limit, "field")} or fewer`],
  ["pattern", (limit) => `like ${code(limit)}`],
  ["contentEncoding", (limit) => `in ${code(limit)}`],
  ["contentMediaType", (limit) => `holding ${code(limit)}`],
];

function counted(count: string, noun: string): string {
  return `${count} ${noun}${count === "1" ? "" : "s"}`;
}

function limitsInWords(place: Place, depth: number): string[] {
  const isUnique = says(place, "uniqueItems") && place.parts.some(({ schema }) => schema.uniqueItems === true);
  const preset = firstOf(place, "default");
  return [
    ...boundsInWords(place),
    ...(isUnique ? ["no two alike"] : []),
    ...(place.isLeaf ? [] : partsInWords(place, depth)),
    ...(preset === undefined ? [] : [`default ${jsonCode(preset)}`]),
  ];
}

function boundsInWords(place: Place): string[] {
  const stated = limitWords.filter(([keyword]) => says(place, keyword));
  const isTuple = itemsOf(place).places.length > 0;
  return stated.flatMap(([keyword, words]) => {
    const limits = place.parts.flatMap(({ schema: { [keyword]: limit } }) =>
      limit === undefined ? [] : [String(limit)],
    );
    return isTuple && keyword.endsWith("Items") ? [] : [...new Set(limits)].map(words);
  });
}

function partsInWords(place: Place, depth: number): string[] {
  return [
    ...undeclaredInWords(place),
    ...alternativesOf(place).map((forms) => formsInWords(forms, depth)),
    ...containedAndExcluded(place, depth),
    ...(conditionalsOf(place).length > 0 ? ["more by its values"] : []),
  ];
}

/** Required properties that have no line of their own. */
function undeclaredInWords(place: Place): string[] {
  if (!says(place, "required")) return [];
  const forms = alternativesOf(place).flat();
  const declared = new Set(
    [place, ...forms.map((form) => form.place)].flatMap((each) => [...propertiesOf(each).keys()]),
  );
  const names = requiredNames(place).filter((name) => !declared.has(name) && !place.around.required.includes(name));
  return names.length === 0 ? [] : [`with ${names.map(code).join(" and ")}`];
}

function formsInWords(forms: readonly Form[], depth: number): string {
  if (depth > maxDepth) return `one of ${forms.length} forms`;
  const words = forms.map(({ place, label }) => {
    const isSaid = label === undefined || label === place.names.join(" and ") || !hasFields(place);
    return `${enclosed(placeInWords(place, depth + 1), /, /)}${isSaid ? "" : ` (${label})`}`;
  });
  return choicesInWords(words, maxForms);
}

/** Whether the place has lines to which its label belongs. */
function hasFields(place: Place, depth = 0): boolean {
  if (propertiesOf(place).size > 0 || itemsOf(place).places.length > 0) return true;
  const { rest } = itemsOf(place);
  const inside = [
    ...wildcardsOf(place).map((wildcard) => wildcard.place),
    ...(rest === undefined ? [] : [rest]),
    ...alternativesOf(place).flatMap((forms) => forms.map((form) => form.place)),
  ];
  return depth < maxDepth && inside.some((each) => hasFields(each, depth + 1));
}

function containedAndExcluded(place: Place, depth: number): string[] {
  if (!says(place, "contains") && !says(place, "not")) return [];
  return place.parts.flatMap(({ schema, workflow }) => [
    ...(schema.contains === undefined
      ? []
      : [
          `${countOfContained(schema)} ${insideInWords(placeInside(place, [{ schema: schema.contains, workflow }]), depth)}`,
        ]),
    ...(schema.not === undefined || depth > maxDepth
      ? []
      : [`but not ${enclosed(placeInWords(placeIf(place, { schema: schema.not, workflow }), depth + 1), /, /)}`]),
  ]);
}

function countOfContained({ minContains = 1, maxContains }: Place["parts"][number]["schema"]): string {
  return `with ${String(minContains)}${maxContains === undefined ? " or more" : ` to ${String(maxContains)}`} of`;
}
