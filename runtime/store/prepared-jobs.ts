import type { IQueueBackend, JobJson } from "bullmq";
import { Job, RedisQueueBackend } from "bullmq";
import type { Redis } from "ioredis";
import type { JobOptions } from "../mapping/job-options.js";
import type { StoreQueue } from "./queue.js";
import { encodeCalls, type ScriptCall } from "./script-call.js";
import { joinCalls, loopOver } from "./script-loop.js";

/** Adds jobs that differ in nothing but their data, given as JSON. Resolves to their ids, in the same order. */
export type AddPrepared = (data: readonly string[]) => Promise<string[]>;

/**
 * What adds jobs of `name` with `opts` to `queue`; undefined when BullMQ is not as we know it, and has to add them itself.
 *
 * BullMQ makes, checks and packs the same options again for each job. This lets it do so once: it is handed a client
 * that only keeps the command, of which then the time and the data are replaced. Many jobs share a call of a script that
 * loops over the text of BullMQ's own. `opts` must hold neither an id nor anything else that BullMQ treats job by job.
 */
export async function prepareJobs(
  client: Redis,
  queue: StoreQueue,
  name: string,
  opts: JobOptions,
): Promise<AddPrepared | undefined> {
  const backend: IQueueBackend = queue.getBackend();
  if (!(backend instanceof RedisQueueBackend)) return undefined;
  // BullMQ's commands are there once it has started, which a producer does without a server.
  await backend.client;
  const command = await captureCommand(backend, { ...new Job(queue, name, {}, opts).asJSON(), timestamp: anyTime });
  const timeAt = command === undefined ? -1 : placeOfTime(command.packed);
  if (command === undefined || timeAt < 0) return undefined;
  const { keys, packed, packedOptions } = command;
  const scripts = await openScripts(client, command.name, keys.length);
  if (scripts === undefined) return undefined;
  const { one, many } = scripts;

  /** BullMQ's first argument, with the time of now. */
  function packNow(): Buffer {
    const copy = Buffer.from(packed);
    copy.writeDoubleBE(Date.now(), timeAt);
    return copy;
  }

  async function addAlone(text: string): Promise<string> {
    return accepted(await one([...keys, packNow(), text, packedOptions]));
  }

  async function addPart(part: readonly string[]): Promise<readonly unknown[]> {
    const packed = packNow();
    const calls = part.map((text) => [...keys, packed, text, packedOptions]);
    return (await many(joinCalls(calls, keys.length))) as unknown[];
  }

  const addSoon = gatherCalls(addAlone, addPart);
  return async (data) => {
    const [only = ""] = data;
    if (data.length === 1) return [await addSoon(only)];
    const added = await Promise.all(inParts(data).map(addPart));
    return added.flat().map(accepted);
  };
}

interface GatheredCall {
  readonly text: string;
  resolve(id: string): void;
  reject(error: unknown): void;
}

/**
 * Calls that come in one turn of the event loop become one call of `addMany`; a lone one goes to `addOne`.
 *
 * After a few the call is made at once, so that Redis begins while this process goes on.
 */
function gatherCalls(
  addOne: (text: string) => Promise<string>,
  addMany: (data: readonly string[]) => Promise<readonly unknown[]>,
): (text: string) => Promise<string> {
  let pending: GatheredCall[] = [];

  function flush(): void {
    const calls = pending;
    const [first] = calls;
    if (first === undefined) return;
    pending = [];
    if (calls.length === 1) {
      addOne(first.text).then(first.resolve, first.reject);
      return;
    }
    addMany(calls.map(({ text }) => text)).then(
      (answers) => calls.forEach((call, index) => void settle(call, answers[index])),
      (error: unknown) => calls.forEach(({ reject }) => void reject(error)),
    );
  }

  function settle({ resolve, reject }: GatheredCall, answer: unknown): void {
    try {
      resolve(accepted(answer));
    } catch (error) {
      reject(error);
    }
  }

  return (text) =>
    new Promise((resolve, reject) => {
      const count = pending.push({ text, resolve, reject });
      if (count === 1) process.nextTick(flush);
      else if (count >= mostGathered || text.length > mostCharacters / mostGathered) flush();
    });
}

/** A call of one of BullMQ's scripts that add a job. */
interface Command {
  readonly name: string;
  readonly keys: readonly string[];
  /** The arguments that BullMQ packs, the job's time among them. */
  readonly packed: Buffer;
  readonly packedOptions: Buffer;
}

