import { isJsonObject, type Json } from "../json.js";
import { memoize } from "../memoize.js";
import { choicesInWords } from "../words.js";
import { code, jsonCode } from "./markdown.js";
import { listOf, type Part, type Place, placeIf, propertiesOf, says, valuesOf } from "./schema-place.js";

/** What holds for some of a place's values: one of several alternatives, or what a condition adds. */
export interface Form {
  readonly place: Place;
  /** As Markdown. Absent where there is but one alternative to null, so that nothing needs telling apart. */
  readonly label?: string;
}

/** The alternatives of each `oneOf` and `anyOf`. */
export function alternativesOf(place: Place): readonly (readonly Form[])[] {
  return says(place, "oneOf") || says(place, "anyOf") ? readAlternatives(place) : [];
}

const readAlternatives = memoize((place: Place): readonly (readonly Form[])[] => {
  const lists = place.parts.flatMap((part) =>
    [part.schema.oneOf, part.schema.anyOf].map((list) => labelled(listOf(list), part, place)),
  );
  return lists.filter((forms) => forms.length > 0);
});

/** What `if` and `dependentSchemas` add to some values. */
export function conditionalsOf(place: Place): readonly Form[] {
  if (!says(place, "if") && !says(place, "dependentSchemas")) return [];
  return place.parts.flatMap(({ schema, workflow }) => {
    const ends = schema.if === undefined ? [] : (["then", "else"] as const);
    const dependent = isJsonObject(schema.dependentSchemas) ? Object.entries(schema.dependentSchemas) : [];
    return [
      ...ends.map((end) => [`\`${end}\``, schema[end]] as const),
      ...dependent.map(([name, added]) => [`with ${code(name)}`, added] as const),
    ].flatMap(([label, added]) =>
      added === undefined ? [] : [{ label, place: placeIf(place, { schema: added, workflow }) }],
    );
  });
}

/** By the value that tells an alternative apart, else by the shared schema that it is, else by its number. */
function labelled(alternatives: readonly Json[], { schema, workflow }: Part, place: Place): Form[] {
  const places = alternatives.map((alternative) => placeIf(place, { schema: alternative, workflow }));
  if (places.filter((alternative) => !isNull(alternative)).length < 2) return places.map((only) => ({ place: only }));
  const { discriminator } = schema;
  const declared = isJsonObject(discriminator) ? discriminator.propertyName : undefined;
  const tags = tagsOf(places, typeof declared === "string" ? declared : commonTag(places));
  return places.map((alternative, index) => {
    const name = alternative.names.join(" and ");
    return { place: alternative, label: tags[index] ?? (name === "" ? `form ${index + 1}` : name) };
  });
}

function isNull({ parts }: Place): boolean {
  return parts.length === 1 && parts.every(({ schema }) => schema.type === "null" || schema.const === null);
}

/** The first property that has values of its own in each alternative that has properties. */
function commonTag(places: readonly Place[]): string | undefined {
  const objects = places.map(propertiesOf).filter((properties) => properties.size > 0);
  if (objects.length < 2) return undefined;
  return [...(objects[0]?.keys() ?? [])].find((name) => {
    const values = objects.map((properties) => {
      const property = properties.get(name);
      return (property && valuesOf(property))?.map((value) => JSON.stringify(value)) ?? [];
    });
    return values.every((own) => own.length > 0) && new Set(values.flat()).size === values.flat().length;
  });
}

function tagsOf(places: readonly Place[], tag: string | undefined): (string | undefined)[] {
  return places.map((place) => {
    const property = tag === undefined ? undefined : propertiesOf(place).get(tag);
    const values = property && valuesOf(property);
    return values?.length ? choicesInWords(values.map(jsonCode), 3) : undefined;
  });
}
