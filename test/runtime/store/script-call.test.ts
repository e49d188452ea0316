import { Redis } from "ioredis";
import { expect, inject, onTestFinished, test } from "vitest";
import { encodeCalls, type ScriptCall } from "../../../runtime/store/script-call.js";

const lua = `return { KEYS, ARGV } -- ${Math.random()}`;

async function openScript({ numberOfKeys }: { readonly numberOfKeys: number | undefined }) {
  const client = new Redis(inject("redisUrl"));
  onTestFinished(() => client.disconnect());
  client.defineCommand("tell", { lua, ...(numberOfKeys === undefined ? {} : { numberOfKeys }) });
  const told = (client as unknown as { tell: ScriptCall }).tell.bind(client);
  const byIoredis: (readonly unknown[])[] = [];
  const call: ScriptCall = (args) => {
    byIoredis.push(args);
    // It puts the number of keys before the arguments that it is given.
    return told([...args]);
  };
  return { client, call, told, byIoredis, encoded: encodeCalls(client, { lua, numberOfKeys, sharedKeys: 2, call }) };
}

const packed = Buffer.from([0x83, 0xa5, 0xff, 0x0d, 0x0a, 0x00]);

test.each([
  ["texts", ["{k}1", "{k}2", "{k}3", "naïve 🎈", "", "\r\n$3"]],
  ["what is no text", ["{k}1", "{k}2", "{k}3", 12, -1.5, true, false, null, undefined]],
  ["bytes", ["{k}1", "{k}2", "{k}3", packed, "between", packed, Buffer.alloc(0)]],
  ["no arguments", ["{k}1", "{k}2", "{k}3"]],
])("%s arrive as by ioredis", async (_, args) => {
  const { told, encoded } = await openScript({ numberOfKeys: 3 });
  const expected = await told([...args]);
  expect(await encoded(args)).toEqual(expected);
});

test("the number of keys may come with the call", async () => {
  const { encoded } = await openScript({ numberOfKeys: undefined });
  expect(await encoded([3, "{k}1", "{k}2", "{k}3", "a"])).toEqual([["{k}1", "{k}2", "{k}3"], ["a"]]);
  expect(await encoded([2, "{k}1", "{k}2", "b"])).toEqual([["{k}1", "{k}2"], ["b"]]);
});

test.each([
  [3, ["{k}1", "{k}2", "{k}3", packed]],
  [undefined, [3, "{k}1", "{k}2", "{k}3", packed]],
])("whoever watches the client sees the arguments of a call (number of keys: %s)", async (numberOfKeys, args) => {
  const { client, encoded } = await openScript({ numberOfKeys });
  const seen: unknown[] = [];
  const { sendCommand } = client;
  client.sendCommand = (command, ...rest) => {
    seen.push([command.name, ...command.args.slice(1)]);
    return sendCommand.call(client, command, ...rest);
  };
  await encoded(args);
  expect(seen[0]).toEqual(["evalsha", 3, "{k}1", "{k}2", "{k}3", packed]);
});

test("shared keys that are not the same after all are told apart", async () => {
  const { encoded } = await openScript({ numberOfKeys: 3 });
  const keysOf = async (...keys: string[]) => ((await encoded(keys)) as unknown[])[0];
  expect(await keysOf("{k}1", "{k}2", "{k}3")).toEqual(["{k}1", "{k}2", "{k}3"]);
  expect(await keysOf("{k}1", "{k}4", "{k}3")).toEqual(["{k}1", "{k}4", "{k}3"]);
});

test("a Redis that lacks the script is sent it once, and has it then", async () => {
  const { client, encoded, byIoredis } = await openScript({ numberOfKeys: 3 });
  await client.script("FLUSH");
  const args = ["{k}1", "{k}2", "{k}3", "a"];
  expect(await encoded(args)).toEqual([args.slice(0, 3), ["a"]]);
  expect(await encoded(args)).toEqual([args.slice(0, 3), ["a"]]);
  expect(byIoredis).toHaveLength(1);
});

test("an error of the script reaches its caller", async () => {
  const { client } = await openScript({ numberOfKeys: 0 });
  const failing = "return redis.error_reply('WRONG in every way')";
  await client.script("LOAD", failing);
  const call = () => Promise.reject(new Error("It was asked again."));
  const encoded = encodeCalls(client, { lua: failing, numberOfKeys: 0, sharedKeys: 0, call });
  await expect(encoded([])).rejects.toThrow("WRONG in every way");
});
