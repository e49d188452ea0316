import { type JsonSchema, type Manifest, resolveReference } from "./manifest.js";

/** What stands in place of a value that is marked `x-sensitive: true`. */
export const masked = "••••";

/** Hides what a project's schemas mark as sensitive. */
export interface Mask {
  /** A copy of a payload of `task` with `••••` in place of what its schema marks. */
  payload(task: string, payload: unknown): unknown;
  /** The same for a result. */
  result(task: string, result: unknown): unknown;
  /** `text` without the values that `payload` and `result` hide: an error's message may quote them. */
  text(task: string, text: string, payload: unknown, result?: unknown): string;
  /** Whether the schema marks the field at `path` (`card.number`), or one that holds it. */
  hides(task: string, path: string): boolean;
  /** Whether anything of this task is ever hidden. */
  hidesAnyOf(task: string): boolean;
}

/**
 * The mask of a project.
 *
 * A value is hidden when any schema that applies to it is marked, also one of a branch that it doesn't fit: what a
 * payload is taken for must not show it. The payload of a task that is declared no longer is hidden whole as soon as the
 * project marks anything, since nothing tells what it holds.
 */
export function createMask(manifest: Manifest): Mask {
  const marksAnything = [
    ...Object.values(manifest.schemas),
    ...manifest.tasks.flatMap(({ payload, result }) => [payload, result]),
  ].some((schema) => JSON.stringify(schema ?? true).includes('"x-sensitive":true'));
  const unknown: JsonSchema = marksAnything ? { "x-sensitive": true } : true;
  const byTask = new Map(manifest.tasks.map((task) => [task.name, task]));
  const schemaOf = (task: string, part: "payload" | "result"): JsonSchema => {
    const declared = byTask.get(task);
    return declared === undefined ? unknown : (declared[part] ?? true);
  };
  const hide = (task: string, part: "payload" | "result", value: unknown) =>
    marksAnything ? maskValue(value, [schemaOf(task, part)], manifest, ignore) : value;

  return {
    payload: (task, payload) => hide(task, "payload", payload),
    result: (task, result) => hide(task, "result", result),
    text(task, text, payload, result) {
      if (!marksAnything) return text;
      const secrets = new Set<string>();
      const note = (value: unknown) => noteSecrets(value, secrets);
      maskValue(payload, [schemaOf(task, "payload")], manifest, note);
      maskValue(result, [schemaOf(task, "result")], manifest, note);
      const longestFirst = [...secrets].sort((a, b) => b.length - a.length);
      return longestFirst.reduce((shown, secret) => shown.replaceAll(secret, masked), text);
    },
    hides(task, path) {
      if (!marksAnything) return false;
      let schemas: readonly JsonSchema[] = applying([schemaOf(task, "payload")], manifest);
      if (schemas.some(isMarked)) return true;
      for (const step of path.split(".")) {
        schemas = applying(
          [...schemas.flatMap((schema) => memberSchemas(schema, step)), ...itemsAt(schemas, step)],
          manifest,
        );
        if (schemas.some(isMarked)) return true;
      }
      return false;
    },
    hidesAnyOf: (task) =>
      marksAnything &&
      (["payload", "result"] as const).some((part) => marksWithin(schemaOf(task, part), manifest, new Set())),
  };
}

function ignore(): void {
  // Only hidden, not noted.
}

/** A copy in which each value that one of its schemas marks is replaced; `note` is told what. */
function maskValue(
  value: unknown,
  schemas: readonly JsonSchema[],
  manifest: Manifest,
  note: (value: unknown) => void,
): unknown {
  if (value === undefined) return undefined;
  const all = applying(schemas, manifest);
  if (all.some(isMarked)) {
    note(value);
    return masked;
  }
  if (all.length === 0 || typeof value !== "object" || value === null) return value;
  if (Array.isArray(value)) {
    return value.map((item: unknown, index) => maskValue(item, itemsAt(all, index), manifest, note));
  }
  return Object.fromEntries(
    Object.entries(value).map(([name, member]) => {
      const inner = all.flatMap((schema) => memberSchemas(schema, name));
      return [name, maskValue(member, inner, manifest, note)];
    }),
  );
}

/** These schemas and all that apply to the same value, each once. */
function applying(schemas: readonly JsonSchema[], manifest: Manifest): readonly JsonSchema[] {
  const found = new Set<JsonSchema>();
  const add = (schema: unknown): void => {
    if (typeof schema !== "object" || schema === null || found.has(schema as JsonSchema)) return;
    found.add(schema as JsonSchema);
    const { $ref, allOf, anyOf, oneOf, if: when, then, else: otherwise, dependentSchemas } = schema as Keywords;
    add(resolveReference(manifest, $ref));
    for (const each of [allOf, anyOf, oneOf].flatMap(listed)) add(each);
    for (const each of [when, then, otherwise, ...named(dependentSchemas)]) add(each);
  };
  for (const schema of schemas) add(schema);
  return [...found];
}

type Keywords = Readonly<Record<string, unknown>>;

function isMarked(schema: JsonSchema): boolean {
  return typeof schema === "object" && schema["x-sensitive"] === true;
}

function memberSchemas(schema: JsonSchema, name: string): JsonSchema[] {
  if (typeof schema !== "object") return [];
  const { properties, patternProperties, additionalProperties, unevaluatedProperties } = schema;
  const own = member(properties, name);
  const byPattern = entries(patternProperties).flatMap(([pattern, inner]) =>
    new RegExp(pattern, "u").test(name) ? [inner] : [],
  );
  const known = [...(own === undefined ? [] : [own]), ...byPattern];
  const others = known.length > 0 ? [] : [additionalProperties, unevaluatedProperties];
  return [...known, ...others].filter(isSchema);
}

function itemsAt(schemas: readonly JsonSchema[], index: number | string): JsonSchema[] {
  const at = Number(index);
  if (!Number.isInteger(at)) return [];
  return schemas.flatMap((schema) => {
    if (typeof schema !== "object") return [];
    const first = listed(schema.prefixItems)[at];
    const rest = first === undefined ? [schema.items] : [first];
    return [...rest, schema.contains, schema.unevaluatedItems].filter(isSchema);
  });
}

function marksWithin(schema: JsonSchema, manifest: Manifest, seen: Set<JsonSchema>): boolean {
  if (typeof schema !== "object" || seen.has(schema)) return false;
  seen.add(schema);
  if (isMarked(schema)) return true;
  const referred = resolveReference(manifest, schema.$ref);
  if (referred !== undefined && marksWithin(referred, manifest, seen)) return true;
  return Object.values(schema).some((value) =>
    [value, ...listed(value), ...named(value)].some((inner) => isSchema(inner) && marksWithin(inner, manifest, seen)),
  );
}

/** Every plain value inside, as text; what is too short would be found in every other word. */
function noteSecrets(value: unknown, secrets: Set<string>): void {
  if (typeof value === "object" && value !== null) {
    for (const inner of Object.values(value)) noteSecrets(inner, secrets);
  } else if ((typeof value === "string" || typeof value === "number") && String(value).length >= 3) {
    secrets.add(String(value));
  }
}

function isSchema(value: unknown): value is Exclude<JsonSchema, boolean> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function listed(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : [];
}

function named(value: unknown): readonly unknown[] {
  return isSchema(value) ? Object.values(value) : [];
}

function entries(value: unknown): readonly [string, unknown][] {
  return isSchema(value) ? Object.entries(value) : [];
}

function member(of: unknown, name: string): unknown {
  return isSchema(of) && Object.hasOwn(of, name) ? (of as Keywords)[name] : undefined;
}
