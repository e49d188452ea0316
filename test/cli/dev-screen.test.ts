import picocolors from "picocolors";
import { expect, test } from "vitest";
import { formatLogLine } from "../../cli/dev/log-line.js";
import { drawScreen, emptyScreen } from "../../cli/dev/screen.js";

const colors = picocolors.createColors(false);
const screen = {
  ...emptyScreen,
  dashboard: "http://127.0.0.1:7788/sign-in#token",
  store: "embedded, kept in .taskwright/",
  round: { kind: "compiled", diagnostics: [], sources: [], changes: [], tasks: 3, ms: 12 },
  compiledAt: new Date(2026, 0, 1, 12, 3, 4),
  worker: { kind: "running", startedInMs: 900 },
  workerAt: new Date(2026, 0, 1, 12, 3, 5),
} as const;

test("the screen says what compiled, what runs, where the dashboard is, and then what was printed last", () => {
  const output = Array.from({ length: 50 }, (_, n) => `line ${n}`);
  expect(drawScreen({ ...screen, output }, { columns: 60, rows: 10 }, colors)).toEqual([
    "taskwright dev  Ctrl-C ends it",
    "",
    "✓ compiled   3 tasks: nothing to do. 12 ms  12:03:04",
    "✓ worker     running, after 900 ms  12:03:05",
    "  dashboard  http://127.0.0.1:7788/sign-in#token",
    "  store      embedded, kept in .taskwright/",
    "",
    "line 48",
    "line 49",
  ]);
});

test("why no worker runs stands before what was printed, and no line is wider than the terminal", () => {
  const worker = { kind: "failed", problem: `TypeError: no\n    at ${"x".repeat(80)}` } as const;
  const lines = drawScreen({ ...screen, worker, output: ["printed"] }, { columns: 40, rows: 24 }, colors);
  expect(lines.slice(3)).toEqual([
    "✗ worker     not running, until somethi…",
    "  dashboard  http://127.0.0.1:7788/sign…",
    "  store      embedded, kept in .taskwri…",
    "",
    "TypeError: no",
    `    at ${"x".repeat(32)}…`,
    "",
    "printed",
  ]);
});

test.each([
  ["Hello, Ada!", "Hello, Ada!"],
  [
    '{"level":30,"time":1,"pid":1,"hostname":"h","task":"a:b","attempt":2,"msg":"job succeeded"}',
    "info  job succeeded task=a:b attempt=2",
  ],
  ['{"level":"mine"}', '{"level":"mine"}'],
  ['{"level":30', '{"level":30'],
])("%s is shown as %s", (line, shown) => {
  expect(formatLogLine(line)).toBe(shown);
});

test("an error is shown with the frames of the project alone", () => {
  const stack =
    "Error: no\n    at greet (/p/greet.ts:3:1)\n    at run (/p/node_modules/bullmq/x.js:1:1)\n    at node:internal/x:1:1";
  const line = JSON.stringify({ level: 50, msg: "job is dead", err: { message: "no", stack } });
  expect(formatLogLine(line)).toBe("error job is dead\n      Error: no\n      at greet (/p/greet.ts:3:1)");
});
