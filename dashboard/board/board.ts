import { createRequire } from "node:module";
import { dirname } from "node:path";
import { serveStatic } from "@hono/node-server/serve-static";
import { Hono } from "hono";
import { setCookie } from "hono/cookie";
import { askOf, operatorPatienceMs } from "../../runtime/client/ask.js";
import type { JobAction } from "../../runtime/operate/index.js";
import type { Role } from "../access/credentials.js";
import { actOnJob, switchQueue } from "../act.js";
import { href, isHttps, noteAction, type Services, type Visit, type VisitEnv } from "../visit.js";
import { maskedAdapter } from "./masked-adapter.js";

/**
 * bull-board at `/board`, as a window: what it shows is masked as on our own pages, and what may be done there is done by
 * our own steps. It knows BullMQ and not the contracts, so all else (payloads written by hand, whole queues emptied,
 * schedules and limits that belong to the workflow files) is refused.
 */
export function boardRoutes(services: Services): Hono<VisitEnv> {
  const ask = askOf(services.producer, operatorPatienceMs);
  const boards = new Map<Role, Promise<Hono>>();
  const boardOf = (role: Role): Promise<Hono> => {
    const open = boards.get(role) ?? openBoard(services, role);
    boards.set(role, open);
    // What failed is tried again by the next.
    open.catch(() => boards.delete(role));
    return open;
  };
  const app = new Hono<VisitEnv>();

  app.get("/", async (visit, next) => {
    return visit.req.path.endsWith("/") ? next() : visit.redirect(href(services, "/board/"), 303);
  });
  app.get("/*", async (visit) => {
    const board = await boardOf(visit.get("session").role ?? "viewer");
    const answer = await ask("asking the board", async () => board.fetch(visit.req.raw, visit.env));
    if (visit.req.path.startsWith(href(services, "/board/static/"))) {
      // Their names change with their contents.
      return new Response(answer.body, {
        headers: { ...Object.fromEntries(answer.headers), "cache-control": "private, max-age=86400" },
      });
    }
    if (!answer.headers.get("content-type")?.startsWith("text/html")) return answer;
    giveToken(visit, services);
    return visit.html(withoutOthers(await answer.text()));
  });
  app.all("/*", (visit) => act(visit, services));
  return app;
}

async function openBoard({ settings, operations, producer }: Services, role: Role): Promise<Hono> {
  // CommonJS; loaded when somebody opens it.
  const load = createRequire(import.meta.url);
  const { createBullBoard } = load("@bull-board/api") as typeof import("@bull-board/api");
  const { HonoAdapter } = load("@bull-board/hono") as typeof import("@bull-board/hono");
  const adapters = Object.keys(operations.manifest.queues).map(async (name) =>
    maskedAdapter(await producer.queue(name), operations.mask, { readOnlyMode: role !== "operator" }),
  );
  const basePath = `${settings.basePath}/board`;
  const serverAdapter = new HonoAdapter(serveStatic).setBasePath(basePath);
  createBullBoard({
    queues: await Promise.all(adapters),
    serverAdapter,
    options: {
      uiBasePath: dirname(load.resolve("@bull-board/ui/package.json")),
      uiConfig: {
        boardTitle: settings.title,
        hideDocsLink: true,
        locale: { lng: "en-US" },
        miscLinks: [{ text: `Back to ${settings.title}`, url: href({ settings }, "/") }],
      },
    },
  });
  // Each would answer by itself, with the error's own words, where our pages tell an outage from a fault.
  const board = serverAdapter.setErrorHandler(rethrow).registerPlugin().onError(rethrow);
  return new Hono({ strict: false }).route(basePath, board).onError(rethrow);
}

function rethrow(error: Error): never {
  throw error;
}

/** Its HTTP client sends this cookie back as a header, which only a page of this origin can. */
function giveToken(visit: Visit, services: Services): void {
  setCookie(visit, "XSRF-TOKEN", services.sessions.csrfToken(visit.get("session")), {
    path: href(services, "/board"),
    sameSite: "Strict",
    secure: isHttps(visit, services),
  });
}

/** Without what it would load from elsewhere, which is a font: its styles name others that the machine has. */
function withoutOthers(html: string): string {
  return html.replaceAll(/<(?:link|script)\b[^>]*\b(?:href|src)="(?:https?:)?\/\/[^>]*>(?:<\/script>)?/g, "");
}

/** What may be done on the board, as bull-board asks for it. */
async function act(visit: Visit, services: Services): Promise<Response> {
  const path = visit.req.path.slice(href(services, "/board").length);
  const [, queue, id, verb] = /^\/api\/queues\/([^/]+)\/(?:([^/]+)\/)?([^/]+)$/.exec(path)?.map(decode) ?? [];
  const isDeclared = queue !== undefined && Object.hasOwn(services.operations.manifest.queues, queue);
  if (visit.req.method === "PUT" && isDeclared && verb !== undefined) {
    if (id === undefined && (verb === "pause" || verb === "resume")) {
      await switchQueue(visit, services, verb, queue, detail);
      return visit.json({});
    }
    const action = jobActions[verb];
    if (id !== undefined && action !== undefined) {
      const acted = await actOnJob(visit, services, action, { queue, id }, { detail });
      return acted.done ? visit.body(null, 204) : visit.json({ error: acted.reason }, 409);
    }
  }
  await noteAction(visit, services, { action: "board", target: path, outcome: "refused", detail: notHere });
  return visit.json({ error: notHere }, 403);
}

const detail = "on the board";

const jobActions: Readonly<Record<string, JobAction>> = { retry: "retry", promote: "promote", clean: "remove" };

const notHere = "Not here: the board knows no contracts. Use Taskwright's own pages, or the workflow files.";

function decode(part: string): string {
  try {
    return part === undefined ? part : decodeURIComponent(part);
  } catch {
    return part;
  }
}
