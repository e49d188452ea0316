import type { HttpBindings } from "@hono/node-server";
import type { Context } from "hono";
import type { Producer } from "../runtime/client/producer.js";
import type { Operations } from "../runtime/operate/index.js";
import type { Audit, AuditEntry } from "./access/audit.js";
import type { Session, Sessions } from "./access/session.js";
import type { SignInThrottle } from "./access/sign-in-throttle.js";
import type { DashboardSettings } from "./options.js";

/** What all pages work with. */
export interface Services {
  readonly settings: DashboardSettings;
  readonly sessions: Sessions;
  readonly throttle: SignInThrottle;
  readonly audit: Audit;
  readonly operations: Operations;
  /** What the operations work by, for what they don't offer. Closed with them. */
  readonly producer: Producer;
}

/** What the guard leaves for the pages. */
export interface VisitEnv {
  Bindings: Partial<HttpBindings>;
  Variables: { session: Session };
}

/** One request, with what was found out about it. */
export type Visit = Context<VisitEnv>;

/** The path of a page as a browser has to ask for it. */
export function href({ settings }: Pick<Services, "settings">, path: string): string {
  return `${settings.basePath}${path}`;
}

/** The address that a request came from; `unknown` where the server does not tell. */
export function addressOf(visit: Visit, { settings }: Pick<Services, "settings">): string {
  // The last is what our own proxy saw; those before it are whatever the client likes.
  const forwarded = settings.trustsProxy ? visit.req.header("x-forwarded-for")?.split(",").at(-1)?.trim() : undefined;
  return forwarded || visit.env?.incoming?.socket?.remoteAddress || "unknown";
}

/** Whether the browser speaks https, to us or to our proxy. */
export function isHttps(visit: Visit, { settings }: Pick<Services, "settings">): boolean {
  if (settings.trustsProxy && visit.req.header("x-forwarded-proto") === "https") return true;
  return new URL(visit.req.url).protocol === "https:";
}

/** Who acts, for logs: two operators have one token, and yet two sessions. */
export function actorOf(visit: Visit): string {
  const { role, id } = visit.get("session");
  return `${role ?? "nobody"} ${id.slice(0, 6)} (dashboard)`;
}

/** The operations in the name of whoever makes this request. */
export function operationsOf(visit: Visit, { operations }: Pick<Services, "operations">): Operations {
  return operations.as(actorOf(visit));
}

/** Notes what this visit did or tried. */
export function noteAction(
  visit: Visit,
  services: Services,
  {
    action,
    target = "",
    outcome,
    detail = "",
  }: Pick<AuditEntry, "action" | "outcome"> & { readonly target?: string; readonly detail?: string | undefined },
): Promise<void> {
  const session = visit.get("session");
  return services.audit.note({
    at: Date.now(),
    role: session.role,
    session: session.id.slice(0, 6),
    address: addressOf(visit, services),
    action,
    target,
    outcome,
    detail: detail.slice(0, 500),
  });
}
