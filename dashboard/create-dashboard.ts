import type { IncomingMessage, ServerResponse } from "node:http";
import { getRequestListener } from "@hono/node-server";
import { Hono } from "hono";
import { bodyLimit } from "hono/body-limit";
import { getPath } from "hono/utils/url";
import { openProducer } from "../runtime/client/producer.js";
import { operateBy } from "../runtime/operate/operations.js";
import { parseConnection } from "../runtime/store/connection.js";
import { openAudit } from "./access/audit.js";
import { guard, harden, type Refusal, type ShowRefusal } from "./access/guard.js";
import { openSessions } from "./access/session.js";
import { openSignInThrottle } from "./access/sign-in-throttle.js";
import { assetRoutes } from "./assets.js";
import { boardRoutes } from "./board/board.js";
import { type DashboardOptions, readDashboardOptions } from "./options.js";
import { auditRoutes } from "./pages/audit.js";
import { deadLetterRoutes } from "./pages/dead-letters.js";
import { jobRoutes } from "./pages/job.js";
import { jobListRoutes } from "./pages/jobs.js";
import { overviewRoutes } from "./pages/overview.js";
import { showError, showMissing, showRefusal } from "./pages/problem.js";
import { scheduleRoutes } from "./pages/schedules.js";
import { signInRoutes } from "./pages/sign-in.js";
import { taskRoutes } from "./pages/task.js";
import { taskListRoutes } from "./pages/tasks.js";
import { workerRoutes } from "./pages/workers.js";
import type { Services, VisitEnv } from "./visit.js";

/** A dashboard, to be served by a server of yours or by `serveDashboard`. */
export interface Dashboard {
  /** As web servers of today call it. `env.incoming` of @hono/node-server tells the visitor's address. */
  fetch(request: Request, env?: object): Promise<Response>;
  /** As Node's `http.createServer` and Express call it. Mount it before anything that reads bodies. */
  listener(request: IncomingMessage, response: ServerResponse): void;
  /** What to sign in with, when nobody chose a token: show it to whoever started the process, and to nobody else. */
  readonly generatedToken: string | undefined;
  /** Closes the connections that it opened. */
  close(): Promise<void>;
}

/**
 * The dashboard of a project.
 *
 * Nothing is opened before the first page. Throws InvalidDashboardOption, DashboardTokenMissing with
 * NODE_ENV=production and no token, and UnsupportedConnection.
 */
export function createDashboard(options: DashboardOptions): Dashboard {
  const settings = readDashboardOptions(options, process.env);
  const { manifest, catalog, connection, logger, metrics, telemetry } = settings;
  parseConnection(connection);
  const producer = openProducer(connection, logger, telemetry);
  const services: Services = {
    settings,
    sessions: openSessions(settings.credentials.secret),
    throttle: openSignInThrottle(),
    audit: openAudit(producer),
    operations: operateBy(producer, { manifest, catalog, metrics }),
    producer,
  };
  const app = buildApp(services);
  const listen = getRequestListener(app.fetch, { overrideGlobalObjects: false });

  return {
    fetch: async (request, env) => app.fetch(request, env ?? {}),
    listener(request, response) {
      // Express takes the mount's path away, and keeps the whole here.
      if ("originalUrl" in request && typeof request.originalUrl === "string") request.url = request.originalUrl;
      void listen(request, response);
    },
    generatedToken: settings.requiresSignIn ? settings.credentials.generatedToken : undefined,
    close: () => services.operations.close(),
  };
}

function buildApp(services: Services): Hono<VisitEnv> {
  const { basePath } = services.settings;
  // The overview is at the mount's own path, with and without the slash that our links to it have.
  const pathOf = (request: Request) => {
    const path = getPath(request);
    return basePath !== "" && path === `${basePath}/` ? basePath : path;
  };
  const app = new Hono<VisitEnv>({ getPath: pathOf }).basePath(basePath || "/");
  const refuse: ShowRefusal = (visit, refusal) => showRefusal(visit, services, refusal);
  app.use(harden(services, refuse));
  app.use(bodyLimit({ maxSize: 2 ** 20, onError: (visit) => refuse(visit, tooLarge) }));
  app.use(guard(services, refuse));
  app.route("/assets", assetRoutes());
  for (const routes of pages) app.route("/", routes(services));
  app.route("/board", boardRoutes(services));
  app.notFound((visit) => showMissing(visit, services, "There is no such page."));
  app.onError((error, visit) => showError(visit, services, error));
  return app;
}

const pages = [
  signInRoutes,
  overviewRoutes,
  taskListRoutes,
  taskRoutes,
  jobListRoutes,
  jobRoutes,
  deadLetterRoutes,
  scheduleRoutes,
  workerRoutes,
  auditRoutes,
];

const tooLarge: Refusal = {
  status: 413,
  title: "Too large",
  message: "More than a megabyte is not taken. Nothing was done.",
};
