import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { stringify } from "yaml";

/** Writes `files` workflow files of `tasksPerFile` tasks each into `<root>/workflows`, with payloads as people write them. */
export function writeManyTasks(root: string, files: number, tasksPerFile: number): void {
  mkdirSync(join(root, "workflows"), { recursive: true });
  writeFileSync(join(root, "workflows/shared.yaml"), stringify({ queues, schemas: sharedSchemas }));
  for (let file = 0; file < files; file += 1) {
    const tasks = Array.from({ length: tasksPerFile }, (_, n) => [`task_${n}`, taskOf(file, n)]);
    const text = stringify({ description: `Workflow number ${file}.`, tasks: Object.fromEntries(tasks) });
    writeFileSync(join(root, `workflows/flow_${file}.yaml`), text);
  }
}

const queues = { critical: { weight: 6 }, default: { weight: 3 }, low: { weight: 1 } };

const sharedSchemas = {
  Kobo: { type: "integer", minimum: 1, description: "An amount in kobo." },
  UserId: { type: "string", format: "uuid" },
  Address: {
    type: "object",
    additionalProperties: false,
    required: ["street", "city", "country"],
    properties: {
      street: { type: "string", minLength: 1, maxLength: 200 },
      city: { type: "string", minLength: 1, maxLength: 100 },
      country: { type: "string", pattern: "^[A-Z]{2}$" },
    },
  },
};

function taskOf(file: number, n: number) {
  return {
    description: `Does number ${n} of workflow ${file}.`,
    queue: Object.keys(queues)[n % 3],
    retries: n % 6,
    timeout: "30s",
    backoff: { type: "polynomial", delay: "1m", exponent: 2 },
    ...(n % 3 === 0 ? { idempotency: { key: ["reference"] } } : {}),
    payload: payloadOf(file, n),
    ...(n % 3 === 0 ? { result: { type: "object", required: ["id"], properties: { id: { type: "string" } } } } : {}),
  };
}

/** About ten fields: shared references, formats, enums, a list, a nested object, a union. */
export function payloadOf(file: number, n: number, shared = "shared.yaml#/schemas/") {
  return {
    type: "object",
    additionalProperties: false,
    required: ["reference", "user_id", "amount", "kind"],
    properties: {
      reference: { type: "string", pattern: `^R${file % 10}-[0-9]+$`, description: "Names the movement." },
      user_id: { $ref: `${shared}UserId` },
      amount: { $ref: `${shared}Kobo` },
      kind: { enum: ["new", "renewed", `kind_${n}`] },
      due: { type: "string", format: "date-time" },
      note: { type: ["string", "null"], maxLength: 500 },
      tags: { type: "array", items: { type: "string" }, maxItems: 10, uniqueItems: true },
      address: { $ref: `${shared}Address` },
      limits: {
        type: "object",
        additionalProperties: false,
        properties: { daily: { type: "integer", minimum: 0 }, monthly: { type: "integer", minimum: 0 } },
      },
      source: {
        oneOf: [
          { type: "object", required: ["card"], properties: { card: { type: "string", minLength: 12 } } },
          { type: "object", required: ["iban"], properties: { iban: { type: "string", minLength: 15 } } },
        ],
      },
    },
  };
}

export { sharedSchemas };
