type Params = Readonly<Record<string, unknown>>;

/** What a finding of a validator says of the value, to stand after its name: `must be string`. */
export function sentenceOf(keyword: string, params: Params): string {
  return sentences[keyword]?.(params) ?? `does not fit \`${keyword}\``;
}

const atMost = (what: string) => (params: Params) => `must NOT have more than ${params.limit} ${what}`;
const atLeast = (what: string) => (params: Params) => `must NOT have fewer than ${params.limit} ${what}`;
const compared = ({ comparison, limit }: Params) => `must be ${comparison} ${limit}`;

/** By keyword, in the words of Ajv, which people know how to search for. */
const sentences: Readonly<Record<string, (params: Params) => string>> = {
  // The property that is too much is added where the finding is told.
  additionalProperties: () => "must NOT have additional properties",
  anyOf: () => "must match a schema in anyOf",
  const: () => "must be equal to constant",
  contains: ({ minContains, maxContains }) =>
    maxContains === undefined
      ? `must contain at least ${minContains} valid item(s)`
      : `must contain at least ${minContains} and no more than ${maxContains} valid item(s)`,
  dependentRequired: ({ depsCount, deps, property }) =>
    `must have ${depsCount === 1 ? "property" : "properties"} ${deps} when property ${property} is present`,
  discriminator: ({ error, tag }) =>
    error === "tag" ? `tag "${tag}" must be string` : `value of tag "${tag}" must be in oneOf`,
  enum: () => "must be equal to one of the allowed values",
  exclusiveMaximum: compared,
  exclusiveMinimum: compared,
  "false schema": () => "boolean schema is false",
  format: ({ format }) => `must match format "${format}"`,
  if: ({ failingKeyword }) => `must match "${failingKeyword}" schema`,
  items: atMost("items"),
  maxItems: atMost("items"),
  maxLength: atMost("characters"),
  maxProperties: atMost("properties"),
  maximum: compared,
  minItems: atLeast("items"),
  minLength: atLeast("characters"),
  minProperties: atLeast("properties"),
  minimum: compared,
  multipleOf: ({ multipleOf }) => `must be multiple of ${multipleOf}`,
  not: () => "must NOT be valid",
  oneOf: () => "must match exactly one schema in oneOf",
  pattern: ({ pattern }) => `must match pattern "${pattern}"`,
  propertyNames: () => "property name must be valid",
  required: ({ missingProperty }) => `must have required property '${missingProperty}'`,
  type: ({ type }) => `must be ${type}`,
  unevaluatedItems: atMost("items"),
  unevaluatedProperties: () => "must NOT have unevaluated properties",
  uniqueItems: ({ i, j }) => `must NOT have duplicate items (items ## ${j} and ${i} are identical)`,
};
