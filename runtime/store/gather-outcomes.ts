import type { Redis } from "ioredis";

/**
 * Lets `client` record the outcomes of several jobs that end in one turn of the event loop with one command.
 *
 * BullMQ calls a script a job. When many are in flight, what a call costs besides, in ioredis and in Redis, is a sixth of
 * this process's work: here one call of a script loops over the text of BullMQ's own, so that its layout stays its
 * business. Each job has its own reply, and one that fails leaves the others alone. Call it before BullMQ has the client.
 */
export function gatherOutcomes(client: Redis): void {
  const define = client.defineCommand.bind(client);
  client.defineCommand = (name, definition) => {
    define(name, definition);
    const { lua, numberOfKeys } = definition;
    if (!name.startsWith(`${scriptName}:`) || numberOfKeys === undefined) return;
    const loop = `taskwright:${name}`;
    // The number of keys depends on how many jobs there are.
    define(loop, { lua: loopOver(lua, numberOfKeys) });
    const commands = client as unknown as Commands;
    const { [name]: one, [loop]: many } = commands;
    if (one === undefined || many === undefined) return;
    commands[name] = gatherCalls(one.bind(client), many.bind(client), numberOfKeys);
  };
}

/** BullMQ's, which moves a job that has ended and, if asked to, fetches the next. */
const scriptName = "moveToFinished";

type Argument = string | number | boolean | Buffer | null | undefined;
/** A script of a client, with its keys and then its arguments. */
type Run = (args: readonly Argument[]) => Promise<unknown>;
type Commands = Record<string, Run | undefined>;

interface Call {
  readonly args: readonly Argument[];
  resolve(reply: unknown): void;
  reject(error: unknown): void;
}

/** The same as `one`, but that calls which come together become one of `many`. */
function gatherCalls(one: Run, many: Run, numberOfKeys: number): Run {
  let pending: Call[] = [];
  let inFlight = 0;

  function flush(): void {
    const calls = pending;
    const [first] = calls;
    if (first === undefined) return;
    pending = [];
    if (calls.length === 1) {
      one(first.args).then(first.resolve, first.reject).finally(leave);
      return;
    }
    many(joinCalls(calls, numberOfKeys)).then(
      // Several replies may come in one packet. Their jobs would run on side by side, and send all they have to say at
      // the end of it: Redis and this process would work by turns.
      (replies) => void setImmediate(settle, calls, replies),
      (error: unknown) => fail(calls, error),
    );
  }

  function settle(calls: readonly Call[], replies: unknown): void {
    inFlight -= calls.length;
    for (const [index, { resolve, reject }] of calls.entries()) {
      const reply: unknown = Array.isArray(replies) ? replies[index] : undefined;
      if (reply instanceof Error) reject(reply);
      else resolve(reply);
    }
  }

  function fail(calls: readonly Call[], error: unknown): void {
    inFlight -= calls.length;
    for (const { reject } of calls) reject(error);
  }

  function leave(): void {
    inFlight -= 1;
  }

  return (args) => {
    inFlight += 1;
    if (inFlight <= partsInFlight) {
      const reply = one(args);
      reply.then(leave, leave);
      return reply;
    }
    return new Promise((resolve, reject) => {
      // A call may only touch the keys of one queue, which a cluster has in one place.
      if (pending[0] !== undefined && pending[0].args[0] !== args[0]) flush();
      const count = pending.push({ args, resolve, reject });
      if (count >= Math.min(inFlight / partsInFlight, mostOutcomes)) flush();
      else if (count === 1) process.nextTick(flush);
    });
  };
}

/** With no more in flight than this, each outcome leaves by itself: Redis would wait for the last of a few. */
const partsInFlight = 12;
/** Some 0.4 ms of Redis's time, in which it answers nobody else. */
const mostOutcomes = 8;

/**
 * The arguments of one call for several jobs: what is the same for all is sent once.
 *
 * ARGV: how many jobs; for each place of BullMQ's keys and arguments whether it is (s)ame for all or (v)aries; then the
 * arguments, place by place. KEYS: the keys, likewise.
 */
function joinCalls(calls: readonly Call[], numberOfKeys: number): Argument[] {
  const first = calls[0]?.args ?? [];
  const keys: Argument[] = [];
  const values: Argument[] = [];
  let places = "";
  for (const [place, argument] of first.entries()) {
    const into = place < numberOfKeys ? keys : values;
    const isSame = calls.every(({ args }) => args[place] === argument);
    places += isSame ? "s" : "v";
    if (isSame) into.push(argument);
    else for (const { args } of calls) into.push(args[place]);
  }
  return [keys.length, ...keys, calls.length, places, ...values];
}

/** See `joinCalls`. An error becomes the reply of its own job. */
function loopOver(text: string, numberOfKeys: number): string {
  return `
local function record(KEYS, ARGV)
${text}
end
local count, places = tonumber(ARGV[1]), ARGV[2]
local keys, values = {}, {}
for job = 1, count do keys[job], values[job] = {}, {} end
local function spread(place, from, start, into)
  if places:sub(place, place) == "s" then
    for job = 1, count do table.insert(into[job], from[start]) end
    return start + 1
  end
  for job = 1, count do table.insert(into[job], from[start + job - 1]) end
  return start + count
end
local key, value = 1, 3
for place = 1, ${numberOfKeys} do key = spread(place, KEYS, key, keys) end
for place = ${numberOfKeys} + 1, #places do value = spread(place, ARGV, value, values) end
local replies = {}
for job = 1, count do
  local isDone, reply = pcall(record, keys[job], values[job])
  if not isDone then
    local message = type(reply) == "table" and reply.err or tostring(reply)
    reply = redis.error_reply(message:match("^%u+ ") and message or "ERR " .. message)
  end
  replies[job] = reply or false
end
return replies
`;
}
