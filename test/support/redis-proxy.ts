import { once } from "node:events";
import { connect, createServer, type Socket } from "node:net";

/** What stands between a client and Redis. */
export interface RedisProxy {
  readonly url: string;
  /** From now on nothing comes back on connections on which somebody waits for jobs; the others go on. */
  silenceWaits(): void;
  /** Ends those connections; new ones work. */
  endSilence(): void;
  close(): Promise<void>;
}

/** Starts a proxy to the Redis at `port` of this machine. */
export async function startRedisProxy(port: number): Promise<RedisProxy> {
  const sockets = new Set<Socket>();
  const waiting = new Set<Socket>();
  let isSilent = false;
  const server = createServer((client) => {
    const redis = connect(port, "127.0.0.1");
    for (const socket of [client, redis]) {
      sockets.add(socket);
      socket.on("error", () => undefined);
    }
    client.on("data", (bytes) => {
      if (/bzpopmin/i.test(bytes.toString("latin1"))) waiting.add(client);
      redis.write(bytes);
    });
    redis.on("data", (bytes) => {
      if (!isSilent || !waiting.has(client)) client.write(bytes);
    });
    client.on("close", () => redis.destroy());
    redis.on("close", () => client.destroy());
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const address = server.address();
  return {
    url: `redis://127.0.0.1:${typeof address === "object" && address !== null ? address.port : 0}`,
    silenceWaits() {
      isSilent = true;
    },
    endSilence() {
      isSilent = false;
      for (const socket of waiting) socket.destroy();
      waiting.clear();
    },
    async close() {
      for (const socket of sockets) socket.destroy();
      server.close();
      await once(server, "close");
    },
  };
}
