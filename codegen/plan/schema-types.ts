import { generate, type JSONSchema } from "@fumari/json-schema-ts";
import type { Catalog, CatalogWorkflow, SharedSchema } from "../catalog.js";
import { isJsonObject, type Json } from "../json.js";
import { renameReferences } from "../references.js";
import { declareRequired } from "./declare-required.js";
import type { CodeSymbol, Declaration } from "./emit-plan.js";
import { importPath, type Layout, modulePath } from "./layout.js";
import { mendTypes } from "./mend-types.js";
import { typeableSchema } from "./typeable-schema.js";

/**
 * The types of a workflow's shared schemas and contracts, in the order of the file.
 *
 * A type that another workflow declares is imported from there, never repeated. Printed by
 * `@fumari/json-schema-ts`, which is given one document with every type of the module as a definition.
 */
export function planSchemaTypes(workflow: CatalogWorkflow, catalog: Catalog, layout: Layout): Declaration[] {
  const types = printTypes(workflow, catalog);
  if (types === undefined) return [];
  return [{ kind: "printed", text: types.text, uses: types.foreign.symbols(layout) }];
}

function printTypes(workflow: CatalogWorkflow, catalog: Catalog) {
  const own = ownTypes(workflow);
  if (own.length === 0) return undefined;
  const foreign = new ForeignTypes(workflow, [
    ...own.map(({ name }) => name),
    // What else the module declares.
    ...workflow.tasks.map(({ names }) => `${names.pascal}Handler`),
    `${workflow.names.pascal}Tasks`,
  ]);
  const definitions = own.map(({ name, schema, doc }): [string, Json] => {
    // Made typeable first: what has no part in a type must not be imported for it.
    const resolved = renameReferences(
      typeableSchema(declareRequired(schema, workflow, catalog)),
      workflow,
      catalog,
      (owner, shared) => {
        const type = owner === workflow ? shared.name.value : foreign.nameOf(owner, shared);
        return `#/$defs/${type}`;
      },
    );
    return [name, isJsonObject(resolved) ? { description: doc, ...resolved } : resolved];
  });
  const printed = print([...definitions, ...foreign.definitions()]);
  return { text: foreign.removeFrom(printed), foreign };
}

function ownTypes(workflow: CatalogWorkflow): { readonly name: string; readonly schema: Json; readonly doc: string }[] {
  return [
    ...workflow.schemas.map(({ name, schema }) => ({
      name: name.value,
      schema: schema.value,
      doc: `\`#/schemas/${name.value}\` of ${workflow.file}.`,
    })),
    ...workflow.tasks.flatMap(({ names, wireName, payload, result }) => [
      ...(payload
        ? [{ name: `${names.pascal}Payload`, schema: payload.value, doc: `Payload of \`${wireName}\`.` }]
        : []),
      ...(result ? [{ name: `${names.pascal}Result`, schema: result.value, doc: `Result of \`${wireName}\`.` }] : []),
    ]),
  ];
}

/** The library always prints the document itself, as a type of this name; it is taken off. */
const rootName = "TaskwrightDocument";

function print(definitions: readonly (readonly [string, Json])[]): string {
  const document = { $defs: Object.fromEntries(definitions) };
  const options = { name: rootName, readOnly: true, writeOnly: true };
  const text = generate(document as JSONSchema, options);
  return mendTypes(text.replace(`export type ${rootName} = unknown;\n`, "").trim());
}

/** The types that a module takes from other workflows, each under a name that is free in it. */
class ForeignTypes {
  readonly #types = new Map<SharedSchema, { readonly owner: CatalogWorkflow; readonly name: string }>();
  readonly #taken: Set<string>;
  readonly #into: CatalogWorkflow;

  constructor(into: CatalogWorkflow, ownNames: readonly string[]) {
    this.#into = into;
    this.#taken = new Set(ownNames);
  }

  nameOf(owner: CatalogWorkflow, shared: SharedSchema): string {
    const known = this.#types.get(shared);
    if (known !== undefined) return known.name;
    let name = shared.name.value;
    while (this.#taken.has(name)) name = owner.names.pascal + name;
    this.#taken.add(name);
    this.#types.set(shared, { owner, name });
    return name;
  }

  /** Placeholders that make the library print the names, as one line each that {@link removeFrom} knows. */
  definitions(): [string, Json][] {
    return [...this.#types.values()].map(({ name }) => [name, { const: placeholder }]);
  }

  removeFrom(text: string): string {
    return [...this.#types.values()]
      .reduce((rest, { name }) => rest.replace(`export type ${name} = "${placeholder}";`, ""), text)
      .trim();
  }

  symbols(layout: Layout): CodeSymbol[] {
    const path = modulePath(layout, this.#into);
    return [...this.#types].map(([shared, { owner, name }]) => ({
      name,
      importedAs: shared.name.value,
      from: importPath(path, modulePath(layout, owner)),
      isType: true,
    }));
  }
}

const placeholder = "taskwright: imported";
