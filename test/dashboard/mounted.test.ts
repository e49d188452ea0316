import { once } from "node:events";
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { createServer, type RequestListener } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Hono } from "hono";
import { createWorker } from "taskwright";
import { createDashboard, type Dashboard, type DashboardOptions } from "taskwright/dashboard";
import type { Manifest } from "taskwright/operate";
import { expect, onTestFinished, test } from "vitest";
import { catalog } from "../../generated/catalog.js";
import manifest from "../../generated/manifest.json" with { type: "json" };
import { runCli, startCli } from "../cli/run-cli.js";
import { ownDatabase } from "../support/own-database.js";
import { silentLogger } from "../support/project.js";
import { sampleOf } from "../support/scrape.js";
import { operatorToken, Visitor } from "./open-dashboard.js";

async function openDashboard(options: Partial<DashboardOptions> = {}): Promise<Dashboard> {
  const dashboard = createDashboard({
    catalog,
    manifest: manifest as Manifest,
    connection: await ownDatabase(),
    token: operatorToken,
    logger: silentLogger(),
    ...options,
  });
  onTestFinished(() => dashboard.close());
  return dashboard;
}

async function serve(listener: RequestListener): Promise<string> {
  const server = createServer(listener);
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  onTestFinished(() => {
    server.close();
    server.closeAllConnections();
  });
  const address = server.address();
  return typeof address === "object" && address !== null ? `http://127.0.0.1:${address.port}` : "";
}

