import { splitScript } from "./script-functions.js";

/** What ioredis takes as a key or an argument of a script. */
export type ScriptArgument = string | number | boolean | Buffer | null | undefined;

/**
 * A script of Redis that does what BullMQ's `text`, which takes `numberOfKeys` keys, does, for each of several calls in turn.
 *
 * Its arguments come from `joinCalls`; it answers with a list of replies, in which the error of a call is its own reply.
 * Of a BullMQ script a third of the time is spent on making its functions: here that is done once for all calls. `prelude`
 * comes before the text, and may replace what the text calls.
 */
export function loopOver(text: string, numberOfKeys: number, prelude = ""): string {
  const { definitions, body } = splitScript(text);
  return `
local allKeys, allArguments = KEYS, ARGV
local KEYS, ARGV = {}, {}
${prelude}
${definitions}
local function call()
${body}
end
local count, size, changes = tonumber(allArguments[1]), tonumber(allArguments[2]), tonumber(allArguments[3])
local places, key, argument = {}, ${numberOfKeys}, 3 + changes + size
for i = 1, changes do places[i] = tonumber(allArguments[3 + i]) end
for i = 1, ${numberOfKeys} do KEYS[i] = allKeys[i] end
for i = 1, size do ARGV[i] = allArguments[3 + changes + i] end
local replies = {}
for i = 1, count do
  if i > 1 then
    for change = 1, changes do
      local place = places[change]
      if place > 0 then
        argument = argument + 1
        ARGV[place] = allArguments[argument]
      else
        key = key + 1
        KEYS[-place] = allKeys[key]
      end
    end
  end
  local isDone, reply = pcall(call)
  if not isDone then
    local message = type(reply) == "table" and reply.err or tostring(reply)
    reply = redis.error_reply(message:match("^%u+ ") and message or "ERR " .. message)
  end
  replies[i] = reply or false
end
return replies
`;
}

/**
 * The arguments of one call of a script by `loopOver`: those of the first call, and of each further one only what is not
 * the same for all. `calls` have their `numberOfKeys` keys first.
 *
 * KEYS: the keys of the first call, then those that change, call by call. ARGV: how many calls, how many arguments each has,
 * how many places change; these places, keys as negative numbers; the arguments of the first call, then those that change.
 */
export function joinCalls(calls: readonly (readonly ScriptArgument[])[], numberOfKeys: number): ScriptArgument[] {
  const [first = [], ...others] = calls;
  const changing: number[] = [];
  for (const [place, argument] of first.entries()) {
    if (others.some((call) => call[place] !== argument)) changing.push(place);
  }
  const keys = first.slice(0, numberOfKeys);
  const values = first.slice(numberOfKeys);
  for (const call of others) {
    for (const place of changing) (place < numberOfKeys ? keys : values).push(call[place]);
  }
  const places = changing.map((place) => (place < numberOfKeys ? -1 - place : place - numberOfKeys + 1));
  return [keys.length, ...keys, calls.length, first.length - numberOfKeys, places.length, ...places, ...values];
}
