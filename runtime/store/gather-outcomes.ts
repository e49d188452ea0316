import type { Redis } from "ioredis";
import { encodeCalls, type ScriptCall } from "./script-call.js";
import { joinCalls, loopOver, type ScriptArgument } from "./script-loop.js";

/**
 * Lets `client` record the outcomes of several jobs that end in one turn of the event loop with one command, and take jobs by
 * commands that are quickly put together.
 *
 * BullMQ calls a script a job. When many are in flight, what a call costs besides, in ioredis and in Redis, is a sixth of
 * this process's work: here one call of a script loops over the text of BullMQ's own, so that its layout stays its
 * business. Each job has its own reply, and one that fails leaves the others alone. Call it before BullMQ has the client.
 */
export function gatherOutcomes(client: Redis): void {
  const define = client.defineCommand.bind(client);
  const commands = client as unknown as Record<string, ScriptCall | undefined>;
  const known = (name: string) => commands[name]?.bind(client);
  client.defineCommand = (name, definition) => {
    define(name, definition);
    const { lua, numberOfKeys } = definition;
    const call = known(name);
    if (numberOfKeys === undefined || call === undefined) return;
    if (name.startsWith("moveToActive:")) {
      commands[name] = encodeCalls(client, { lua, numberOfKeys, sharedKeys: numberOfKeys, call });
    }
    if (!name.startsWith("moveToFinished:")) return;
    const loop = `taskwright:${name}`;
    const loopText = loopOver(lua, numberOfKeys);
    // The number of keys depends on how many jobs there are.
    define(loop, { lua: loopText });
    const callLoop = known(loop);
    if (callLoop === undefined) return;
    const sharedKeys = Math.min(keysOfQueue, numberOfKeys);
    const one = encodeCalls(client, { lua, numberOfKeys, sharedKeys, call });
    const many = encodeCalls(client, { lua: loopText, numberOfKeys: undefined, sharedKeys, call: callLoop });
    commands[name] = gatherCalls(one, many, numberOfKeys);
  };
}

/** Those of an outcome that name neither its job nor its kind. */
const keysOfQueue = 10;

interface Call {
  readonly args: readonly ScriptArgument[];
  resolve(reply: unknown): void;
  reject(error: unknown): void;
}

/** The same as `one`, but that calls which come together become one of `many`. */
function gatherCalls(one: ScriptCall, many: ScriptCall, numberOfKeys: number): ScriptCall {
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
    many(
      joinCalls(
        calls.map(({ args }) => args),
        numberOfKeys,
      ),
    ).then(
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
    if (inFlight <= fewInFlight) {
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
const fewInFlight = 16;
/** Of the others so many calls are under way: Redis works on one while the next come together. */
const partsInFlight = 6;
/** Some 0.4 ms of Redis's time, in which it answers nobody else. */
const mostOutcomes = 8;