/** Every address in a page that a browser would ask for. */
function addressesIn(html: string): string[] {
  return [...html.matchAll(/\b(?:href|src|action|formaction)="([^"#]+)"/g)].map(([, address = ""]) => address);
}

const base = "/ops/jobs";

/** Servers that people have, each with a page of its own and the dashboard below `base`. */
const servers: readonly (readonly [name: string, mount: (dashboard: Dashboard) => RequestListener])[] = [
  [
    "Node's own",
    (dashboard) => (request, response) => {
      if (request.url?.startsWith(base)) dashboard.listener(request, response);
      else response.end("my own page");
    },
  ],
  [
    // What Express's `app.use(base, …)` does to a request.
    "Express",
    (dashboard) => (request, response) => {
      const url = request.url ?? "/";
      if (!url.startsWith(base)) {
        response.end("my own page");
        return;
      }
      request.url = url.slice(base.length) || "/";
      dashboard.listener(Object.assign(request, { originalUrl: url, baseUrl: base }), response);
    },
  ],
];

test.each(servers)("in a server of %s: every page, link, form and file is below its path", async (_, mount) => {
  const dashboard = await openDashboard({ basePath: base });
  const url = await serve(mount(dashboard));
  const visitor = new Visitor(url);
  expect(await (await visitor.get("/")).text()).toBe("my own page");
  expect((await visitor.get(`${base}/tasks`)).headers.get("location")).toBe(`${base}/sign-in?next=%2Ftasks`);
  const signedIn = await visitor.post(`${base}/sign-in`, { token: operatorToken, next: "/tasks" }, `${base}/sign-in`);
  expect(signedIn.headers.get("location")).toBe(`${base}/tasks`);

  const seen = new Set<string>();
  for (const path of [
    "",
    "/",
    "/tasks",
    "/tasks/notification:sms",
    "/jobs",
    "/dead",
    "/schedules",
    "/workers",
    "/audit",
  ]) {
    const page = await visitor.get(base + path);
    expect.soft(page.status, path).toBe(200);
    for (const address of addressesIn(await page.text())) seen.add(address.replaceAll("&amp;", "&"));
  }
  expect([...seen].filter((address) => !address.startsWith(`${base}/`))).toEqual([]);
  for (const address of seen) {
    if (address.includes("/assets/")) expect.soft((await visitor.get(address)).status, address).toBe(200);
  }
  const board = await (await visitor.get(`${base}/board/`)).text();
  expect(board).toContain(`<base href="${base}/board/"`);
  const queues = await visitor.get(`${base}/board/api/queues`, { accept: "application/json" });
  expect(await queues.json()).toMatchObject({
    queues: Object.keys(manifest.queues).map((name) => expect.objectContaining({ name })),
  });

  const paused = await visitor.post(`${base}/queues/low/pause`, {}, base);
  expect(paused.headers.get("location")).toBe(`${base}/`);
  await visitor.post(`${base}/queues/low/resume`, {}, base);
});

test("where requests and responses are those of browsers", async () => {
  const dashboard = await openDashboard({ basePath: base });
  const app = new Hono().all(`${base}/*`, ({ req }) => dashboard.fetch(req.raw));
  const answer = await app.request(`http://localhost${base}/sign-in`, { headers: { host: "localhost" } });
  expect(answer.status).toBe(200);
  expect(await answer.text()).toContain(`action="${base}/sign-in"`);
});

test("on the embedded store, beside the worker that runs what the form enqueues", { timeout: 120_000 }, async () => {
  const connection = "embedded:";
  const dashboard = await openDashboard({ connection, signIn: false });
  const url = await serve(dashboard.listener);
  const handled: unknown[] = [];
  const handler = async (payload: unknown) => void handled.push(payload);
  const handlers = Object.fromEntries(
    Object.entries(catalog.workflows).map(([workflow, tasks]) => [
      workflow,
      Object.fromEntries(Object.keys(tasks).map((name) => [name, handler])),
    ]),
  );
  const succeeded = new Promise<string>((resolve) => {
    const hooks = { onSuccess: ({ jobId }: { readonly jobId: string }) => resolve(jobId) };
    const worker = createWorker(catalog, handlers as never, { connection, logger: silentLogger(), hooks });
    onTestFinished(() => worker.close({ graceMs: 0 }));
    void worker.start();
  });
  const visitor = new Visitor(url);
  const sms = { "field:phone": "+2348012345678", "field:message": "Hello", "field:purpose": '"alert"' };
  await visitor.post("/tasks/notification:sms/enqueue", sms, "/tasks/notification:sms");
  const id = await succeeded;
  expect(handled).toEqual([{ phone: "+2348012345678", message: "Hello", purpose: "alert" }]);
  for (const path of ["/", "/tasks", "/jobs", `/jobs/default/${id}`, "/dead", "/schedules", "/workers", "/board/"]) {
    expect.soft((await visitor.get(path)).status, path).toBe(200);
  }
  expect(await (await visitor.get(`/jobs/default/${id}`)).text()).toContain("completed");
  expect(await (await visitor.get("/audit")).text()).toContain("notification:sms");
});

test("in `taskwright worker --port`, beside its metrics, and not where nobody could sign in", {
  timeout: 240_000,
}, async () => {
  const project = mkdtempSync(join(tmpdir(), "taskwright-served-"));
  onTestFinished(() => rmSync(project, { recursive: true, force: true }));
  mkdirSync(join(project, "node_modules"));
  symlinkSync(join(import.meta.dirname, "../.."), join(project, "node_modules/taskwright"));
  mkdirSync(join(project, "workflows/hello"), { recursive: true });
  writeFileSync(join(project, "package.json"), '{ "type": "module" }');
  writeFileSync(join(project, "workflows/hello.yaml"), "tasks:\n  greet: { description: Greet everybody. }\n");
  writeFileSync(join(project, "workflows/hello/greet.ts"), "export const greet = async () => undefined;\n");
  expect(await runCli(project, ["codegen"])).toMatchObject({ code: 0 });
  const env = { REDIS_URL: await ownDatabase() };
  const args = ["worker", "--port", "0", "--host", "127.0.0.1"];

  const worker = startCli(project, args, env);
  const line = await worker.next(/The dashboard is served too/);
  const [, path = "", token = ""] = /sign in at (\S+)#(\S+)$/.exec(line) ?? [];
  const { url } = JSON.parse(await worker.next(/"msg":"serving"/)) as { readonly url: string };
  await worker.next(/"msg":"worker started"/);
  const visitor = new Visitor(url);
  expect((await visitor.post(path, { token })).headers.get("location")).toBe("/");
  expect(await (await visitor.get("/tasks")).text()).toContain("Greet everybody.");
  expect(await (await visitor.get("/metrics")).text()).toContain("taskwright_");
  expect((await visitor.get("/healthz")).status).toBe(200);
  await visitor.post("/tasks/hello:greet/enqueue", {}, "/tasks/hello:greet");
  const enqueued = { task: "hello:greet", queue: "default" };
  const scraped = await (await visitor.get("/metrics")).text();
  expect(sampleOf(scraped, "taskwright_jobs_enqueued_total", enqueued)).toBe(1);
  expect(await worker.end("SIGTERM")).toEqual({ code: 0, signal: null });

  const inProduction = startCli(project, args, { ...env, NODE_ENV: "production" });
  await inProduction.next(/^taskwright: this worker serves no dashboard\. .*TASKWRIGHT_DASHBOARD_TOKEN/);
  const served = JSON.parse(await inProduction.next(/"msg":"serving"/)) as { readonly url: string };
  expect((await fetch(`${served.url}/healthz`)).status).toBe(200);
  expect((await fetch(`${served.url}/`)).status).toBe(404);
  await inProduction.next(/"msg":"worker started"/);
  expect(await inProduction.end("SIGTERM")).toEqual({ code: 0, signal: null });
});
