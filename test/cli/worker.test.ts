import { once } from "node:events";
import { createServer } from "node:http";
import { connect } from "node:net";
import { describe, expect, onTestFinished, test } from "vitest";
import { createTasks } from "../../generated/index.js";
import { ownDatabase } from "../support/own-database.js";
import { silentLogger } from "../support/project.js";
import { sampleOf } from "../support/scrape.js";
import { payout, project } from "./populated-store.js";
import { runCli, startCli } from "./run-cli.js";

/** Starts `taskwright worker` on a port that is free, and finds out which. */
async function startServed(connection: string) {
  const args = ["worker", "--connection", connection, "--port", "0", "--host", "127.0.0.1"];
  const worker = startCli(project, args);
  const { url } = JSON.parse(await worker.next(/"msg":"serving"/)) as { readonly url: string };
  await worker.next(/"msg":"worker started"/);
  return { worker, url };
}

describe("taskwright worker --port", { timeout: 90_000 }, () => {
  test("tells where it is served, measures the jobs it runs, and ends at SIGTERM whoever is still connected", async () => {
    const connection = await ownDatabase();
    const { worker, url } = await startServed(connection);
    expect(url).toMatch(/^http:\/\/127\.0\.0\.1:[1-9]\d*$/);
    const ask = async (path: string) => {
      const response = await fetch(`${url}${path}`);
      return [response.status, (await response.text()).trim()] as const;
    };
    expect(await ask("/healthz")).toEqual([200, "alive"]);
    expect(await ask("/readyz")).toEqual([200, "ready"]);
    const tasks = createTasks({ connection, logger: silentLogger() });
    onTestFinished(() => tasks.close());
    await tasks.savings.processPayout.enqueue(payout("PAY-1000"));
    const labels = { task: "savings:process_payout", queue: "critical" };
    const started = async () => sampleOf((await ask("/metrics"))[1], "taskwright_jobs_started_total", labels);
    await expect.poll(started, { timeout: 20_000 }).toBeGreaterThan(0);

    // One that is kept alive, and one whose request is never whole: a server waits a minute for it.
    const { hostname, port } = new URL(url);
    const connections = ["GET /healthz HTTP/1.1\r\nHost: x\r\n\r\n", "GET /metrics HTTP/1.1\r\n"].map((text) => {
      const socket = connect(Number(port), hostname);
      socket.on("error", () => undefined);
      socket.write(text);
      return socket;
    });
    const [alive] = connections;
    if (alive !== undefined) await once(alive, "data");
    const closed = connections.map((socket) => once(socket.resume(), "close"));
    expect(await worker.end("SIGTERM")).toEqual({ code: 0, signal: null });
    await Promise.all(closed);
  });

  test("a port that is taken is said in one sentence, and nothing goes on running", async () => {
    const other = createServer().listen(0, "127.0.0.1");
    onTestFinished(() => void other.close());
    await once(other, "listening");
    const address = other.address();
    const port = typeof address === "object" && address !== null ? address.port : 0;
    const args = ["worker", "--connection", await ownDatabase(), "--port", String(port), "--host", "127.0.0.1"];
    const { code, stderr } = await runCli(project, args);
    expect(stderr).toContain(
      `taskwright: The worker cannot be served on port ${port} of 127.0.0.1: listen EADDRINUSE: address already in use`,
    );
    expect(stderr).toContain("Choose another with `serve.port`, or --port.");
    expect(stderr).not.toContain("    at ");
    expect(code).toBe(1);
  });

  test("--trace hands the spans of its attempts to the SDK that the process was started with", async () => {
    const connection = await ownDatabase();
    const sdk = new URL("./print-spans.mjs", import.meta.url).href;
    const args = ["worker", "--connection", connection, "--trace"];
    const worker = startCli(project, args, { NODE_OPTIONS: `--import=${sdk}` });
    await worker.next(/"msg":"worker started"/);
    const tasks = createTasks({ connection, logger: silentLogger() });
    onTestFinished(() => tasks.close());
    await tasks.savings.processPayout.enqueue(payout("PAY-1000"));
    await worker.next(/^span process critical\.savings:process_payout$/);
    expect(await worker.end("SIGTERM")).toEqual({ code: 0, signal: null });
  });

  test.each(["none", "-1", "65536", "1.5", ""])("--port %j is wrong usage", async (port) => {
    const { code, stderr } = await runCli(project, ["worker", "--connection", await ownDatabase(), "--port", port]);
    expect(stderr).toContain("It must be a port, from 0 (any that is free) to 65535.");
    expect(code).toBe(2);
  });
});
