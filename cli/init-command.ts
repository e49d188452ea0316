import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { basename, dirname, join } from "node:path";
import picocolors from "picocolors";
import { codegen } from "./codegen-command.js";
import { type ExitCode, exitCodes } from "./exit-codes.js";
import { completePackageJson, newPackageJson } from "./init/package-json.js";

/**
 * `taskwright init`: what is missing for a first task to run. Whatever is there already stays as it is; of an existing
 * package.json only members that it lacks are added.
 */
export async function init(root: string, version: string): Promise<ExitCode> {
  const name =
    basename(root)
      .toLowerCase()
      .replaceAll(/[^a-z0-9-]+/g, "-") || "tasks";
  const hasWorkflows = existsSync(join(root, "workflows"));
  const isModule = writePackageJson(root, name, version);
  ignore(root, ["node_modules/", "dist/", ".taskwright/"]);
  create(root, "tsconfig.json", asJson(isModule ? tsconfig : tsconfigOfCommonJs));
  if (hasWorkflows) tell("kept", "workflows/");
  else {
    create(root, "workflows/hello.yaml", helloYaml);
    create(root, "workflows/hello/greet.ts", greetHandler);
  }
  // Generated code and handlers are ES modules; whatever else there is stays what it was.
  if (!isModule) for (const folder of ["generated", "workflows"]) create(root, `${folder}/package.json`, esModule);
  const options = {
    root,
    workflows: "workflows",
    out: "generated",
    format: "text",
    strict: false,
    check: false,
    verbose: false,
  } as const;
  const code = await codegen(options);
  if (code === exitCodes.fine) console.log(hasWorkflows ? nextSteps : `${nextSteps}\n${tryIt}`);
  return code;
}

const scripts = { dev: "taskwright dev", codegen: "taskwright codegen", worker: "taskwright worker" };

/** PGlite runs the jobs of a first try, without a server. */
const devDependencies = { "@electric-sql/pglite": "^0.5.16", "@types/node": "^20.0.0", typescript: "^7.0.2" };

/** Tells whether the project's own code is ES modules. */
function writePackageJson(root: string, name: string, version: string): boolean {
  const path = join(root, "package.json");
  const wanted = { scripts, dependencies: { taskwright: `^${version}` }, devDependencies };
  if (!existsSync(path)) {
    const { text, isModule } = newPackageJson(name, wanted);
    create(root, "package.json", text);
    return isModule;
  }
  const before = readFileSync(path, "utf8");
  const { text, isModule } = completePackageJson(before, wanted);
  if (text === before) tell("kept", "package.json");
  else {
    writeFileSync(path, text);
    tell("completed", "package.json");
  }
  return isModule;
}

function asJson(value: object): string {
  return `${JSON.stringify(value, null, 2)}\n`;
}

/** Adds to .gitignore what it lacks; what is there stays first. */
function ignore(root: string, paths: readonly string[]): void {
  const full = join(root, ".gitignore");
  if (!existsSync(full)) {
    create(root, ".gitignore", `${paths.join("\n")}\n`);
    return;
  }
  const before = readFileSync(full, "utf8");
  const known = before.split(/\r?\n/).map((line) => line.trim().replace(/^\/|\/$/g, ""));
  const missing = paths.filter((path) => !known.includes(path.replace(/\/$/, "")));
  if (missing.length === 0) tell("kept", ".gitignore");
  else {
    writeFileSync(full, `${before}${before === "" || before.endsWith("\n") ? "" : "\n"}${missing.join("\n")}\n`);
    tell("completed", ".gitignore");
  }
}

function create(root: string, path: string, text: string): void {
  const full = join(root, path);
  if (existsSync(full)) {
    tell("kept", path);
    return;
  }
  mkdirSync(dirname(full), { recursive: true });
  writeFileSync(full, text, { flag: "wx" });
  tell("created", path);
}

function tell(what: "created" | "completed" | "kept", path: string): void {
  console.log(`${picocolors.dim(what.padEnd("stub written".length))}  ${path}`);
}

const tsconfig = {
  compilerOptions: {
    target: "es2023",
    module: "nodenext",
    types: ["node"],
    strict: true,
    verbatimModuleSyntax: true,
    rootDir: ".",
    outDir: "dist",
    skipLibCheck: true,
  },
  include: ["generated", "workflows", "src", "*.ts"],
};

/** There it would forbid every `import` and `export` outside of generated code and handlers. */
const { verbatimModuleSyntax: _, ...commonJsOptions } = tsconfig.compilerOptions;
const tsconfigOfCommonJs = { ...tsconfig, compilerOptions: commonJsOptions };

const esModule = '{ "type": "module" }\n';

const helloYaml = `# yaml-language-server: $schema=../generated/workflow.schema.json
description: A first workflow.

tasks:
  greet:
    description: Greet somebody.
    retries: 3
    timeout: 10s
    payload: # JSON Schema 2020-12
      type: object
      additionalProperties: false
      required: [name]
      properties:
        name: { type: string, minLength: 1 }
`;

const greetHandler = `import type { GreetHandler } from "../../generated/hello.js";

/** Greet somebody. */
export const greet: GreetHandler = async ({ name }, job) => {
  console.log(\`Hello, \${name}! (attempt \${job.attempt})\`);
};
`;

const nextSteps = `
Next:
  npm install`;

const tryIt = `  npx taskwright dev                                       runs it at every change, with a dashboard
  npx taskwright enqueue hello:greet '{"name":"Ada"}'      runs one job, here and now`;
