import { Redis } from "ioredis";
import { afterAll, beforeAll, expect, inject, test } from "vitest";
import { joinCalls, loopOver } from "../../../runtime/store/script-loop.js";

let client: Redis;
beforeAll(() => {
  client = new Redis(inject("redisUrl"));
});
afterAll(() => client.disconnect());

/** As BullMQ's scripts are written. */
const script = `--[[
  Adds and tells.
    Input:
KEYS[1] of a comment
]]
local rcall = redis.call
-- Includes
local function describe(name)
  if name == "none" then
    return nil
  end
  return KEYS[2] .. " " .. name .. " " .. ARGV[2]
end
local text = describe(ARGV[1])
if text == nil then
  return rcall("NONSENSE")
end
return { KEYS[1], text }
`;

async function runAll(text: string, calls: readonly (readonly string[])[], prelude = "") {
  const args = joinCalls(calls, 2) as [number, ...string[]];
  return (await client.eval(loopOver(text, 2, prelude), ...args)) as unknown[];
}

test("each call has its own keys and arguments, and its own reply or error", async () => {
  const replies = await runAll(script, [
    ["{k}1", "{k}same", "a", "x"],
    ["{k}2", "{k}same", "none", "x"],
    ["{k}3", "{k}same", "a", "y"],
  ]);
  expect(replies[0]).toEqual(["{k}1", "{k}same a x"]);
  expect(replies[1]).toMatchObject({ message: expect.stringContaining("Unknown Redis command") });
  expect(replies[2]).toEqual(["{k}3", "{k}same a y"]);
});

test("what is the same for all calls is sent once", () => {
  const calls = [1, 2, 3].map((n) => ["{k}1", "{k}2", "same", `of ${n}`]);
  expect(joinCalls(calls, 2)).toEqual([2, "{k}1", "{k}2", 3, 2, 1, 2, "same", "of 1", "of 2", "of 3"]);
});

test("a prelude may replace what the script calls", async () => {
  const prelude = 'local redis = { call = function() return "replaced" end, error_reply = redis.error_reply }';
  expect(await runAll(script, [["{k}1", "{k}2", "none", "x"]], prelude)).toEqual(["replaced"]);
});
