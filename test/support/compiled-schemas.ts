import { createRequire } from "node:module";
import { ts } from "ts-morph";
import { compile, type Diagnostic } from "../../codegen/index.js";
import type { Json, JsonObject } from "../../codegen/json.js";
import { mapSubschemas } from "../../codegen/json-schema.js";
import { defineTask, type TaskDefinition } from "../../runtime/task.js";
import { validatorRuntime } from "../../runtime/validator-runtime.js";

/** A payload schema, and what stands under `schemas:` of its workflow file. */
export interface SchemaSource {
  readonly payload: Json;
  readonly schemas?: JsonObject;
  /** Those of the schemas that stand in another workflow file; each file refers to what is in the other. */
  readonly lent?: readonly string[];
  /** Whether another task has the same payload. */
  readonly isRepeated?: boolean;
}

/** What the compiler makes of one payload schema: the module of its types and a validator that runs, or its refusal. */
export type CompiledSchema =
  | {
      readonly kind: "compiled";
      readonly types: string;
      /** The module of the lent schemas, by the name by which `types` imports it. */
      readonly lent: ReadonlyMap<string, string>;
      readonly accepts: (value: unknown) => boolean;
    }
  | { readonly kind: "refused"; readonly diagnostics: readonly Diagnostic[] };

/** The type of the payload in {@link CompiledSchema.types}. */
export const payloadType = "CheckPayload";

/**
 * Compiles each schema as the payload of a task in a workflow file of its own, in the order given.
 *
 * All go through the compiler together, and again without those that it refuses: hundreds of projects would spend
 * their time on starting.
 */
export function compileSchemas(sources: readonly SchemaSource[]): CompiledSchema[] {
  const refused = new Map<number, Diagnostic[]>();
  for (;;) {
    const files = sources.flatMap((source, index) => (refused.has(index) ? [] : workflowFiles(source, index)));
    const { diagnostics, files: output } = compile(files, { workflows: "workflows", generated: "generated" });
    for (const found of diagnostics.filter(({ severity }) => severity === "error")) {
      const index = Number(/\d+/.exec(found.span.file)?.[0]);
      refused.set(index, [...(refused.get(index) ?? []), found]);
    }
    if (output === undefined) continue;
    const texts = new Map(output.generated.map((file) => [file.path, file.text]));
    return sources.map((_source, index) => {
      const diagnostics = refused.get(index);
      if (diagnostics !== undefined) return { kind: "refused", diagnostics };
      const types = texts.get(`generated/w${index}.ts`) ?? "";
      const lent = texts.get(`generated/w${index}-lent.ts`);
      const definitions = (name: string) => texts.get(`generated/${name}.ts`) ?? "";
      return {
        kind: "compiled",
        types,
        lent: new Map(lent === undefined ? [] : [[`w${index}-lent`, lent]]),
        accepts: validatorIn(loadDefinitions(`w${index}.definitions`, definitions)),
      };
    });
  }
}

/** JSON is YAML too. */
function workflowFiles({ payload, schemas = {}, lent = [], isRepeated = false }: SchemaSource, index: number) {
  const fileOf = (name: string) => (lent.includes(name) ? `w${index}-lent.yaml` : `w${index}.yaml`);
  const standing = (schema: Json, file: string) =>
    mapSubschemas(schema, (inner) => {
      const name = typeof inner.$ref === "string" ? inner.$ref.replace("#/schemas/", "") : "";
      return Object.hasOwn(schemas, name) && fileOf(name) !== file
        ? { ...inner, $ref: `${fileOf(name)}#/schemas/${name}` }
        : inner;
    });
  const schemasOf = (file: string) =>
    Object.fromEntries(
      Object.entries(schemas).flatMap(([name, schema]) =>
        fileOf(name) === file ? [[name, standing(schema, file)]] : [],
      ),
    );
  const [home, other] = [`w${index}.yaml`, `w${index}-lent.yaml`];
  const task = { payload: standing(payload, home) };
  const tasks = { ...(isRepeated && { before: task }), check: task };
  return [
    { path: `workflows/${home}`, text: JSON.stringify({ schemas: schemasOf(home), tasks }) },
    ...(lent.length === 0 ? [] : [{ path: `workflows/${other}`, text: JSON.stringify({ schemas: schemasOf(other) }) }]),
  ];
}

/**
 * The tasks of a generated module of definitions, run as a user's build would, but in this process and from memory.
 * `textOf` has its text, and those of the modules that it imports.
 */
export function loadDefinitions(
  name: string,
  textOf: (name: string) => string,
): Readonly<Record<string, TaskDefinition>> {
  const loaded = new Map<string, Definitions>();
  return load(name).tasks ?? {};

  function load(module: string): Definitions {
    const known = loaded.get(module);
    if (known !== undefined) return known;
    const exports: Definitions = {};
    loaded.set(module, exports);
    const { outputText } = ts.transpileModule(textOf(module), {
      compilerOptions: { module: ts.ModuleKind.CommonJS, target: ts.ScriptTarget.ES2022, removeComments: false },
    });
    const require = (path: string) => {
      if (path === "taskwright") return { defineTask, validatorRuntime };
      const [, sibling] = /^\.\/(.+)\.js$/.exec(path) ?? [];
      return sibling === undefined ? createRequire(import.meta.url)(path) : load(sibling);
    };
    new Function("exports", "require", outputText)(exports, require);
    return exports;
  }
}

interface Definitions {
  readonly tasks?: Readonly<Record<string, TaskDefinition>>;
}

function validatorIn(tasks: Readonly<Record<string, TaskDefinition>>): (value: unknown) => boolean {
  const validate = tasks.check?.payload;
  if (validate === undefined) throw new Error("The module defines no task with a payload.");
  // A copy: validators fill in defaults.
  return (value) => validate(structuredClone(value));
}
