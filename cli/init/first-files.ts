import { posix } from "node:path";
import type { Layout } from "../../codegen/index.js";

/** A file of a new project; its path is relative to the root, with `/`. */
export interface FirstFile {
  readonly path: string;
  readonly text: string;
}

/** A first workflow, with the handler of its task. */
export function exampleFiles({ workflows, generated }: Layout): readonly [workflow: FirstFile, handler: FirstFile] {
  const schema = posix.relative(workflows, `${generated}/workflow.schema.json`);
  const types = posix.relative(`${workflows}/hello`, `${generated}/hello.js`);
  return [
    { path: `${workflows}/hello.yaml`, text: `# yaml-language-server: $schema=${schema}\n${helloYaml}` },
    { path: `${workflows}/hello/greet.ts`, text: `import type { GreetHandler } from "${types}";\n${greetHandler}` },
  ];
}

const helloYaml = `description: A first workflow.

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

const greetHandler = `
/** Greet somebody. */
export const greet: GreetHandler = async ({ name }, job) => {
  console.log(\`Hello, \${name}! (attempt \${job.attempt})\`);
};
`;

/** Generated code and handlers are ES modules, also where the project's own code is CommonJS. */
export function moduleMarks(layout: Layout): readonly FirstFile[] {
  return modulesOf(layout).map((path) => ({ path, text: '{ "type": "module" }\n' }));
}

/** The files that say so. */
export function modulesOf({ workflows, generated }: Layout): readonly string[] {
  return [`${generated}/package.json`, `${workflows}/package.json`];
}

/** The tsconfig.json of a project whose own code is ES modules, or CommonJS. */
export function tsconfig(layout: Layout, isModule: boolean): FirstFile {
  const folders = [layout.generated, layout.workflows].filter((folder) => !folder.startsWith("src/"));
  const compilerOptions = {
    target: "es2023",
    module: "nodenext",
    types: ["node"],
    strict: true,
    // In CommonJS it forbids every `import` and `export`; JSON that is included there is what says that the output of generated
    // code is ES modules.
    ...(isModule ? { verbatimModuleSyntax: true } : { resolveJsonModule: true }),
    rootDir: ".",
    outDir: "dist",
    skipLibCheck: true,
  };
  const include = [...folders, "src", "*.ts", ...(isModule ? [] : modulesOf(layout))];
  return { path: "tsconfig.json", text: `${JSON.stringify({ compilerOptions, include }, null, 2)}\n` };
}
