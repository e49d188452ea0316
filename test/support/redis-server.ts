import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, rmSync } from "node:fs";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { ensureRedisServer } from "./install-redis.js";

/** A Redis of a test's own, on the loopback interface, empty and, unless its `args` say otherwise, without persistence. */
export interface RedisServer {
  readonly url: string;
  readonly port: number;
  /** Ends it as an operator would (SIGTERM) and resolves when it is gone. */
  stop(): Promise<void>;
  /** Ends it as a crash would (SIGKILL). */
  kill(): Promise<void>;
  /** Ends it as a crash would and starts it again on the same port, with what it has persisted. */
  restart(): Promise<void>;
  /** Stops it answering without closing any connection, as a partition would. */
  freeze(): void;
  thaw(): void;
}

/** How many each of them has. */
export const databases = 512;

/** For a Redis that has what it has acknowledged after a crash too. */
export const durable = ["--appendonly", "yes", "--appendfsync", "always"] as const;

/** Starts a Redis and resolves when it accepts connections. Without `port` it takes a free one. */
export async function startRedis(options: { port?: number; args?: readonly string[] } = {}): Promise<RedisServer> {
  const binary = ensureRedisServer();
  const port = options.port ?? (await freePort());
  const folder = mkdtempSync(join(tmpdir(), "taskwright-redis-"));
  const args = [
    ...["--port", String(port), "--bind", "127.0.0.1", "--dir", folder],
    ...["--save", "", "--appendonly", "no", "--maxmemory-policy", "noeviction", "--databases", String(databases)],
    ...(options.args ?? []),
  ];
  let server = await launch(binary, args);

  async function end(signal: NodeJS.Signals): Promise<void> {
    if (server.exitCode !== null || server.signalCode !== null) return;
    const exited = once(server, "exit");
    server.kill("SIGCONT");
    server.kill(signal);
    await exited;
  }

  return {
    url: `redis://127.0.0.1:${port}`,
    port,
    async stop() {
      await end("SIGTERM");
      rmSync(folder, { recursive: true, force: true });
    },
    kill: () => end("SIGKILL"),
    async restart() {
      await end("SIGKILL");
      server = await launch(binary, args);
    },
    freeze: () => void server.kill("SIGSTOP"),
    thaw: () => void server.kill("SIGCONT"),
  };
}

async function launch(binary: string, args: readonly string[]): Promise<ChildProcess> {
  const server = spawn(binary, args, { stdio: ["ignore", "pipe", "pipe"] });
  let output = "";
  await new Promise<void>((resolve, reject) => {
    server.once("error", reject);
    server.once("exit", (code) => reject(new Error(`redis-server ended with ${code} before it was ready:\n${output}`)));
    const read = (chunk: Buffer) => {
      output += chunk.toString();
      if (output.includes("Ready to accept connections")) resolve();
    };
    server.stdout?.on("data", read);
    server.stderr?.on("data", read);
  });
  server.removeAllListeners("exit");
  server.stdout?.removeAllListeners("data").resume();
  return server;
}

async function freePort(): Promise<number> {
  const probe = createServer();
  probe.listen(0, "127.0.0.1");
  await once(probe, "listening");
  const address = probe.address();
  probe.close();
  await once(probe, "close");
  if (address === null || typeof address === "string") throw new Error("A TCP listener has no port.");
  return address.port;
}
