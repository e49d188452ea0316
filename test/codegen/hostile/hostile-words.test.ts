import { expect, it } from "vitest";
import { compile } from "../../../codegen/index.js";
import { caseName, reservedWords } from "../../../codegen/names.js";
import { canary, findProjectErrors, findUnsoundness } from "../../support/compiled-projects.js";

/*
 * Words that mean something somewhere: in TypeScript, on every object, in the generated code. As the name of everything
 * that has a name, each is refused or gives code that type-checks.
 */
const words = [
  ...reservedWords,
  ..."__proto__ constructor prototype toString valueOf hasOwnProperty then toJSON close catalog index worker".split(
    " ",
  ),
  ..."options payload job stub validators tasks manifest schemas task handler define_task bind_tasks create_worker".split(
    " ",
  ),
  ..."Object Array Map Set Date Error String Number Boolean Symbol Function Promise Record Partial Readonly".split(" "),
  ..."Handler TaskClient IdempotentHandler IdempotentTaskClient Idempotent Tasks Worker WorkerOptions TasksOptions Catalog Payload Result NaN Infinity unknown".split(
    " ",
  ),
  ..."globalThis process require module exports console self window JSON Math Reflect Proxy".split(" "),
];

it("refuses each word as a name, or type-checks what comes of it", { timeout: 120_000 }, () => {
  const files = words.flatMap((word) => {
    const type = caseName(word).pascal || word;
    const name = JSON.stringify(word);
    const schemas = `schemas:\n  ${JSON.stringify(type)}: { type: object, properties: { ${name}: { type: string } } }\n`;
    const payload = `payload: { type: object, required: [a], properties: { a: { $ref: "#/schemas/${type}" } } }`;
    const texts = [
      `workflow: ${name}\ntasks: { pay: {} }\n`,
      `tasks: { ${name}: {} }\n`,
      `tasks: { ${name}: { queue: ${name}, schedules: { ${name}: { cron: "@daily" } } } }\nqueues: { ${name}: }\n`,
      `${schemas}tasks: { pay: { ${payload} } }\n`,
      `tasks: { pay: { tags: [${name}], payload: { type: object, properties: { ${name}: { const: ${name} } } } } }\n`,
    ];
    return texts.flatMap((text) => {
      const { compilation, problems } = findUnsoundness([{ path: "workflows/w.yaml", text }]);
      expect({ text, problems }).toEqual({ text, problems: [] });
      return compilation.files === undefined ? [] : [compilation.files];
    });
  });
  expect(files.length).toBeGreaterThan(200);
  expect(findProjectErrors(files)).toEqual([]);
});

it.each([`*/ ${canary}() /*`, `'; ${canary}(); //`, `[${canary}](x:${canary}()) |`, `\r${canary}()\r`])(
  "makes no word of the code from a property called %j",
  (word) => {
    const name = JSON.stringify(word);
    const tagged = `{ type: object, required: [kind], properties: { kind: { const: ${name} }, ${name}: { type: string, minLength: 2 } } }`;
    const text = `tasks: { pay: { payload: { type: object, required: [kind], discriminator: { propertyName: kind }, oneOf: [${tagged}] } } }\n`;
    const { compilation, problems } = findUnsoundness([{ path: "workflows/w.yaml", text }]);
    expect(problems).toEqual([]);
    expect(findProjectErrors(compilation.files === undefined ? [] : [compilation.files])).toEqual([]);
    expect(compilation.diagnostics).toEqual([]);
  },
);

it("imports a type under another name where the module has a handler or clients of that name", {
  timeout: 60_000,
}, () => {
  const shared = "schemas: { PushHandler: { type: string }, NotifyTasks: { type: string } }\n";
  const properties = `a: { $ref: "shared.yaml#/schemas/PushHandler" }, b: { $ref: "shared.yaml#/schemas/NotifyTasks" }`;
  const notify = `tasks: { push: { payload: { type: object, properties: { ${properties} } } } }\n`;
  const { diagnostics, files } = compile(
    [
      { path: "workflows/shared.yaml", text: shared },
      { path: "workflows/notify.yaml", text: notify },
    ],
    { workflows: "workflows", generated: "generated" },
  );
  expect(diagnostics.filter(({ severity }) => severity === "error")).toEqual([]);
  expect(findProjectErrors(files === undefined ? [] : [files])).toEqual([]);
});
