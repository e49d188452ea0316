import { Redis } from "ioredis";
import { expect, inject, onTestFinished, test } from "vitest";
import { gatherWrites } from "../../../runtime/store/gather-writes.js";

const ping = "*1\r\n$4\r\nping\r\n";

/** A client whose writes are gathered; `writes` tells of each how many pings it held. */
async function openGathering() {
  const client = new Redis(inject("redisUrl"), { lazyConnect: true });
  onTestFinished(() => client.disconnect());
  const writes: number[] = [];
  client.on("connect", () => {
    const { stream } = client;
    const write = stream.write.bind(stream);
    stream.write = ((data: string, ...rest: []) => {
      writes.push(data.length / ping.length);
      return write(data, ...rest);
    }) as typeof stream.write;
  });
  gatherWrites(client);
  await client.connect();
  writes.length = 0;
  const pings = (count: number) => Promise.all(Array.from({ length: count }, () => client.ping()));
  return { client, writes, pings };
}

test("a command leaves at once when none is in flight", async () => {
  const { writes, pings } = await openGathering();
  const answered = pings(1);
  expect(writes).toEqual([1]);
  await answered;
});

test.each([
  [20, 2],
  [50, 5],
  [200, 8],
])("of %i commands in one turn no write holds more than %i, and all are answered", async (count, most) => {
  const { writes, pings } = await openGathering();
  expect(await pings(count)).toEqual(Array.from({ length: count }, () => "PONG"));
  expect(Math.max(...writes)).toBe(most);
  expect(writes.reduce((sum, held) => sum + held, 0)).toBe(count);
  expect(writes.length).toBeLessThan(count);
});

test("commands are answered in their order across writes", async () => {
  const { client } = await openGathering();
  const texts = Array.from({ length: 40 }, (_, n) => `${n}`);
  expect(await Promise.all(texts.map((text) => client.echo(text)))).toEqual(texts);
});
