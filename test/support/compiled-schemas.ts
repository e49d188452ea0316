import { createRequire } from "node:module";
import { ts } from "ts-morph";
import { compile, type Diagnostic } from "../../codegen/index.js";
import type { Json, JsonObject } from "../../codegen/json.js";
import { validatorRuntime } from "../../runtime/validator-runtime.js";

/** A payload schema, and what stands under `schemas:` of its workflow file. */
export interface SchemaSource {
  readonly payload: Json;
  readonly schemas?: JsonObject;
}

/** What the compiler makes of one payload schema: the module of its types and a validator that runs, or its refusal. */
export type CompiledSchema =
  | { readonly kind: "compiled"; readonly types: string; readonly accepts: (value: unknown) => boolean }
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
    const files = sources.flatMap((source, index) => (refused.has(index) ? [] : [workflowFile(source, index)]));
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
      return { kind: "compiled", types, accepts: loadValidator(texts.get(`generated/w${index}.validators.ts`) ?? "") };
    });
  }
}

/** JSON is YAML too. */
function workflowFile({ payload, schemas = {} }: SchemaSource, index: number) {
  return { path: `workflows/w${index}.yaml`, text: JSON.stringify({ schemas, tasks: { check: { payload } } }) };
}

/** Runs a generated validators module as a user's build would, but in this process and from memory. */
function loadValidator(text: string): (value: unknown) => boolean {
  const { outputText } = ts.transpileModule(text, {
    compilerOptions: { module: ts.ModuleKind.CommonJS, target: ts.ScriptTarget.ES2022, removeComments: false },
  });
  const module: { checkPayload?: (value: unknown) => boolean } = {};
  const require = (name: string) =>
    name === "taskwright" ? { validatorRuntime } : createRequire(import.meta.url)(name);
  new Function("exports", "require", outputText)(module, require);
  const { checkPayload } = module;
  if (checkPayload === undefined) throw new Error(`The validators module exports no checkPayload:\n${text}`);
  // A copy: validators fill in defaults.
  return (value) => checkPayload(structuredClone(value));
}
