/** @jsxRuntime automatic @jsxImportSource hono/jsx */
import { errorCode } from "../../runtime/errors.js";
import type { Refusal } from "../access/guard.js";
import type { Services, Visit } from "../visit.js";
import { Layout, pageOf } from "./layout.js";

/** A refusal as a page, or as JSON for a script that asks. */
export function showRefusal(visit: Visit, services: Services, refusal: Refusal): Response | Promise<Response> {
  return problem(visit, services, refusal.status, refusal.title, refusal.message);
}

/** That there is no such page or thing. */
export function showMissing(visit: Visit, services: Services, message: string): Response | Promise<Response> {
  return problem(visit, services, 404, "Not found", message);
}

/** What went wrong on our side: an outage is told as such, anything else is logged and kept to ourselves. */
export function showError(visit: Visit, services: Services, error: unknown): Response | Promise<Response> {
  const code = errorCode(error);
  if (code === "TASKWRIGHT_REDIS_UNAVAILABLE") {
    const message = "The store of the jobs does not answer. This page works again as soon as it does: load it again.";
    return problem(visit, services, 503, "Redis cannot be reached", message);
  }
  if (code === "TASKWRIGHT_INVALID_FILTER" && error instanceof Error) {
    return problem(visit, services, 400, "That cannot be asked for", error.message);
  }
  services.settings.logger.error({ err: error, path: visit.req.path }, "dashboard: a page failed");
  return problem(visit, services, 500, "Something went wrong", "The dashboard's log says what.");
}

function problem(
  visit: Visit,
  services: Services,
  status: 400 | 401 | 403 | 404 | 405 | 413 | 500 | 503,
  title: string,
  message: string,
): Response | Promise<Response> {
  if (!(visit.req.header("accept") ?? "text/html").includes("text/html")) {
    return visit.json({ error: title, message }, status);
  }
  const page = pageOf(visit, services, title);
  return visit.html(
    <Layout page={page}>
      <div class="card problem">
        <h1>{title}</h1>
        <p>{message}</p>
        {page.role !== undefined && (
          <p>
            <a href={page.link("/")}>Go to the overview</a>
          </p>
        )}
      </div>
    </Layout>,
    status,
  );
}