async function captureCommand(backend: RedisQueueBackend, job: JobJson): Promise<Command | undefined> {
  let captured: Command | undefined;
  const client = {
    runCommand(name: string, args: readonly unknown[]) {
      const [packed, , packedOptions] = args.slice(-3);
      const keys = args.slice(0, -3).filter((key) => typeof key === "string");
      if (Buffer.isBuffer(packed) && Buffer.isBuffer(packedOptions) && keys.length === args.length - 3) {
        // BullMQ's packer gives out parts of one buffer.
        captured = { name, keys, packed: Buffer.from(packed), packedOptions: Buffer.from(packedOptions) };
      }
      return Promise.resolve("");
    },
  };
  // Public for BullMQ's flows, which hand it a transaction.
  await backend.addJobToTransaction(client as never, job, undefined as never, { parentDependenciesKey: "" });
  return captured;
}

/** A number whose eight bytes occur nowhere else. */
const anyTime = 1_234_567_890_123;

/** Where the eight bytes of the job's time begin; −1 when there is no such place, or more than one. */
function placeOfTime(packed: Buffer): number {
  const bytes = Buffer.alloc(9);
  // MessagePack's mark of a double.
  bytes.writeUInt8(0xcb);
  bytes.writeDoubleBE(anyTime, 1);
  const at = packed.indexOf(bytes);
  return at < 0 || packed.indexOf(bytes, at + 1) >= 0 ? -1 : at + 1;
}

/** BullMQ's script that adds a job, and ours that adds many; undefined where BullMQ's text is not to be had. */
async function openScripts(
  client: Redis,
  name: string,
  numberOfKeys: number,
): Promise<{ readonly one: ScriptCall; readonly many: ScriptCall } | undefined> {
  const texts = await textsOfScripts();
  const text = texts.find((each) => name.startsWith(`${each.name}:`) && each.keys === numberOfKeys);
  if (text === undefined) return undefined;
  const loop = `taskwright:${name}`;
  const lua = loopOver(text.content, numberOfKeys, convertOnce);
  // How many keys there are comes with each call.
  if (!(loop in client)) client.defineCommand(loop, { lua });
  const { [name]: callOne, [loop]: callMany } = client as unknown as Readonly<Record<string, ScriptCall | undefined>>;
  if (callOne === undefined || callMany === undefined) return undefined;
  const sharedKeys = numberOfKeys;
  return {
    one: encodeCalls(client, { lua: text.content, numberOfKeys, sharedKeys, call: callOne.bind(client) }),
    many: encodeCalls(client, { lua, numberOfKeys: undefined, sharedKeys, call: callMany.bind(client) }),
  };
}

/** What is the same for all jobs is unpacked, and encoded, once: BullMQ's text reads these tables and doesn't write them. */
const convertOnce = `
local function once(convert)
  local known = {}
  return function(value)
    local result = known[value]
    if result == nil then
      result = convert(value)
      known[value] = result
    end
    return result
  end
end
local cmsgpack = { unpack = once(cmsgpack.unpack), pack = cmsgpack.pack }
local cjson = { encode = once(cjson.encode), decode = cjson.decode }
`;

interface ScriptText {
  readonly name: string;
  readonly keys: number;
  readonly content: string;
}

/** BullMQ has them loaded already, but neither exports nor types them. */
const scriptsOfBullmq: string = "bullmq/dist/cjs/scripts/index.js";

async function textsOfScripts(): Promise<readonly ScriptText[]> {
  try {
    const scripts: Readonly<Record<string, unknown>> = await import(scriptsOfBullmq);
    return Object.values(scripts).filter(isScriptText);
  } catch {
    return [];
  }
}

function isScriptText(value: unknown): value is ScriptText {
  return typeof value === "object" && value !== null && "name" in value && "keys" in value && "content" in value;
}

/** A script holds up everybody else: some 100 jobs take it 2 ms, and long ones should be fewer. */
const mostJobs = 100;
const mostCharacters = 256 * 1_024;
const mostGathered = 32;

function inParts(data: readonly string[]): string[][] {
  const parts: string[][] = [];
  let room = 0;
  for (const text of data) {
    const last = parts.at(-1);
    if (last === undefined || last.length >= mostJobs || room < text.length) {
      parts.push([text]);
      room = mostCharacters - text.length;
    } else {
      last.push(text);
      room -= text.length;
    }
  }
  return parts;
}

/** BullMQ's scripts answer a fault with a negative number; what Redis refuses to one of several is an error among the replies. */
function accepted(answer: unknown): string {
  if (typeof answer === "string") return answer;
  if (answer instanceof Error) throw answer;
  throw new Error(`BullMQ could not add the job: its script answered ${String(answer)}.`);
}
