import { type JsonSchema, type Manifest, resolveReference } from "../../runtime/operate/manifest.js";

/** One member of a payload as a field of a form. */
export interface PayloadField {
  readonly name: string;
  readonly isRequired: boolean;
  readonly description: string | undefined;
  /** `json`: whatever has no field of its own, as text. */
  readonly kind: "text" | "number" | "boolean" | "choice" | "json";
  /** Of a choice: JSON texts. */
  readonly choices: readonly string[];
  /** What fits, in a few words: `uuid`, `whole number from 1`. */
  readonly rule: string;
}

/** A form's answer as a payload, or the fields whose text is no JSON. */
export interface ReadPayload {
  readonly payload: Readonly<Record<string, unknown>>;
  readonly unreadable: readonly string[];
}

type Keywords = Readonly<Record<string, unknown>>;

/**
 * The fields of a form for payloads that fit `schema`; undefined when it is not simply an object of named members, so
 * that only a text with the JSON of it all will do.
 */
export function planFields(schema: JsonSchema, manifest: Manifest): readonly PayloadField[] | undefined {
  const { type, properties, required, $ref: _, ...rest } = resolve(schema, manifest);
  const isComposed = ["allOf", "anyOf", "oneOf", "if", "patternProperties", "not"].some((keyword) => keyword in rest);
  if (type !== "object" || isComposed || rest.additionalProperties !== false) return undefined;
  if (typeof properties !== "object" || properties === null) return undefined;
  const names = Array.isArray(required) ? required : [];
  return Object.entries(properties as Readonly<Record<string, JsonSchema>>).map(([name, member]) => {
    const resolved = resolve(member, manifest);
    const kind = kindOf(resolved);
    return {
      name,
      isRequired: names.includes(name),
      description: typeof resolved.description === "string" ? resolved.description : undefined,
      kind,
      choices: kind === "choice" ? (resolved.enum as unknown[]).map((choice) => JSON.stringify(choice)) : [],
      rule: ruleOf(resolved, kind),
    };
  });
}

/** The payload that a form's texts stand for. An empty field is a member that is left out. */
export function readFields(fields: readonly PayloadField[], textOf: (name: string) => string): ReadPayload {
  const members: [string, unknown][] = [];
  const unreadable: string[] = [];
  for (const { name, kind } of fields) {
    const text = textOf(name);
    if (text === "") continue;
    if (kind === "text") members.push([name, text]);
    // What is no number stays a text, for the contract to say so.
    else if (kind === "number") members.push([name, Number.isNaN(Number(text)) ? text : Number(text)]);
    else {
      try {
        members.push([name, JSON.parse(text)]);
      } catch {
        unreadable.push(name);
      }
    }
  }
  return { payload: Object.fromEntries(members), unreadable };
}

/** The texts of a form that stand for `payload`. */
export function writeFields(fields: readonly PayloadField[], payload: unknown): ReadonlyMap<string, string> {
  const members = (typeof payload === "object" && payload !== null ? payload : {}) as Keywords;
  return new Map(
    fields.flatMap(({ name, kind }) => {
      const value = members[name];
      if (value === undefined) return [];
      const isPlain = kind === "text" || kind === "number";
      return [[name, isPlain && typeof value !== "object" ? String(value) : JSON.stringify(value)] as const];
    }),
  );
}

/** A schema with what its `$ref` refers to; its own keywords come before those. */
function resolve(schema: JsonSchema | undefined, manifest: Manifest, depth = 0): Keywords {
  if (typeof schema !== "object") return {};
  const target = depth > 20 ? undefined : resolveReference(manifest, schema.$ref);
  return target === undefined ? schema : { ...resolve(target, manifest, depth + 1), ...schema };
}

function kindOf(schema: Keywords): PayloadField["kind"] {
  if (Array.isArray(schema.enum) && schema.enum.length <= 100) return "choice";
  if (schema.type === "string") return "text";
  if (schema.type === "integer" || schema.type === "number") return "number";
  return schema.type === "boolean" ? "boolean" : "json";
}

function ruleOf(schema: Keywords, kind: PayloadField["kind"]): string {
  const { format, pattern, minimum, maximum, minLength, maxLength } = schema;
  if (kind === "json") return `${typeof schema.type === "string" ? schema.type : "any value"}, as JSON`;
  if (kind === "text") {
    const length = [
      typeof minLength === "number" && minLength > 1 && `at least ${minLength} characters`,
      typeof maxLength === "number" && `at most ${maxLength} characters`,
    ].filter(Boolean);
    return [format, pattern !== undefined && `like ${String(pattern)}`, ...length].filter(Boolean).join(", ");
  }
  if (kind !== "number") return "";
  const bounds = [
    typeof minimum === "number" && `from ${minimum}`,
    typeof maximum === "number" && maximum < Number.MAX_SAFE_INTEGER && `to ${maximum}`,
  ].filter(Boolean);
  return [schema.type === "integer" ? "whole number" : "number", ...bounds].join(" ");
}
