import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { link } from "../../codegen/check/link.js";
import { compile, readWorkflows, type SourceFile } from "../../codegen/index.js";
import { type Claims, threadNumbers } from "../../codegen/parallel/claims.js";
import { compileInParallel, compileWithThread } from "../../codegen/parallel/compile-in-parallel.js";
import { openWork, type Work } from "../../codegen/parallel/work.js";
import { findAnswers } from "../../codegen/parallel/workflow-answers.js";
import { parseWorkflow } from "../../codegen/parse/parse-workflow.js";
import { writeManyTasks } from "../bench/many-tasks.js";

const layout = { workflows: "workflows", generated: "generated" };
const project = readProject(10);

function readProject(files: number): readonly SourceFile[] {
  const root = mkdtempSync(join(tmpdir(), "taskwright-parallel-"));
  writeManyTasks(root, files, 10);
  const sources = readWorkflows(root, "workflows");
  rmSync(root, { recursive: true });
  return sources;
}

function edit(name: string, from: string, to: string): readonly SourceFile[] {
  const edited = project.map((file) =>
    file.path.endsWith(`/${name}`) ? { ...file, text: file.text.replace(from, to) } : file,
  );
  if (edited.every((file, index) => file.text === project[index]?.text)) throw new Error(`${from} is not in ${name}.`);
  return edited;
}

/** `flow_0` is with the second thread, `flow_9` with the first, and `shared`, which all refer to, now here, now there. */
const projects: readonly [string, readonly SourceFile[]][] = [
  ["a sound project", project],
  ["a fault on one side", edit("flow_0.yaml", "retries: 0", "retrie: 0")],
  ["a fault on the other", edit("flow_9.yaml", "format: date-time", "format: daytime")],
  ["broken YAML", edit("flow_0.yaml", "tasks:", "tasks: [")],
  ["a reference that leads nowhere", edit("flow_9.yaml", "shared.yaml#/schemas/Kobo", "shared.yaml#/schemas/Naira")],
  ["a fault in what all refer to", edit("shared.yaml", "minimum: 1", "minimum: one")],
];

describe.each(projects)("%s", (_title, sources) => {
  const isHalf = (path: string) => /flow_[0-4]/.test(path);
  type Half = (path: string) => boolean;

  /** Work whose files go to the threads as told; to whoever comes first where nothing is told. */
  function divided(isParsedThere?: Half, isAnsweredThere?: Half): Work {
    const work = openWork(sources, layout);
    const claim = (claims: Claims, isThere: Half | undefined) => {
      if (isThere === undefined) return;
      for (const [n, { path }] of sources.entries()) claims[n] = threadNumbers[isThere(path) ? "second" : "first"];
    };
    claim(work.parsing, isParsedThere);
    claim(work.answering, isAnsweredThere);
    return work;
  }

  it.each([
    ["with the shared schemas here", divided(isHalf, isHalf)],
    ["with the shared schemas there", divided((path) => isHalf(path) || path.endsWith("/shared.yaml"), isHalf)],
    ["each asked about what the other has parsed", divided(isHalf, (path) => !isHalf(path))],
    [
      "where one does everything",
      divided(
        () => true,
        () => true,
      ),
    ],
    [
      "where the other does",
      divided(
        () => false,
        () => false,
      ),
    ],
    ["whoever comes first", divided()],
  ])(
    "gives the same from two threads, %s",
    async (_who, work) => {
      expect(await compileWithThread(work)).toEqual(compile(sources, layout));
    },
    120_000,
  );
});

it("compiles where a part of the work would go to a thread", async () => {
  expect(await compileInParallel(project, layout)).toEqual(compile(project, layout));
}, 120_000);

it("says what stood in its way and nothing more, where the thread is stopped in the middle of its work", async () => {
  const { sources, ...work } = openWork(project, layout);
  let looks = 0;
  const broken = {
    get workflows() {
      looks += 1;
      // The first look makes the copy for the thread.
      if (looks > 1) throw new Error("broken");
      return layout.workflows;
    },
    generated: layout.generated,
  };
  await expect(compileWithThread({ ...work, sources, layout: broken })).rejects.toThrow("broken");
  // Until the other one is long gone, whose end nobody waits for.
  await compileWithThread(openWork(project, layout));
}, 120_000);

it("looks at a workflow no more often where many files declare queues", () => {
  expect(looksAtSchemas(20)).toBe(looksAtSchemas(5));
});

/** How often the shared schemas of one of so many workflows are read; each of them declares a queue, which all use. */
function looksAtSchemas(files: number): number {
  const text = (n: number) =>
    `queues: { q${n}: {} }\nschemas: { Id: { type: object, additionalProperties: false } }\ntasks: { t: { queue: q${n}, payload: { $ref: "#/schemas/Id" } } }\n`;
  const sources = Array.from({ length: files }, (_, n) => ({ path: `workflows/w${n}.yaml`, text: text(n) }));
  const catalog = link(sources.flatMap((source) => parseWorkflow(source).workflow ?? []));
  let looks = 0;
  const [watched, ...others] = catalog.workflows;
  if (watched === undefined) throw new Error("There is no workflow.");
  const { schemas } = watched;
  const counted = Object.defineProperty({ ...watched }, "schemas", {
    get() {
      looks += 1;
      return schemas;
    },
  });
  const workflows = [counted, ...others];
  const whole = { ...catalog, workflows };
  const answers = workflows.map((workflow) => findAnswers(workflow, whole, layout));
  expect(answers.every(({ output }) => output !== undefined)).toBe(true);
  return looks;
}
