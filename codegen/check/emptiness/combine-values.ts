import type { Json } from "../../json.js";
import { settle } from "./contradictions.js";
import {
  anything,
  type Limit,
  type Listed,
  nothing,
  type Origin,
  type PossibleValues,
  type Range,
  type Site,
} from "./possible-values.js";
import { allTypes, arrays, numbers, objects, strings } from "./type-sets.js";

/** What two schemas leave together. */
export function meet(a: PossibleValues, b: PossibleValues): PossibleValues {
  if (a === anything || b.types === 0) return b;
  if (b === anything || a.types === 0) return a;
  return settle(
    {
      types: a.types & b.types,
      ...narrower(a, b),
      ...ranges((name) => meetRanges(a[name], b[name])),
      ...meetListed(a, b),
      ...((a.isOpen || b.isOpen) && { isOpen: true }),
      ...meetRequired(a.required, b.required),
      ...((a.objects ?? b.objects) && { objects: both(a.objects, b.objects) }),
      ...((a.arrays ?? b.arrays) && { arrays: both(a.arrays, b.arrays) }),
      ...((a.fault ?? b.fault) && { fault: a.fault ?? b.fault }),
    },
    [a, b],
  );
}

/** What is left where one of several must hold. */
export function join(all: readonly PossibleValues[]): PossibleValues {
  const [first = nothing, ...others] = all.filter(({ types }) => types !== 0);
  return others.reduce(joinTwo, first);
}

function joinTwo(a: PossibleValues, b: PossibleValues): PossibleValues {
  const types = a.types | b.types;
  const origin = a.typesFrom ?? b.typesFrom;
  return {
    types,
    ...(origin !== undefined && types !== allTypes && { typesFrom: origin }),
    ...ranges((name) => joinRanges(a, b, name)),
    ...joinListed(a, b),
    ...((a.isOpen || b.isOpen) && { isOpen: true }),
    ...joinRequired(a.required, b.required),
  };
}

const rangeNames = ["number", "length", "items", "properties"] as const;
type RangeName = (typeof rangeNames)[number];
const typeOfRange = { number: numbers, length: strings, items: arrays, properties: objects } as const;

function ranges(make: (name: RangeName) => Range | undefined) {
  const made: { -readonly [Name in RangeName]?: Range } = {};
  for (const name of rangeNames) {
    const range = make(name);
    if (range !== undefined) made[name] = range;
  }
  return made;
}

function narrower(a: PossibleValues, b: PossibleValues): { readonly typesFrom?: Origin } {
  const origin = (a.types & b.types) === a.types ? (a.typesFrom ?? b.typesFrom) : (b.typesFrom ?? a.typesFrom);
  return origin === undefined ? {} : { typesFrom: origin };
}

/** The narrower of each limit; of two alike the one that is written first. */
function meetRanges(a: Range | undefined, b: Range | undefined): Range | undefined {
  if (a === undefined || b === undefined) return a ?? b;
  return { least: tighter(a.least, b.least, 1), most: tighter(a.most, b.most, -1) };
}

function tighter(a: Limit | undefined, b: Limit | undefined, sign: 1 | -1): Limit | undefined {
  if (a === undefined || b === undefined) return a ?? b;
  if (a.value === b.value) return b.isExclusive && !a.isExclusive ? b : a;
  return a.value * sign > b.value * sign ? a : b;
}

/** A limit holds for either of two if it holds for both, or the other has no such value. */
function joinRanges(a: PossibleValues, b: PossibleValues, name: RangeName): Range | undefined {
  if ((a.types & typeOfRange[name]) === 0) return b[name];
  if ((b.types & typeOfRange[name]) === 0) return a[name];
  const [one, other] = [a[name], b[name]];
  if (one === undefined || other === undefined) return undefined;
  return { least: looser(one.least, other.least, 1), most: looser(one.most, other.most, -1) };
}

function looser(a: Limit | undefined, b: Limit | undefined, sign: 1 | -1): Limit | undefined {
  if (a === undefined || b === undefined) return undefined;
  return tighter(a, b, sign) === a ? b : a;
}

function meetListed(a: PossibleValues, b: PossibleValues): { readonly listed?: Listed } {
  if (a.listed === undefined || b.listed === undefined) {
    const listed = a.listed ?? b.listed;
    return listed === undefined ? {} : { listed };
  }
  const others = new Set(b.listed.values.map(textOf));
  const values = a.listed.values.filter((value) => others.has(textOf(value)));
  return { listed: { values, origin: b.listed.origin } };
}

function joinListed(a: PossibleValues, b: PossibleValues) {
  if (a.listed === undefined || b.listed === undefined) return {};
  const byText = new Map([...a.listed.values, ...b.listed.values].map((value) => [textOf(value), value]));
  if (byText.size > maxListed) return {};
  return { listed: { values: [...byText.values()], origin: a.listed.origin } };
}

/** Equal for equal values, however their properties are ordered. */
export function textOf(value: Json): string {
  return JSON.stringify(value, (_name, inner: Json) =>
    typeof inner === "object" && inner !== null && !Array.isArray(inner)
      ? Object.fromEntries(Object.entries(inner).sort(([a], [b]) => (a < b ? -1 : 1)))
      : inner,
  );
}

function meetRequired(a: PossibleValues["required"], b: PossibleValues["required"]) {
  if (a === undefined || b === undefined) {
    const required = a ?? b;
    return required === undefined ? {} : { required };
  }
  // To forget some only makes for more values.
  if (a.size + b.size > maxRequired) return { required: a.size > b.size ? a : b };
  return { required: new Map([...b, ...a]) };
}

function joinRequired(a: PossibleValues["required"], b: PossibleValues["required"]) {
  if (a === undefined || b === undefined) return {};
  return { required: new Map([...a].filter(([name]) => b.has(name))) };
}

function both(a: readonly Site[] = [], b: readonly Site[] = []): readonly Site[] {
  return [...a, ...b].slice(0, maxSites);
}

/* What is kept of schemas that are joined has bounds, so that thousands that extend each other take no time by the square. */
const maxListed = 1000;
const maxRequired = 200;
const maxSites = 10;
