import formats from "ajv-formats/dist/formats.js";
import type { Catalog } from "../catalog.js";
import type { Json, JsonObject } from "../json.js";
import { keywordShapes } from "../json-schema.js";
import { workflowLanguage } from "../parse/workflow-language.js";
import { fileName } from "../references.js";
import type { PlannedFile } from "./emit-plan.js";
import type { Layout } from "./layout.js";

/**
 * `workflow.schema.json`: completion and checks in editors, from the same definitions that the parser reads, with the
 * names of this project: its queues, and its schemas as `$ref` writes them.
 *
 * JSON Schema draft-07, the latest that the YAML language server knows.
 */
export function planEditorSchema(catalog: Catalog, layout: Layout): PlannedFile {
  return {
    kind: "json",
    path: `${layout.generated}/workflow.schema.json`,
    document: {
      kind: "value",
      value: {
        $schema: "http://json-schema.org/draft-07/schema#",
        title: "Taskwright workflow",
        ...workflowLanguage.editor,
        definitions: {
          queueName: { enum: catalog.queues.map((queue) => queue.name) },
          payloadSchema: payloadSchema(references(catalog)),
        },
      },
    },
  };
}

/** Every way to refer to a schema of the project; which of the short ones apply depends on the file. */
function references(catalog: Catalog): string[] {
  const short = catalog.workflows.flatMap((workflow) =>
    workflow.schemas.map((shared) => `#/schemas/${shared.name.value}`),
  );
  const long = catalog.workflows.flatMap((workflow) =>
    workflow.schemas.map((shared) => `${fileName(workflow)}#/schemas/${shared.name.value}`),
  );
  return [...new Set([...short, ...long])].sort();
}

const types = ["array", "boolean", "integer", "null", "number", "object", "string"];

const known: JsonObject = {
  type: { anyOf: [{ enum: types }, { type: "array", items: { enum: types } }] },
  format: { enum: Object.keys(formats.fullFormats).sort() },
  required: { type: "array", items: { type: "string" } },
  enum: { type: "array", minItems: 1 },
  description: { type: "string" },
  pattern: { type: "string" },
  "x-sensitive": { type: "boolean", description: "Hide the value in commands, dashboard and logs of operators." },
};

/** JSON Schema 2020-12 as payloads may use it, told in draft-07. */
function payloadSchema(refs: readonly string[]): Json {
  const inner = { $ref: "#/definitions/payloadSchema" };
  const shapes = {
    one: inner,
    list: { type: "array", items: inner },
    map: { type: "object", additionalProperties: inner },
  };
  const properties = [...keywordShapes].map(([keyword, shape]): [string, Json] => [
    keyword,
    shape === "plain" ? (known[keyword] ?? {}) : shapes[shape],
  ]);
  return {
    anyOf: [
      { type: "boolean" },
      {
        type: "object",
        additionalProperties: false,
        properties: {
          ...Object.fromEntries(properties),
          $ref: refs.length === 0 ? { type: "string" } : { enum: refs },
        },
      },
    ],
  };
}
