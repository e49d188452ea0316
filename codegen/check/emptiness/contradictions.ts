import { quote } from "../../diagnostic.js";
import { isJsonObject, type Json } from "../../json.js";
import { pointerTo } from "../../parse/json-value.js";
import type { Fault, Limit, Origin, PossibleValues, Range, Site } from "./possible-values.js";
import { isRefusal, showRefusal } from "./refusals.js";
import { arrays, integers, namesOf, numbers, objects, strings, typeOf } from "./type-sets.js";

/**
 * The same values without the types of which there can be none, by their limits and lists. `from` are what they were
 * put together of.
 */
export function settle(values: PossibleValues, from: readonly PossibleValues[] = []): PossibleValues {
  let { types, fault } = values;
  if (types === 0 && fault === undefined) fault = disjointTypes(from);
  const lose = (lost: number, found: Fault | undefined) => {
    if (found === undefined || (types & lost) === 0) return;
    types &= ~lost;
    fault = found;
  };
  lose(numbers, crossed(values.number, "number"));
  if ((types & integers) !== 0) lose(integers, withoutInteger(values.number));
  lose(strings, crossed(values.length, "string"));
  lose(arrays, crossed(values.items, "array"));
  lose(objects, crossed(values.properties, "object") ?? tooManyRequired(values));
  if ((types & objects) !== 0) lose(objects, forbiddenProperty(values, from));
  if (types === 0 || values.listed === undefined) return { ...values, types, ...(fault && { fault }) };
  return settleListed({ ...values, types, ...(fault && { fault }) }, from);
}

const eitherMayBe = "Where either may be, use `anyOf`.";

function disjointTypes(from: readonly PossibleValues[]): Fault | undefined {
  const [a, b] = from;
  if (a?.typesFrom === undefined || b?.typesFrom === undefined) return undefined;
  const names = [a, b].map(({ types }) => namesOf(types).map(quote).join(" or "));
  return {
    origins: [a.typesFrom, b.typesFrom],
    wayOut: eitherMayBe,
    message: (at) =>
      `Nothing is ${names[0]}${ownerOf(a.typesFrom, at)} and also ${names[1]}${ownerOf(b.typesFrom, at)}.`,
  };
}

function crossed(range: Range | undefined, what: string): Fault | undefined {
  if (range?.least === undefined || range.most === undefined) return undefined;
  const { least, most } = range;
  if (least.value < most.value) return undefined;
  if (least.value === most.value && !least.isExclusive && !most.isExclusive) return undefined;
  return ofLimits(what, least, most);
}

function withoutInteger(range: Range | undefined): Fault | undefined {
  if (range?.least === undefined || range.most === undefined) return undefined;
  const { least, most } = range;
  const low = least.isExclusive ? Math.floor(least.value) + 1 : Math.ceil(least.value);
  const high = most.isExclusive ? Math.ceil(most.value) - 1 : Math.floor(most.value);
  return low > high ? ofLimits("whole number", least, most) : undefined;
}

function ofLimits(what: string, least: Limit, most: Limit): Fault {
  return {
    origins: [least.origin, most.origin],
    message: (at) =>
      `No ${what} can have both ${least.text}${ownerOf(least.origin, at)} and ${most.text}${ownerOf(most.origin, at)}.`,
  };
}

function tooManyRequired({ required, properties }: PossibleValues): Fault | undefined {
  const most = properties?.most;
  if (required === undefined || most === undefined || required.size <= most.value) return undefined;
  // Which of them a closed object has no room for is told by name.
  if (most.origin.pointer.endsWith("/additionalProperties")) return undefined;
  const [origin = most.origin] = required.values();
  return {
    origins: [origin, most.origin],
    message: (at) =>
      `No object can have the ${required.size} properties that are required, and ${most.text}${ownerOf(most.origin, at)}.`,
  };
}

/** Of two that are put together, each has been found to agree with itself. */
function forbiddenProperty(values: PossibleValues, [a, b]: readonly PossibleValues[]): Fault | undefined {
  if (a === undefined || b === undefined) return forbiddenBy(values.objects, values.required);
  return forbiddenBy(a.objects, b.required) ?? forbiddenBy(b.objects, a.required);
}

function forbiddenBy(sites: PossibleValues["objects"] = [], required: PossibleValues["required"]): Fault | undefined {
  if (required === undefined) return undefined;
  for (const site of sites) {
    for (const name of namesToAsk(site, required)) {
      const origin = required.get(name);
      const fault = origin && forbids(site, name, origin);
      if (fault !== undefined) return fault;
    }
  }
  return undefined;
}

/** The required names that the schema may say something of: the fewer of them and of its properties. */
export function namesToAsk(site: Site, required: ReadonlyMap<string, Origin>): Iterable<string> {
  const { properties, additionalProperties } = site.schema as Readonly<Record<string, Json>>;
  if (required.size < 20 || (additionalProperties !== undefined && additionalProperties !== true))
    return required.keys();
  const names = isJsonObject(properties) ? Object.keys(properties) : [];
  return names.length < required.size ? names.filter((name) => required.has(name)) : required.keys();
}

