import { randomUUID } from "node:crypto";
import { expect, inject, test } from "vitest";
import { startProgram } from "../support/program.js";

const compilers: readonly [string, RegExp][] = [
  ["ts-morph", /node_modules\/(ts-morph|@ts-morph|typescript)\//],
  ["yaml", /node_modules\/yaml\//],
  ["Ajv's compiler", /node_modules\/ajv\/dist\/(?!runtime\/)/],
  ["the JSON Schema printer", /node_modules\/@fumari\//],
  ["what only an operator needs", /\/runtime\/(operate\/|store\/[a-z]+-operator\.ts)/],
  ["what only metrics, pages and traces need", /\/runtime\/(metrics|serve|tracing)\//],
  ["what carries the running job", /\/runtime\/context\//],
  ["their libraries", /node_modules\/(prom-client|hono|@hono|@opentelemetry|bullmq-otel)\//],
  ["our own compiler or CLI", /\/(codegen|cli)\/[^/]+\.ts/],
  ["the dashboard", /node_modules\/(hono|@hono|@bull-board)\/|\/dashboard\/[^/]+\.tsx?/],
  ["PGlite, on Redis", /node_modules\/@electric-sql\//],
];

test.each<[string, () => string, typeof compilers]>([
  ["redis", () => inject("redisUrl"), compilers],
  ["embedded", () => "embedded:", compilers.slice(0, -1)],
] as const)(
  "on %s, a process that enqueues and works loads no compiler",
  { timeout: 60_000 },
  async (_, url, unwanted) => {
    const loaded = await modulesOf({ REDIS_URL: url() });
    expect(loaded.some((line) => line.includes("node_modules/bullmq/"))).toBe(true);
    expect(loaded.some((line) => line.includes("runtime/worker/attempt.ts"))).toBe(true);
    for (const [name, pattern] of unwanted) {
      expect
        .soft(
          loaded.filter((line) => pattern.test(line)),
          name,
        )
        .toEqual([]);
    }
  },
);

test("a process that only enqueues loads nothing that runs jobs", { timeout: 60_000 }, async () => {
  const loaded = await modulesOf({ REDIS_URL: inject("redisUrl"), ONLY: "enqueue" });
  expect(loaded.some((line) => line.includes("runtime/worker/create-worker.ts"))).toBe(true);
  expect(loaded.filter((line) => /\/runtime\/(dispatch\/|worker\/(attempt|worker-process)\.ts)/.test(line))).toEqual(
    [],
  );
});

test("a process that only imports the clients loads neither BullMQ nor ioredis", { timeout: 60_000 }, async () => {
  const loaded = await modulesOf({ ONLY: "import" });
  expect(loaded.some((line) => line.includes("runtime/client/create-tasks.ts"))).toBe(true);
  expect(loaded.filter((line) => /node_modules\/(bullmq|ioredis)\/|\/runtime\/store\/redis/.test(line))).toEqual([]);
});

test("what a process takes to load BullMQ is no silence of Redis", { timeout: 60_000 }, async () => {
  const loaded = await modulesOf({ REDIS_URL: inject("redisUrl"), ONLY: "enqueue" }, "./programs/slow-to-load.mjs");
  expect(loaded.some((line) => line.includes("node_modules/bullmq/"))).toBe(true);
});

/** A line for each module that a process has loaded which enqueues a job and runs it, or does as much of that as `env` says. */
async function modulesOf(
  env: Readonly<Record<string, string>>,
  hooks = "./programs/print-modules.mjs",
): Promise<string[]> {
  const preloaded = `--import=${new URL(hooks, import.meta.url).href}`;
  const options = { ...env, QUEUE: `loads-${randomUUID()}`, NODE_OPTIONS: preloaded };
  const program = startProgram("enqueue-and-work", options, "source");
  await program.line(/^done/);
  return program.lines.filter((line) => line.startsWith("loaded "));
}
