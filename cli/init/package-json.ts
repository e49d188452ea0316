/** What a project's package.json has to have. */
export interface WantedMembers {
  readonly scripts: Readonly<Record<string, string>>;
  readonly dependencies: Readonly<Record<string, string>>;
  readonly devDependencies: Readonly<Record<string, string>>;
}

/** A package.json as it is to be. */
export interface CompletedPackageJson {
  readonly text: string;
  /** Whether the project's own code is ES modules. */
  readonly isModule: boolean;
}

/** The package.json of a new project, which is of ES modules. */
export function newPackageJson(name: string, wanted: WantedMembers): CompletedPackageJson {
  const text = `${JSON.stringify({ name, private: true, type: "module", ...wanted }, null, 2)}\n`;
  return { text, isModule: true };
}

/**
 * The same package.json with those of the `wanted` members that it lacks, after its own.
 *
 * What is there keeps its order and its indentation, and the file its line ends, its last one and a byte order mark. Throws one
 * sentence when it is not JSON.
 */
export function completePackageJson(text: string, wanted: WantedMembers): CompletedPackageJson {
  const before = parse(text);
  const packages = { ...before.dependencies, ...before.devDependencies };
  const missing: WantedMembers = {
    scripts: without(wanted.scripts, before.scripts ?? {}),
    dependencies: without(wanted.dependencies, packages),
    devDependencies: without(wanted.devDependencies, packages),
  };
  const added = (["scripts", "dependencies", "devDependencies"] as const)
    .filter((member) => Object.keys(missing[member]).length > 0)
    .map((member) => [member, { ...before[member], ...missing[member] }]);
  const isModule = before.type === "module";
  if (added.length === 0) return { text, isModule };
  return { text: printLike(text, { ...before, ...Object.fromEntries(added) }), isModule };
}

interface PackageJson extends Partial<WantedMembers> {
  readonly type?: string;
}

function parse(text: string): PackageJson {
  let value: unknown;
  try {
    value = JSON.parse(text.replace(/^\uFEFF/, ""));
  } catch (cause) {
    throw new Error(`package.json is not valid JSON: ${(cause as Error).message}. Mend it first.`, { cause });
  }
  if (typeof value === "object" && value !== null && !Array.isArray(value)) return value;
  throw new Error("package.json holds something else than an object. Mend it first.");
}

function without(wanted: Readonly<Record<string, string>>, known: object): Record<string, string> {
  return Object.fromEntries(Object.entries(wanted).filter(([name]) => !Object.hasOwn(known, name)));
}

function printLike(text: string, value: object): string {
  const indent = /^[ \t]+(?=")/m.exec(text)?.[0] ?? "  ";
  const lineEnd = text.includes("\r\n") ? "\r\n" : "\n";
  const [start = ""] = /^\uFEFF?/.exec(text) ?? [];
  const [end = ""] = /\s*$/.exec(text) ?? [];
  return `${start}${JSON.stringify(value, null, indent).replaceAll("\n", lineEnd)}${end}`;
}
