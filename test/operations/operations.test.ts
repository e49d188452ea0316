import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { Registry } from "prom-client";
import { createTasks, createWorker } from "taskwright";
import { beforeAll, describe, expect, inject, test, vi } from "vitest";
import { parse } from "yaml";
import { allMetrics, type MetricDefinition } from "../../runtime/metrics/definitions.js";
import { openQueue } from "../../runtime/store/queue.js";
import { openStore } from "../../runtime/store/store.js";
import { deferred, payment, recordHooks, silentLogger, task } from "../support/project.js";
import { readSamples, type Sample } from "../support/scrape.js";

const folder = join(import.meta.dirname, "../../operations");
const read = (name: string) => readFileSync(join(folder, name), "utf8");

interface Rule {
  readonly alert: string;
  readonly expr: string;
  readonly annotations: { readonly summary: string; readonly description: string };
}
const rules = (parse(read("alerts.yaml")) as { readonly groups: readonly [{ readonly rules: readonly Rule[] }] })
  .groups[0].rules;

interface Panel {
  readonly type: string;
  readonly title: string;
  readonly targets?: readonly { readonly expr: string; readonly legendFormat: string }[];
}
interface Dashboard {
  readonly panels: readonly Panel[];
  readonly templating: {
    readonly list: readonly { readonly name: string; readonly query: string | { readonly query: string } }[];
  };
}
const dashboard = JSON.parse(read("grafana-dashboard.json")) as Dashboard;
const targets = dashboard.panels.flatMap(({ title, targets = [] }) => targets.map((target) => ({ title, ...target })));

/** What a worker and a client expose after jobs that went every way. */
let samples: readonly Sample[] = [];

beforeAll(async () => {
  const queue = "operations";
  const schedules = { yearly: { cron: "0 0 1 1 *", timezone: "UTC" } };
  const w = {
    good: { ...task(), name: "w:good", queue },
    bad: { ...task({ retries: 1 }), name: "w:bad", queue },
    hold: { ...task(), name: "w:hold", queue },
    tick: { ...task({ schedules }), name: "w:tick", queue },
    paid: { ...payment(), name: "w:paid", queue },
  };
  const options = { connection: inject("redisUrl"), logger: silentLogger(), metrics: new Registry() };
  const scrape = () => options.metrics.metrics();
  const store = await openStore(options.connection, "producer", options.logger);
  const stranger = openQueue(store, queue, options.logger);
  await stranger.add("w:stranger", {});
  const tasks = createTasks({ queues: {}, workflows: { w } }, options);
  const release = deferred();
  const handlers = {
    good: () => undefined,
    bad: () => {
      throw new Error("bad");
    },
    hold: () => release.promise,
    tick: () => undefined,
    paid: () => ({ receipt: "R" }),
  };
  const { hooks, until } = recordHooks();
  const worker = createWorker(
    { queues: {}, workflows: { w } },
    { w: handlers },
    { ...options, hooks, lockDuration: 400 },
  );
  await worker.start();
  await tasks.w.good.enqueue();
  await tasks.w.bad.enqueue();
  await tasks.w.hold.enqueue();
  await expect(tasks.w.good.enqueue(undefined, { delay: -1 })).rejects.toThrow();
  await until("onDead");
  await vi.waitFor(async () => expect(await scrape()).toMatch(/lock_renewals_total\{/), 10_000);
  await vi.waitFor(async () => expect(await scrape()).toMatch(/jobs_postponed_total\{/), 10_000);
  samples = readSamples(await scrape());
  release.resolve();
  await worker.close();
  for (const each of [tasks, stranger, store]) await each.close();
});

/** Set by Prometheus and by its functions, not by us. */
const foreignLabels = ["instance", "job", "le"];

/** The faults of an expression: metrics, labels and states that no scrape has. */
function faultsOf(expression: string, legend = ""): readonly string[] {
  const names = [...new Set(expression.match(/taskwright_\w+/g))];
  if (names.length === 0) return [`${expression} asks for no metric of ours.`];
  const all = names.flatMap((name) => samples.filter((sample) => sample.name === name));
  const has = (label: string) => foreignLabels.includes(label) || all.some(({ labels }) => label in labels);
  const grouped = [...expression.matchAll(/\b(?:by|on|without) \(([^)]*)\)/g)].flatMap(([, list = ""]) =>
    list.split(/, */),
  );
  const shown = [...legend.matchAll(/\{\{ *(?:\$labels\.)?(\w+) *\}\}/g)].map(([, label = ""]) => label);
  const matched = [...expression.matchAll(/(taskwright_\w+)\{([^}]*)\}/g)].flatMap(([, name = "", list = ""]) =>
    [...list.matchAll(/(\w+)(=~|=|!=)"([^"]*)"/g)].flatMap(([, label = "", operator, value = ""]) => {
      const ofName = samples.filter((sample) => sample.name === name);
      const isThere = ofName.some(({ labels }) => label in labels);
      if (!isThere) return [`${name} has no label ${label}.`];
      const mustOccur = operator === "=" && ["state", "queue", "task"].includes(label);
      return mustOccur && !ofName.some(({ labels }) => labels[label] === value)
        ? [`${name} has no ${label} ${value}.`]
        : [];
    }),
  );
  return [
    ...names.filter((name) => !samples.some((sample) => sample.name === name)).map((name) => `There is no ${name}.`),
    ...[...grouped, ...shown].filter((label) => !has(label)).map((label) => `No metric of it has a label ${label}.`),
    ...matched,
  ];
}

