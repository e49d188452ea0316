import { createHash } from "node:crypto";
import { Command, type Redis } from "ioredis";
import type { ScriptArgument } from "./script-loop.js";

/** Calls a script with its keys and then its arguments. */
export type ScriptCall = (args: readonly ScriptArgument[]) => Promise<unknown>;

/** A script that a client knows. */
export interface KnownScript {
  readonly lua: string;
  /** Undefined: it is the first of the arguments. */
  readonly numberOfKeys: number | undefined;
  /** How many of its keys, from the first, are the same for all jobs of a queue. */
  readonly sharedKeys: number;
  /** ioredis' own way to call it, which sends its text where Redis lacks it. */
  readonly call: ScriptCall;
}

/**
 * Calls of a script whose commands are put together here.
 *
 * BullMQ packs some arguments, and ioredis takes five times as long for a command with a Buffer among its arguments as this
 * does, which encodes the shared keys once.
 */
export function encodeCalls(client: Redis, { lua, numberOfKeys, sharedKeys, call }: KnownScript): ScriptCall {
  const sha = createHash("sha1").update(lua).digest("hex");
  const begin = `$7\r\nevalsha\r\n$40\r\n${sha}\r\n${numberOfKeys === undefined ? "" : encode(numberOfKeys)}`;
  const fixed = numberOfKeys === undefined ? 2 : 3;
  const firstKey = numberOfKeys === undefined ? 1 : 0;
  const known = new Map<ScriptArgument, EncodedKeys>();

  function keysOf(args: readonly ScriptArgument[]): EncodedKeys {
    const found = known.get(args[firstKey]);
    if (found?.keys.every((key, place) => key === args[firstKey + place])) return found;
    const keys = args.slice(firstKey, firstKey + sharedKeys);
    const made = { keys, text: keys.map(encode).join("") };
    known.set(args[firstKey], made);
    return made;
  }

  return async (args) => {
    const { text } = keysOf(args);
    const count = firstKey === 0 ? "" : encode(args[0]);
    const start = `*${args.length + fixed}\r\n${begin}${count}${text}`;
    const bytes = joinArguments(start, args, firstKey + sharedKeys);
    const sent = numberOfKeys === undefined ? [sha, ...args] : [sha, numberOfKeys, ...args];
    try {
      return await client.sendCommand(new EncodedCommand(bytes, sent));
    } catch (error) {
      if (!(error instanceof Error) || !error.message.startsWith("NOSCRIPT")) throw error;
      return call(args);
    }
  };
}

interface EncodedKeys {
  readonly keys: readonly ScriptArgument[];
  readonly text: string;
}

/** What follows `start`, from the argument at `from` on. */
function joinArguments(start: string, args: readonly ScriptArgument[], from: number): Buffer {
  const parts: Buffer[] = [];
  let text = start;
  for (let place = from; place < args.length; place += 1) {
    const argument = args[place];
    if (!Buffer.isBuffer(argument)) {
      text += encode(argument);
      continue;
    }
    parts.push(Buffer.from(`${text}$${argument.length}\r\n`), argument);
    text = "\r\n";
  }
  parts.push(Buffer.from(text));
  return Buffer.concat(parts);
}

/** As Redis reads an argument, and as ioredis makes a text of it. */
function encode(argument: ScriptArgument): string {
  const text = String(argument ?? "");
  return `$${Buffer.byteLength(text)}\r\n${text}\r\n`;
}

/** A command whose bytes are there already; its arguments are for whoever watches the client, and nobody looks through them. */
class EncodedCommand extends Command {
  readonly #bytes: Buffer;

  constructor(bytes: Buffer, args: readonly ScriptArgument[]) {
    super("evalsha", [], { replyEncoding: "utf8" });
    this.args = args as Command["args"];
    this.#bytes = bytes;
  }

  override toWritable(): Buffer {
    return this.#bytes;
  }
}
