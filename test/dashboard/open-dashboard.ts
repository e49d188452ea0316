import { Redis } from "ioredis";
import { createWorker, type Worker } from "taskwright";
import { createDashboard, type DashboardOptions, serveDashboard } from "taskwright/dashboard";
import type { Manifest } from "taskwright/operate";
import { catalog } from "../../generated/catalog.js";
import { createTasks } from "../../generated/index.js";
import manifest from "../../generated/manifest.json" with { type: "json" };
import { ownDatabase } from "../support/own-database.js";
import { silentLogger } from "../support/project.js";

export const operatorToken = "operators-token-of-the-tests";
export const viewerToken = "viewers-token-of-the-tests";

/** The project of this repository on a database of its own, with its dashboard served on the loopback interface. */
export async function openServedDashboard(options: Partial<DashboardOptions> = {}) {
  const connection = await ownDatabase();
  const redis = new Redis(connection);
  const logger = silentLogger();
  const dashboard = createDashboard({
    catalog,
    manifest: manifest as Manifest,
    connection,
    token: operatorToken,
    readOnlyToken: viewerToken,
    logger,
    ...options,
  });
  const served = await serveDashboard(dashboard, { port: 0 });
  const tasks = createTasks({ connection, logger });
  const workers: Worker[] = [];
  return {
    url: served.url,
    dashboard,
    connection,
    logger,
    redis,
    tasks,
    /** Starts a worker whose handlers do what `handle` does with a task's wire name and payload. */
    async work(handle: (task: string, payload: Readonly<Record<string, string>>) => unknown): Promise<Worker> {
      const handlers = Object.fromEntries(
        Object.entries(catalog.workflows).map(([workflow, definitions]) => [
          workflow,
          Object.fromEntries(
            Object.entries(definitions).map(([name, task]) => [
              name,
              (payload: Readonly<Record<string, string>>) => handle((task as { readonly name: string }).name, payload),
            ]),
          ),
        ]),
      );
      const worker = createWorker(catalog, handlers as never, { connection, logger, grace: 0, heartbeat: 200 });
      workers.push(worker);
      await worker.start();
      return worker;
    },
    async close(): Promise<void> {
      await Promise.all(workers.map((worker) => worker.close({ graceMs: 0 })));
      await tasks.close();
      await served.close();
      redis.disconnect();
    },
  };
}

export type ServedProject = Awaited<ReturnType<typeof openServedDashboard>>;

/** A browser that is nothing but its cookies. */
export class Visitor {
  readonly #url: string;
  readonly cookies = new Map<string, string>();

  constructor(url: string) {
    this.#url = url;
  }

  async get(path: string, headers: Readonly<Record<string, string>> = {}): Promise<Response> {
    return this.#send(path, { headers });
  }

  /** Posts a form with the token of the page `from`. */
  async post(path: string, fields: Readonly<Record<string, string>> = {}, from = "/sign-in"): Promise<Response> {
    return this.postRaw(path, { csrf: await this.csrfToken(from), ...fields });
  }

  async postRaw(
    path: string,
    fields: Readonly<Record<string, string>>,
    headers: Readonly<Record<string, string>> = {},
  ): Promise<Response> {
    return this.#send(path, { method: "POST", body: new URLSearchParams(fields), headers });
  }

  async send(path: string, init: RequestInit): Promise<Response> {
    return this.#send(path, init);
  }

  /** The token in the forms of a page. */
  async csrfToken(page: string): Promise<string> {
    return /name="csrf" value="([^"]+)"/.exec(await (await this.get(page)).text())?.[1] ?? "";
  }

  async signIn(token: string): Promise<Response> {
    return this.post("/sign-in", { token });
  }

  async #send(path: string, init: RequestInit): Promise<Response> {
    const headers = new Headers(init.headers);
    headers.set("cookie", [...this.cookies].map(([name, value]) => `${name}=${value}`).join("; "));
    if (!headers.has("accept")) headers.set("accept", "text/html");
    const response = await fetch(this.#url + path, { ...init, headers, redirect: "manual" });
    for (const cookie of response.headers.getSetCookie()) {
      const [pair = ""] = cookie.split(";");
      const equals = pair.indexOf("=");
      this.cookies.set(pair.slice(0, equals), pair.slice(equals + 1));
    }
    return response;
  }
}