test("every metric that is defined is exposed after real jobs", () => {
  const missing = allMetrics
    .map(({ name, kind }) => (kind === "histogram" ? `${name}_bucket` : name))
    .filter((name) => !samples.some((sample) => sample.name === name));
  expect(missing).toEqual([]);
});

/** What `promtool check metrics` finds fault with, in names and help. */
function faultsOfName({ name, kind, help, labels }: MetricDefinition): readonly string[] {
  const words = name.split("_");
  const faults: readonly (readonly [boolean, string])[] = [
    [!/^[a-z][a-z0-9_]*[a-z0-9]$/.test(name), "is not in lower snake case"],
    [kind === "counter" && words.at(-1) !== "total", "is a counter and does not end in _total"],
    [kind !== "counter" && words.at(-1) === "total", "is no counter and ends in _total"],
    [/_(count|sum|bucket|info)$/.test(name), "ends as a series of a histogram does"],
    [words.some((word) => ["counter", "gauge", "histogram", "summary"].includes(word)), "names its kind"],
    [
      words.some((word) => /^(ms|secs?|millis\w*|micros\w*|minutes?|hours?|days?|kb|mb|percent)$/.test(word)),
      "has no base unit",
    ],
    [kind === "histogram" && !name.endsWith("_seconds"), "is a histogram of no unit"],
    [
      labels.some((label) => !/^[a-z][a-z_]*$/.test(label) || ["le", "quantile"].includes(label)),
      "has a reserved label",
    ],
    [!/^[A-Z0-9].*\.$/.test(help), "has no sentence to explain it"],
  ];
  return faults.filter(([isFault]) => isFault).map(([, fault]) => `${name} ${fault}`);
}

test("names are as Prometheus has them: base units, _total for counters and for nothing else", () => {
  expect(allMetrics.flatMap(faultsOfName)).toEqual([]);
  const labels: readonly string[] = [];
  const wrong = { kind: "gauge", name: "taskwright_waitMs_total", help: "", labels } as const;
  expect(faultsOfName(wrong)).toHaveLength(3);
  expect(faultsOfName({ kind: "counter", name: "taskwright_jobs", help: "Jobs.", labels })).toHaveLength(1);
  expect(faultsOfName({ kind: "histogram", name: "taskwright_wait_ms", help: "Waits.", labels })).toHaveLength(2);
});

test("nothing is exposed under our name that is not defined, nor with other labels", () => {
  const ours = samples.filter(({ name }) => name.startsWith("taskwright_"));
  for (const { name, labels } of ours) {
    const base = name.replace(/_(bucket|sum|count)$/, "");
    const definition = allMetrics.find((each) => each.name === name || each.name === base);
    const own = Object.keys(labels).filter((label) => label !== "le");
    expect([name, own.sort()]).toEqual([name, [...(definition?.labels ?? [])].sort()]);
  }
});

test.each(rules)("the alert $alert asks for what there is, and says what to do", ({ expr, annotations }) => {
  expect(faultsOf(expr, annotations.summary)).toEqual([]);
  expect(annotations.description.length).toBeGreaterThan(20);
});

test.each(targets)("the panel $title asks for what there is: $expr", ({ expr, legendFormat }) => {
  expect(faultsOf(expr, legendFormat)).toEqual([]);
});

describe("the dashboard", () => {
  test("has variables that exist", () => {
    for (const { query } of dashboard.templating.list) {
      if (typeof query !== "string") expect(faultsOf(query.query)).toEqual([]);
    }
    const names = dashboard.templating.list.map(({ name }) => name);
    const used = targets.flatMap(({ expr }) => [...expr.matchAll(/"\$(\w+)"/g)].map(([, name = ""]) => name));
    expect(new Set(used)).toEqual(new Set(names.filter((name) => name !== "datasource")));
  });

  test("shows every metric", () => {
    const shown = targets.map(({ expr }) => expr).join("\n");
    const absent = allMetrics.map(({ name }) => name).filter((name) => !shown.includes(name));
    expect(absent).toEqual([]);
  });
});

test("what this test calls a fault is one", () => {
  expect(faultsOf("up")).toEqual(["up asks for no metric of ours."]);
  expect(faultsOf("taskwright_nothing")).toEqual(["There is no taskwright_nothing."]);
  expect(faultsOf("sum by (colour) (taskwright_pool_slots)")).toEqual(["No metric of it has a label colour."]);
  expect(faultsOf('taskwright_workers{colour="red"}')).toEqual(["taskwright_workers has no label colour."]);
  expect(faultsOf('taskwright_workers{state="asleep"}')).toEqual(["taskwright_workers has no state asleep."]);
  expect(faultsOf("taskwright_pool_slots", "{{task}}")).toEqual(["No metric of it has a label task."]);
});

test("every metric is documented", () => {
  const path = join(folder, "metrics.md");
  const rows = allMetrics.map(
    ({ name, kind, labels, help }) =>
      `| \`${name}\` | ${kind} | ${labels.map((label) => `\`${label}\``).join(", ")} | ${help} |`,
  );
  const table = ["| metric | kind | labels | |", "|---|---|---|---|", ...rows, ""].join("\n");
  const text = readFileSync(path, "utf8");
  const begin = text.indexOf("| metric |");
  const wanted = `${text.slice(0, begin)}${table}${text.slice(text.indexOf("\n\n", begin) + 1)}`;
  if (process.env.UPDATE_GOLDEN) writeFileSync(path, wanted);
  else expect(text).toBe(wanted);
});
