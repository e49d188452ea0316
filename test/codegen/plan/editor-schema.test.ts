import { readdirSync, readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";
import { expect, it } from "vitest";

/*
 * With the YAML language server itself, which is what editors run. Loaded by Node's own loader: it is CommonJS with
 * module kinds mixed, which vitest's resolver does not follow.
 */
const require = createRequire(import.meta.url);
const { getLanguageService } = require("yaml-language-server") as typeof import("yaml-language-server");
const { TextDocument } =
  require("vscode-languageserver-textdocument") as typeof import("vscode-languageserver-textdocument");

// Its messages are keys until a language is chosen.
require("@vscode/l10n").config({
  fsPath: require.resolve("yaml-language-server/package.json").replace(/package\.json$/, "l10n/bundle.l10n.json"),
});

const root = join(import.meta.dirname, "../../..");
const schemaText = readFileSync(join(root, "generated/workflow.schema.json"), "utf8");
const workflows = readdirSync(join(root, "workflows")).filter((name) => name.endsWith(".yaml"));

function openService() {
  const service = getLanguageService({
    schemaRequestService: async () => schemaText,
    workspaceContext: { resolveRelativePath: (path: string) => path },
    telemetry: { send: () => undefined, sendError: () => undefined, sendTrack: () => undefined },
  });
  service.configure({
    validate: true,
    completion: true,
    customTags: [],
    yamlVersion: "1.2",
    // A copy each: the service resolves references in place.
    schemas: [{ uri: "file:///workflow.schema.json", fileMatch: ["**/*.yaml"], schema: JSON.parse(schemaText) }],
  });
  return service;
}

let opened = 0;

/** Each under a name of its own: the service keeps what it parsed by name, across services. */
function open(text: string) {
  opened += 1;
  return TextDocument.create(`file:///savings-${opened}.yaml`, "yaml", 1, text);
}

async function faults(text: string): Promise<string[]> {
  const found = await openService().doValidation(open(text), false);
  return found.map(
    ({ range, message }) => `${range.start.line + 1}:${range.start.character + 1} ${String(message).split("\n")[0]}`,
  );
}

/** What is offered at the `|` in the text. */
async function offers(marked: string): Promise<string[]> {
  const at = marked.indexOf("|");
  const document = open(marked.replace("|", ""));
  const { items } = await openService().doComplete(document, document.positionAt(at), false);
  return items.map((item) => item.label);
}

it.each(workflows)("%s has no fault in the editor either", async (name) => {
  expect(await faults(readFileSync(join(root, "workflows", name), "utf8"))).toEqual([]);
});

it.each([
  ["an unknown key", "tasks:\n  a:\n    retris: 3\n", "3:5 Property retris is not allowed."],
  ["a duration without unit", 'tasks:\n  a:\n    timeout: "30"\n', "3:14 String does not match the pattern"],
  ["a queue that is not declared", "tasks:\n  a:\n    queue: criticl\n", "3:12 Value is not accepted. Valid values: "],
  ["a reference that leads nowhere", 'schemas:\n  A: { $ref: "#/schemas/Kobbo" }\n', "2:14 Value is not accepted."],
  [
    "a keyword of no schema",
    "schemas:\n  A: { type: object, requried: [a] }\n",
    "2:22 Property requried is not allowed.",
  ],
])("marks %s", async (_title, text, fault) => {
  expect((await faults(text)).map((found) => found.slice(0, fault.length))).toContain(fault);
});

it.each([
  ["the keys of a task", "tasks:\n  a:\n    |", ["retries", "backoff", "payload", "cron"]],
  ["the project's queues", "tasks:\n  a:\n    queue: |", ["critical", "default", "low"]],
  [
    "the project's schemas",
    "tasks:\n  a:\n    payload:\n      $ref: |\n",
    ["shared.yaml#/schemas/Kobo", "#/schemas/CircleId"],
  ],
  ["the formats", "schemas:\n  A:\n    type: string\n    format: |", ["date-time", "uuid"]],
])("offers %s", async (_title, text, labels) => {
  const offered = await offers(text);
  for (const label of labels) expect(offered.map((each) => each.replaceAll('"', ""))).toContain(label);
});
