import { Redis } from "ioredis";
import { afterAll, beforeAll, describe, expect, inject, test } from "vitest";
import { nestFunctions, splitScript } from "../../../runtime/store/script-functions.js";

let client: Redis;
beforeAll(() => {
  client = new Redis(inject("redisUrl"));
});
afterAll(() => client.disconnect());

/** As BullMQ's scripts are written. */
const script = `--[[
  Greets.
local function of a comment
]]
local rcall = redis.call
-- Includes
local function join(first, second)
  return first .. " " .. second
end
local getName = function (number)
  if number == "0" then
    return nil
  end
  return join("number", number)
end
local function greet(greeting,
    number)
  local name = getName(number)
  return join(greeting, name)
end
local function sum(numbers)
  local total = 0
  for _, number in ipairs(numbers) do total = total + number end
  return total
end
if ARGV[1] == "add" then
  return sum({ ARGV[2], ARGV[3] })
end
local echo = join(ARGV[1], ARGV[2])
if rcall("ECHO", echo) == "hello 0" then return "nobody" end
return greet(ARGV[1], ARGV[2])
`;

test("a script is split where its functions end", () => {
  const { definitions, body } = splitScript(script);
  expect(definitions).toContain("local rcall = redis.call");
  expect(definitions.trimEnd()).toMatch(/return total\nend$/);
  expect(body).toMatch(/^if ARGV\[1\] == "add"/);
});

test.each([
  ["whose functions end elsewhere", "local function a()\nreturn 1 end\nreturn a()\n"],
  ["without functions", "return 1\n"],
  ["of which functions are all", "local function a()\nend\n"],
])("one %s is all body, and is not nested", (_, text) => {
  expect(splitScript(text)).toEqual({ definitions: "", body: text });
  expect(nestFunctions(text)).toBe(text);
});

describe("with its functions nested", () => {
  test.each([
    ["add", "3", "4"],
    ["hello", "0"],
    ["hello", "7"],
  ])("a script answers as before to %s %s", async (...args) => {
    expect(await client.eval(nestFunctions(script), 0, ...args)).toEqual(await client.eval(script, 0, ...args));
  });

  test("a function stands where it is called, with those that it calls", () => {
    expect(
      nestFunctions(script)
        .split("\n")
        .filter((line) => line.trim() !== ""),
    ).toEqual(nested.trim().split("\n"));
  });

  test.each([
    ["a variable", "local sum = 1\nreturn sum\n"],
    ["a parameter", "local add = function (join, number) return join + number end\nreturn add(1, 2)\n"],
    ["one of a loop", "for _, getName in ipairs({ 1 }) do return getName end\n"],
  ])("one that also gives a function's name to %s stays as it is", (_, end) => {
    const text = script.replace(/^if ARGV.*/ms, end);
    expect(nestFunctions(text)).toBe(text);
  });

  test("in BullMQ's own that ends a job, what only another branch calls stands in that branch", async () => {
    const { content } = (await import("bullmq/dist/cjs/scripts/moveToFinished-14.js" as string)).moveToFinished;
    const text = nestFunctions(content);
    const branch = text.indexOf("if maxAge ~= nil then");
    expect(branch).toBeGreaterThan(0);
    expect(text.slice(branch)).toMatch(/^.*\nlocal function removeJobsByMaxAge\(/);
    expect(text.indexOf("local function removeJobsByMaxAge(")).toBeGreaterThan(branch);
  });
});

const nested = `
local rcall = redis.call
if ARGV[1] == "add" then
local function sum(numbers)
  local total = 0
  for _, number in ipairs(numbers) do total = total + number end
  return total
end
  return sum({ ARGV[2], ARGV[3] })
end
local function join(first, second)
  return first .. " " .. second
end
local echo = join(ARGV[1], ARGV[2])
if rcall("ECHO", echo) == "hello 0" then return "nobody" end
local function greet(greeting,
    number)
local function join(first, second)
  return first .. " " .. second
end
local getName = function (number)
local function join(first, second)
  return first .. " " .. second
end
  if number == "0" then
    return nil
  end
  return join("number", number)
end
  local name = getName(number)
  return join(greeting, name)
end
return greet(ARGV[1], ARGV[2])
`;
