import type { MiddlewareHandler } from "hono";
import { getCookie, setCookie } from "hono/cookie";
import { href, isHttps, noteAction, type Services, type Visit, type VisitEnv } from "../visit.js";
import { securityHeaders } from "./headers.js";
import { isKnownHost } from "./host-check.js";
import type { Session } from "./session.js";

/** Why a request was turned away before it reached a page. */
export interface Refusal {
  readonly status: 401 | 403 | 405 | 413;
  readonly title: string;
  readonly message: string;
}

/** Shows a refusal to whoever made the request. */
export type ShowRefusal = (visit: Visit, refusal: Refusal) => Response | Promise<Response>;

/** The headers of every answer, and no answer but a refusal to whoever reached it by a name that is not its own. */
export function harden({ settings }: Services, refuse: ShowRefusal): MiddlewareHandler<VisitEnv> {
  return async (visit, next) => {
    const isKnown = isKnownHost(visit.req.header("host"), settings.hosts);
    if (isKnown) await next();
    else visit.res = await refuse(visit, unknownHost);
    const isBoard = pathWithin(visit, settings.basePath).startsWith("/board");
    const mayBeKept = visit.res.headers.has("cache-control");
    for (const [name, value] of Object.entries(securityHeaders(isBoard ? "board" : "ours"))) {
      if (name !== "cache-control" || !mayBeKept) visit.res.headers.set(name, value);
    }
  };
}

/**
 * What stands before every page, in this order: the session, for whatever may change something that it comes from a page
 * of ours, and then the role.
 *
 * A page cannot be forgotten: a new one is behind all of it.
 */
export function guard(services: Services, refuse: ShowRefusal): MiddlewareHandler<VisitEnv> {
  const { settings, sessions } = services;

  return async (visit, next) => {
    const path = pathWithin(visit, settings.basePath);
    if (path.startsWith("/assets/")) return next();
    const session = sessions.open(getCookie(visit, sessions.cookieName)) ?? startSession(visit, services);
    visit.set("session", session);
    const changes = !["GET", "HEAD"].includes(visit.req.method);
    const turnAway = async (refusal: Refusal): Promise<Response> => {
      await noteAction(visit, services, { action: "post", target: path, outcome: "refused", detail: refusal.title });
      return refuse(visit, refusal);
    };
    if (changes && !(await isOurOwn(visit, session, services))) return turnAway(foreignPost);
    if (path === "/sign-in") return next();
    if (session.role === undefined) {
      if (changes || wantsData(visit)) return refuse(visit, notSignedIn);
      const wanted = path === "/" ? "" : `?next=${encodeURIComponent(path + new URL(visit.req.url).search)}`;
      return visit.redirect(href(services, `/sign-in${wanted}`), 303);
    }
    if (changes && session.role !== "operator" && path !== "/sign-out") return turnAway(mayOnlyLook);
    return next();
  };
}

/** Gives the browser a session as its cookie. */
export function setSession(visit: Visit, services: Services, session: Session): void {
  const { sessions, settings } = services;
  setCookie(visit, sessions.cookieName, sessions.seal(session), {
    path: settings.basePath || "/",
    httpOnly: true,
    sameSite: "Strict",
    secure: isHttps(visit, services),
    expires: new Date(session.expiresAt),
  });
  visit.set("session", session);
}

function startSession(visit: Visit, services: Services): Session {
  const session = services.sessions.start(services.settings.requiresSignIn ? undefined : "operator");
  setSession(visit, services, session);
  return session;
}

/** That it carries the token which only our own pages hold; and, where the browser tells, that it says so itself. */
async function isOurOwn(visit: Visit, session: Session, { sessions }: Services): Promise<boolean> {
  const site = visit.req.header("sec-fetch-site");
  if (site !== undefined && site !== "same-origin") return false;
  const origin = visit.req.header("origin");
  if (origin !== undefined && (!URL.canParse(origin) || new URL(origin).host !== visit.req.header("host")))
    return false;
  const header = visit.req.header("x-xsrf-token");
  if (header !== undefined) return sessions.isCsrfToken(session, header);
  if (!visit.req.header("content-type")?.startsWith("application/x-www-form-urlencoded")) return false;
  return sessions.isCsrfToken(session, (await visit.req.parseBody()).csrf);
}

/** A script that asks cannot follow to a form. */
function wantsData(visit: Visit): boolean {
  return !(visit.req.header("accept") ?? "text/html").includes("text/html");
}

function pathWithin(visit: Visit, basePath: string): string {
  return visit.req.path.slice(basePath.length) || "/";
}

const unknownHost: Refusal = {
  status: 403,
  title: "Unknown host",
  message:
    "This dashboard does not know the name by which it was reached. If it is right, add it to TASKWRIGHT_DASHBOARD_HOSTS (or to the option `hosts`).",
};

const foreignPost: Refusal = {
  status: 403,
  title: "Not sent from this dashboard",
  message:
    "The form was too old, or came from somewhere else. Nothing was done. Go back, load the page again and repeat it.",
};

const notSignedIn: Refusal = { status: 401, title: "Not signed in", message: "Sign in first. Nothing was done." };

const mayOnlyLook: Refusal = {
  status: 403,
  title: "You may only look",
  message: "You are signed in with the read-only token. Nothing was done.",
};
