import { once } from "node:events";
import { connect, createServer, type Socket } from "node:net";
import { onTestFinished } from "vitest";

/** The network between a client and a Redis, for a test to break. */
export interface Network {
  /** Leads through it. */
  readonly url: string;
  /** Breaks every connection; new ones work. */
  reset(): void;
  /** Loses whatever is sent on the connections that are open now, and never closes them; new ones work. */
  goSilent(): void;
  /** Loses the answer to the next request that has this text in it, and breaks that connection. */
  loseAnswerTo(text: string): void;
}

/** Opens one to the Redis at `port` of this machine; it is closed when the test ends. */
export async function openNetwork(port: number): Promise<Network> {
  const links = new Set<{ readonly ends: readonly Socket[]; isSilent: boolean }>();
  let lost: string | undefined;
  const server = createServer((client) => {
    const redis = connect(port, "127.0.0.1");
    const link = { ends: [client, redis], isSilent: false };
    let isAnswerLost = false;
    links.add(link);
    client.on("data", (bytes) => {
      if (lost !== undefined && bytes.includes(lost)) {
        lost = undefined;
        isAnswerLost = true;
      }
      if (!link.isSilent) redis.write(bytes);
    });
    redis.on("data", (bytes) => {
      if (isAnswerLost) close();
      else if (!link.isSilent) client.write(bytes);
    });
    const close = () => {
      links.delete(link);
      for (const end of link.ends) end.destroy();
    };
    for (const end of link.ends) {
      end.on("error", () => undefined);
      // What is silent tells nobody either that the other side has gone.
      end.on("close", () => link.isSilent || close());
    }
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const address = server.address();
  onTestFinished(() => {
    for (const { ends } of links) for (const end of ends) end.destroy();
    server.close();
  });
  return {
    url: `redis://127.0.0.1:${typeof address === "object" && address !== null ? address.port : 0}`,
    reset() {
      for (const { ends } of links) for (const end of ends) end.resetAndDestroy();
      links.clear();
    },
    goSilent() {
      for (const link of links) link.isSilent = true;
    },
    loseAnswerTo(text) {
      lost = text;
    },
  };
}
