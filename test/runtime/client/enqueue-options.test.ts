import { type EnqueueOptions, InvalidEnqueueOption } from "taskwright";
import { expect, test } from "vitest";
import { readEnqueueOptions } from "../../../runtime/client/enqueue-options.js";
import { task } from "../../support/project.js";

const now = Date.UTC(2026, 0, 1);
const declared = task({ retries: 3, timeoutMs: 30_000, delayMs: 5_000, priority: "low" });

test.each<[string, EnqueueOptions, object]>([
  ["nothing: as declared", {}, { delayMs: 5_000, priority: "low", retries: 3, timeoutMs: 30_000 }],
  ["undefined counts as nothing", { delay: undefined, id: undefined }, { delayMs: 5_000 }],
  ["a delay in ms", { delay: 1 }, { delayMs: 1 }],
  ["no delay", { delay: 0 }, { delayMs: 0 }],
  ["a delay in words", { delay: "1h30m" }, { delayMs: 5_400_000 }],
  ["a time", { at: new Date(now + 10) }, { delayMs: 10 }],
  ["a time that has passed", { at: new Date(0) }, { delayMs: 0 }],
  ["no retries", { retries: 0 }, { retries: 0 }],
  ["a timeout", { timeout: "500ms" }, { timeoutMs: 500 }],
  ["an id", { id: "invoice-7" }, { id: "invoice-7" }],
  ["an id of digits that is no number", { id: "007" }, { id: "007" }],
  ["headers", { headers: { trace: "x" } }, { headers: { trace: "x" } }],
])("%s", (_, options, expected) => {
  expect(readEnqueueOptions(declared, options, now)).toMatchObject(expected);
});

test.each<[string, object, string]>([
  [
    "delay and at",
    { delay: 1, at: new Date(0) },
    "The option `at` expects no `delay` beside it, and got 1970-01-01T00:00:00.000Z.",
  ],
  [
    "NaN",
    { delay: Number.NaN },
    "The option `delay` expects milliseconds or a duration such as 90s or 1h30m, from 0 ms to ten years, and got NaN.",
  ],
  ["less than nothing", { delay: -1 }, "got -1."],
  ["for ever", { delay: Number.POSITIVE_INFINITY }, "got Infinity."],
  ["no duration", { delay: "1 day" }, 'got "1 day".'],
  ["an empty duration", { timeout: "" }, 'got "".'],
  ["a timeout of 0", { timeout: 0 }, "from 1 ms"],
  ["an invalid Date", { at: new Date(Number.NaN) }, "got an invalid Date."],
  ["a time as a number", { at: 5 }, "got 5."],
  ["half a retry", { retries: 0.5 }, "The option `retries` expects a whole number from 0 to 10000, and got 0.5."],
  ["a number as priority", { priority: 1 }, "The option `priority` expects high, normal or low, and got 1."],
  ["a whole number as id", { id: "42" }, "a string that is not a whole number and holds no colon"],
  ["an id with a colon", { id: "a:b" }, 'got "a:b".'],
  ["an empty id", { id: "" }, 'got "".'],
  ["a header that is no string", { headers: { n: 1 } }, "The option `headers.n` expects a string, and got 1."],
  ["an unknown option", { retrys: 1 }, "The option `retrys` expects to be one of"],
])("%s is refused with what was expected and what arrived", (_, options, message) => {
  const read = () => readEnqueueOptions(declared, options as EnqueueOptions, now);
  expect(read).toThrow(InvalidEnqueueOption);
  expect(read).toThrow(message);
});

test("a job that would be past its deadline before it starts is refused", () => {
  const hasty = task({ deadlineMs: 1_000 });
  expect(readEnqueueOptions(hasty, { delay: 999 }, now)).toMatchObject({ deadlineAt: now + 1_000 });
  expect(() => readEnqueueOptions(hasty, { delay: "1s" }, now)).toThrow("less than the task's deadline of 1000 ms");
});