function forbids(site: Site, name: string, required: Origin): Fault | undefined {
  const { properties = {}, patternProperties, additionalProperties } = site.schema as Readonly<Record<string, Json>>;
  if (!isJsonObject(properties)) return undefined;
  const own = Object.hasOwn(properties, name) ? properties[name] : undefined;
  if (own !== undefined) {
    if (!isRefusal(own)) return undefined;
    return {
      origins: [{ site, pointer: pointerTo(`${site.pointer}/properties`, name) }, required],
      isOfKey: true,
      message: () => `${quote(name)} is required, and its schema ${showRefusal(own)} refuses every value.`,
    };
  }
  if (!isRefusal(additionalProperties) || mayMatch(patternProperties, name)) return undefined;
  return {
    origins: [{ site, pointer: `${site.pointer}/additionalProperties` }, required],
    message: (at) =>
      `${quote(name)} is required${ownerOf(required, at)}, but ${quote("additionalProperties: false")}${ownerOf({ site, pointer: "" }, at)} lets no such property in.`,
    wayOut: "Add it to the `properties` beside that, or say `unevaluatedProperties: false` of the whole instead.",
    // By the rule for unknown names in `required`.
    isTold: required.site.schema === site.schema && additionalProperties === false && patternProperties === undefined,
  };
}

/** Only patterns of plain letters are tried, since others may take years. */
function mayMatch(patternProperties: Json | undefined, name: string): boolean {
  if (!isJsonObject(patternProperties)) return patternProperties !== undefined;
  return Object.keys(patternProperties).some(
    (pattern) => !/^\^?[\w -]+\$?$/.test(pattern) || new RegExp(pattern, "u").test(name),
  );
}

/** Lists that have no value in common, or whose values the rest refuses one by one. */
function settleListed(values: PossibleValues, from: readonly PossibleValues[]): PossibleValues {
  const { listed } = values;
  if (listed === undefined) return values;
  if (listed.values.length === 0) return { ...values, types: 0, fault: disjointLists(from, listed.origin) };
  // A long list that thousands refer to is left as it is.
  if (from.length > 0 && listed.values.length > maxFiltered) return values;
  const left = listed.values.filter((value) => refusalOf(value, values) === undefined);
  if (left.length === listed.values.length) return values;
  if (left.length > 0) return { ...values, listed: { ...listed, values: left } };
  return { ...values, types: 0, fault: allRefused(values, listed.values, listed.origin) };
}

const maxFiltered = 1000;

function disjointLists(from: readonly PossibleValues[], origin: Origin): Fault {
  const [a, b] = from.map(({ listed }) => listed);
  if (a === undefined || b === undefined) {
    return {
      origins: [origin],
      message: () => `${quote("enum")} lists no value, so that nothing fits.`,
      wayOut: "List one, or leave it out.",
    };
  }
  return {
    origins: [a.origin, b.origin],
    wayOut: eitherMayBe,
    message: (at) =>
      `Nothing is ${showValues(a.values)}${ownerOf(a.origin, at)} and also ${showValues(b.values)}${ownerOf(b.origin, at)}.`,
  };
}

function allRefused(values: PossibleValues, [first = null, ...others]: readonly Json[], origin: Origin): Fault {
  const refusal = refusalOf(first, values);
  const shown = quote(JSON.stringify(first));
  const origins = [origin, ...(refusal?.origin === undefined ? [] : [refusal.origin])];
  return {
    origins,
    message: (at) => {
      const reason = `${refusal?.text ?? quote("type")}${ownerOf(refusal?.origin, at)} refuses ${others.length === 0 ? "it" : shown}`;
      return others.length === 0
        ? `${shown} is the only value listed${ownerOf(origin, at)}, and ${reason}.`
        : `None of the ${others.length + 1} values listed${ownerOf(origin, at)} fits the rest: ${reason}.`;
    },
  };
}

/** What keeps a listed value from being one of these, as it is written. */
function refusalOf(
  value: Json,
  values: PossibleValues,
): { readonly text: string; readonly origin?: Origin | undefined } | undefined {
  if ((typeOf(value) & values.types) === 0) {
    return { text: quote(`type: ${namesOf(values.types).join(" or ")}`), origin: values.typesFrom };
  }
  if (typeof value === "number") return outside(value, values.number);
  if (typeof value === "string") return values.length && outside([...value].length, values.length);
  if (Array.isArray(value)) return outside(value.length, values.items);
  if (!isJsonObject(value)) return undefined;
  for (const [name, origin] of values.required ?? []) {
    if (!Object.hasOwn(value, name)) return { text: quote(`required: [${name}]`), origin };
  }
  return outside(Object.keys(value).length, values.properties);
}

function outside(size: number, range: Range | undefined): Limit | undefined {
  if (range === undefined) return undefined;
  const { least, most } = range;
  if (least !== undefined && (least.isExclusive ? size <= least.value : size < least.value)) return least;
  if (most !== undefined && (most.isExclusive ? size >= most.value : size > most.value)) return most;
  return undefined;
}

function showValues(values: readonly Json[]): string {
  const shown = values.slice(0, 3).map((value) => quote(JSON.stringify(value)));
  return `${shown.join(" or ")}${values.length > shown.length ? ` or one of ${values.length - shown.length} more` : ""}`;
}

/** Whose a keyword is, where it is another schema's than the one that is spoken of. */
function ownerOf(origin: Origin | undefined, at: Site): string {
  if (origin === undefined || origin.site.node === at.node) return "";
  const { workflow, node } = origin.site;
  const owner = workflow.schemas.find(({ schema }) => schema === node);
  return owner === undefined ? "" : ` (of ${quote(owner.name.value)})`;
}
