import type { Redis } from "ioredis";
import { encodeCalls, type ScriptCall } from "./script-call.js";
import { nestFunctions } from "./script-functions.js";

/**
 * Makes what BullMQ does for each job, taking it and recording its end, cheaper through `client`: its layout stays its own
 * business. Call it before BullMQ has the client.
 *
 * The commands are put together by `encodeCalls`, Redis makes fewer functions at a call, and the replies are given out one
 * by one.
 */
export function quickenScripts(client: Redis): void {
  const define = client.defineCommand.bind(client);
  const commands = client as unknown as Record<string, ScriptCall | undefined>;
  client.defineCommand = (name, definition) => {
    const { numberOfKeys } = definition;
    const sharedKeys = sharedKeysOf(name, numberOfKeys);
    if (sharedKeys === undefined) {
      define(name, definition);
      return;
    }
    const lua = nestFunctions(definition.lua);
    define(name, { ...definition, lua });
    const call = commands[name]?.bind(client);
    if (call !== undefined) commands[name] = oneByOne(encodeCalls(client, { lua, numberOfKeys, sharedKeys, call }));
  };
}

/** How many of its keys name neither a job nor its outcome; undefined: it isn't one of those scripts. */
function sharedKeysOf(name: string, numberOfKeys: number | undefined): number | undefined {
  if (name.startsWith("moveToActive:")) return numberOfKeys;
  return name.startsWith("moveToFinished:") ? 10 : undefined;
}

/**
 * What comes of a reply is done, up to the next command that is sent, before the next reply is given out.
 *
 * Several come in one packet. Their jobs would run on side by side and send all they have to say at the end of it: Redis and
 * this process would work by turns.
 */
function oneByOne(call: ScriptCall): ScriptCall {
  return (args) =>
    new Promise((resolve, reject) => {
      call(args).then((reply) => void setImmediate(resolve, reply), reject);
    });
}
