import type { Catalog, CatalogWorkflow, SharedSchema } from "../catalog.js";
import type { Json } from "../json.js";
import { caseName, reservedWords } from "../names.js";
import { findRepeatedParts } from "./repeated-parts.js";
import { block } from "./statements.js";

/** What the checks of a workflow take from another one's. */
export interface ValidatorImport {
  readonly from: CatalogWorkflow;
  readonly name: string;
  /** The name it has here. */
  readonly as: string;
}

/** The helpers of the runtime that generated checks may call: its `validatorRuntime` has them all. */
export type Helper =
  | "anyOf"
  | "codePoints"
  | "conditional"
  | "contains"
  | "equal"
  | "fault"
  | "fits"
  | "format"
  | "isObject"
  | "missing"
  | "oneOf"
  | "own"
  | "pointerStep"
  | "propertyName"
  | "sameItems"
  | "unexpected"
  | "validator"
  | "wrongType";

/** The checks of a workflow while they are being printed: their names, each once, and what they stand for. */
export class ValidatorModule {
  readonly home: CatalogWorkflow;
  readonly catalog: Catalog;
  readonly helpers = new Set<Helper>();
  readonly imports = new Map<SharedSchema, ValidatorImport>();
  readonly #constants = new Map<string, string>();
  readonly #functions = new Map<string, readonly string[]>();
  readonly #tracking = new Map<SharedSchema, string>();
  readonly #repeated: ReadonlyMap<Json, number>;
  readonly #ofRepeated = new Map<string, string>();
  readonly #taken: Set<string>;
  readonly #locals = new Set<string>();
  readonly #words = new Map<string, string>();

  constructor(home: CatalogWorkflow, catalog: Catalog) {
    this.home = home;
    this.catalog = catalog;
    this.#repeated = findRepeatedParts([
      ...home.tasks.flatMap(({ payload, result }) => [payload, result].flatMap((side) => side?.value ?? [])),
      ...home.schemas.map(({ schema }) => schema.value),
    ]);
    const checks = home.schemas.map(({ name }) => checkName(name.value));
    const parameters = ["value", "at", "faults", "seen", "each"];
    this.#taken = new Set(["defineTask", "validatorRuntime", "tasks", ...parameters, ...helperNames, ...checks]);
  }

  /** A name for a constant inside a function: nothing in the module has it, now or later, and it is not `isTaken`. */
  localName(hint: string, isTaken: (name: string) => boolean): string {
    let name = hint;
    for (let n = 2; isTaken(name) || this.#taken.has(name) || reservedWords.has(name); n += 1) name = `${hint}${n}`;
    this.#locals.add(name);
    return name;
  }

  /** A name that nothing else in the module has. */
  uniqueName(hint: string): string {
    return this.#free(hint);
  }

  /** The helper's name, which the module then takes from the runtime. */
  helper(name: Helper): string {
    this.helpers.add(name);
    return name;
  }

  /** The name of a constant at the top of the module; equal ones are one. */
  constant(hint: string, value: string): string {
    const known = this.#constants.get(value);
    if (known !== undefined) return known;
    const name = this.#free(hint);
    this.#constants.set(value, name);
    return name;
  }

  /** Takes a name for a function that {@link define} gives its body: a body may mention its own function. */
  reserve(hint: string): string {
    return this.#free(checkName(hint));
  }

  /** Every function, exported where other modules may want it. */
  define(name: string, parameters: string, body: readonly string[], isExported = false): void {
    this.#functions.set(name, block(`${isExported ? "export " : ""}function ${name}(${parameters})`, body));
  }

  /** The check of a shared schema, imported where another workflow declares it. */
  checkOf(owner: CatalogWorkflow, shared: SharedSchema): string {
    const name = checkName(shared.name.value);
    if (owner === this.home) return name;
    const known = this.imports.get(shared);
    if (known !== undefined) return known.as;
    const as = this.#free(this.#taken.has(name) ? checkName(owner.names.pascal + shared.name.value) : name);
    this.imports.set(shared, { from: owner, name, as });
    return as;
  }

  /** Whether the workflow says the same as this part of its schemas elsewhere. */
  isRepeated(part: Json): boolean {
    return this.#repeated.has(part);
  }

  /** The check of a part of the workflow's schemas. `print` prints it, but once for all parts that say the same. */
  checkOfPart(part: Json, isTracking: boolean, print: () => string): string {
    const number = this.#repeated.get(part);
    if (number === undefined) return print();
    const known = this.#ofRepeated.get(`${number}${isTracking}`);
    if (known !== undefined) return known;
    const name = print();
    this.#ofRepeated.set(`${number}${isTracking}`, name);
    return name;
  }

  /**
   * The check of a shared schema that also tells which properties it has looked at. It is printed by `print` into each
   * module that needs it, since the module of its schema cannot know who does.
   */
  trackingCheckOf(shared: SharedSchema, print: (name: string) => void): string {
    const known = this.#tracking.get(shared);
    if (known !== undefined) return known;
    const name = this.reserve(`${shared.name.value}Seen`);
    this.#tracking.set(shared, name);
    print(name);
    return name;
  }

  /** The statement that takes the helpers from the runtime; empty where there are none. */
  helperLine(): string {
    const helpers = [...this.helpers].sort();
    return helpers.length === 0 ? "" : `const { ${helpers.join(", ")} } = validatorRuntime;`;
  }

  /** All constants and functions. */
  text(): string {
    const constants = [...this.#constants].map(([value, name]) => `const ${name} = ${value};`);
    const sections = [
      ...(constants.length === 0 ? [] : [constants.join("\n")]),
      ...[...this.#functions.values()].map((lines) => lines.join("\n")),
    ];
    return sections.join("\n\n");
  }

  /**
   * A property's or a tag's name as a word of a name: `due_date` → `DueDate`. What reads like anything else than a name
   * gives none, so that no text of an author becomes code, and is left to its number.
   */
  wordOf(text: string): string {
    const known = this.#words.get(text);
    if (known !== undefined) return known;
    const word = /^[\w$@.:/-]+$/.test(text) ? caseName(text.slice(0, 40)).pascal : "";
    this.#words.set(text, word);
    return word;
  }

  #free(hint: string): string {
    let name = hint;
    for (let n = 2; this.#taken.has(name) || this.#locals.has(name); n += 1) name = `${hint}${n}`;
    this.#taken.add(name);
    return name;
  }
}

const helperNames: readonly Helper[] = [
  ...(["anyOf", "codePoints", "conditional", "contains", "equal", "fault", "fits", "format", "isObject"] as const),
  ...(["missing", "oneOf", "own", "pointerStep", "propertyName", "sameItems", "unexpected"] as const),
  ...(["validator", "wrongType"] as const),
];

function checkName(hint: string): string {
  return `check${hint}`;
}
