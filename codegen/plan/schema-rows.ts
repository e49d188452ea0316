import { code } from "./markdown.js";
import { alternativesOf, conditionalsOf, type Form } from "./schema-forms.js";
import { itemsOf, type Place, propertiesOf, requiredNames, says, wildcardsOf } from "./schema-place.js";
import { dependentsInWords, placeInWords, placeMeaning, tupleBounds } from "./schema-words.js";

/** A line of a payload's table, as Markdown. */
export interface SchemaRow {
  readonly field: string;
  readonly type: string;
  /** Empty where it is no field, but what its fields have in common. */
  readonly required: "yes" | "no" | "";
  readonly meaning: string;
}

/** The lines of a payload's table, and how many lines it would have besides. */
export interface SchemaRows {
  readonly rows: readonly SchemaRow[];
  readonly leftOut: number;
  /** Whether there are no more than that. */
  readonly isCounted: boolean;
}

/** A place, and what it is called. */
interface Step {
  /** Inside the whole; empty for the whole. */
  readonly path: string;
  /** The forms that it belongs to, as Markdown. */
  readonly labels: readonly string[];
  readonly place: Place;
  readonly required: SchemaRow["required"];
  /** Not shown is a place that the line above tells of, such as any item of a list. */
  readonly isShown: boolean;
  /** What the object that it is in says of it. */
  readonly note?: string;
}

interface Tree {
  readonly step: Step;
  readonly inner: Tree[];
}

const maxRows = 100;
const maxLevels = 24;
const maxSteps = 2_000;

/**
 * Level by level, as many whole levels as make up no more than a hundred lines; what is deeper is counted, up to a limit,
 * since a few schemas that refer to each other may stand for millions of fields.
 */
export function schemaRows(whole: Place): SchemaRows {
  const root: Tree = { step: { path: "", labels: [], place: whole, required: "yes", isShown: true }, inner: [] };
  let level: readonly Tree[] = [root];
  let [steps, fields, shown] = [0, 0, 0];
  let isFull = false;
  for (let depth = 0; level.length > 0 && steps < maxSteps; depth += 1) {
    const next: { readonly parent: Tree; readonly tree: Tree }[] = [];
    for (const parent of level) {
      if (steps + next.length >= maxSteps) break;
      for (const step of stepsInside(parent.step)) next.push({ parent, tree: { step, inner: [] } });
    }
    const added = next.filter(({ tree }) => tree.step.isShown);
    isFull ||= depth >= maxLevels || (shown > 0 && shown + added.length > maxRows);
    if (!isFull) {
      const kept = added.length > maxRows ? added.slice(0, maxRows) : next;
      for (const { parent, tree } of kept) parent.inner.push(tree);
      shown += Math.min(added.length, maxRows);
    }
    steps += next.length;
    fields += added.length;
    level = next.map(({ tree }) => tree);
  }
  const [first, ...others] = inOrder(root).map(rowOf);
  const isPlain = first === undefined || (others.length > 0 && first.type === "object" && first.meaning === "");
  return { rows: isPlain ? others : [first, ...others], leftOut: fields - shown, isCounted: level.length === 0 };
}

function inOrder({ step, inner }: Tree): readonly Step[] {
  return [...(step.isShown ? [step] : []), ...inner.flatMap(inOrder)];
}

function rowOf({ path, labels, place, required, note }: Step): SchemaRow {
  const name = path === "" ? "(the whole)" : code(path);
  return {
    field: `${name}${labels.length === 0 ? "" : ` (${labels.join(", ")})`}`,
    type: placeInWords(place),
    required,
    meaning: [placeMeaning(place), note ?? ""].filter((text) => text !== "").join(" "),
  };
}

function stepsInside(step: Step): Step[] {
  const { place } = step;
  if (place.isLeaf) return [];
  return [
    ...propertySteps(step),
    ...wildcardSteps(step),
    ...itemSteps(step),
    ...alternativesOf(place).flatMap((forms) => forms.map((form) => formStep(form, step))),
    ...conditionalsOf(place).map((form) => formStep(form, step)),
  ];
}

function propertySteps({ path, labels, place }: Step): Step[] {
  const names = new Set(requiredNames(place));
  return [...propertiesOf(place)].map(([name, property]) => ({
    path: pathTo(path, name),
    labels,
    place: property,
    // What has a default may be left out.
    required: names.has(name) && !says(property, "default") ? "yes" : "no",
    isShown: true,
    note: dependentsInWords(place, name),
  }));
}

/** `address.city`; a name that would be read as a path is quoted, and a quoted one stands by itself. */
function pathTo(path: string, name: string): string {
  if (/^\s|[.[\]]|\s$|^\*?$/.test(name)) return `${path}[${JSON.stringify(name)}]`;
  return path === "" ? name : `${path}.${name}`;
}

function wildcardSteps({ path, labels, place }: Step): Step[] {
  const wildcards = wildcardsOf(place);
  const isMixed = wildcards.length > 1 || propertiesOf(place).size > 0;
  return wildcards.map(({ pattern, place: inside }) => ({
    path: path === "" ? "*" : `${path}.*`,
    labels: isMixed ? [...labels, pattern === undefined ? "any other" : `like ${code(pattern)}`] : labels,
    place: inside,
    required: "",
    isShown: isMixed || placeMeaning(inside) !== "",
  }));
}

function itemSteps({ path, labels, place }: Step): Step[] {
  const { places, rest } = itemsOf(place);
  const { min, isClosed } = tupleBounds(place, places.length, rest);
  const own = places.map((item, index): Step => {
    return { path: `${path}[${index}]`, labels, place: item, required: index < min ? "yes" : "no", isShown: true };
  });
  if (rest === undefined || rest.isNever || (isClosed && places.length > 0)) return own;
  const isShown = places.length > 0 || placeMeaning(rest) !== "";
  return [
    ...own,
    { path: `${path}[${places.length > 0 ? `${places.length}…` : ""}]`, labels, place: rest, required: "", isShown },
  ];
}

function formStep({ place, label }: Form, { path, labels }: Step): Step {
  const isShown = label !== undefined && placeMeaning(place) !== "";
  return { path, labels: label === undefined ? labels : [...labels, label], place, required: "", isShown };
}
