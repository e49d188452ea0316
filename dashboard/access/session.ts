import { createHmac, randomBytes, scryptSync, timingSafeEqual } from "node:crypto";
import type { Role } from "./credentials.js";

/** One browser's visit. Before it has signed in it has no role, and yet a session, which its forms are bound to. */
export interface Session {
  readonly id: string;
  readonly role: Role | undefined;
  /** In ms since 1970. */
  readonly expiresAt: number;
}

/** Makes sessions, carries them in cookies, and binds forms to them. */
export interface Sessions {
  /** Of its own for each secret: cookies don't heed ports, and a machine may serve two dashboards. */
  readonly cookieName: string;
  start(role: Role | undefined): Session;
  /** The cookie's value: the session itself, signed. */
  seal(session: Session): string;
  /** The session in a cookie's value; undefined when it is not one of ours, is over, or was signed out. */
  open(cookie: string | undefined): Session | undefined;
  /** Makes `open` refuse the session from now on, in this process. */
  end(session: Session): void;
  /** What every form of this session has to send along. */
  csrfToken(session: Session): string;
  isCsrfToken(session: Session, token: unknown): boolean;
}

const lifetimeMs = 12 * 3_600_000;
const mostRemembered = 10_000;

/**
 * Sessions signed by a key that comes from `secret` alone, so that they hold over restarts and in every process with
 * the same tokens, and end when a token is changed.
 *
 * The key is stretched: whoever holds a cookie could otherwise try tokens on it at their leisure.
 */
export function openSessions(secret: string, now: () => number = Date.now): Sessions {
  const key = scryptSync(secret, "taskwright dashboard sessions", 32, { N: 2 ** 15, r: 8, p: 1, maxmem: 64 * 2 ** 20 });
  const ended = new Set<string>();
  const sign = (purpose: string, text: string) =>
    createHmac("sha256", key).update(`${purpose}:${text}`).digest("base64url");

  return {
    cookieName: `taskwright_${sign("cookie", "name").slice(0, 8)}`,
    start: (role) => ({ id: randomBytes(16).toString("base64url"), role, expiresAt: now() + lifetimeMs }),
    seal(session) {
      const content = Buffer.from(JSON.stringify(session)).toString("base64url");
      return `${content}.${sign("session", content)}`;
    },
    open(cookie) {
      const [content = "", signature = ""] = cookie?.split(".") ?? [];
      if (!isEqual(signature, sign("session", content))) return undefined;
      // Only what we signed comes this far.
      const session = JSON.parse(Buffer.from(content, "base64url").toString()) as Session;
      return session.expiresAt > now() && !ended.has(session.id) ? session : undefined;
    },
    end(session) {
      ended.add(session.id);
      const [oldest] = ended;
      if (ended.size > mostRemembered && oldest !== undefined) ended.delete(oldest);
    },
    csrfToken: ({ id }) => sign("csrf", id),
    isCsrfToken: ({ id }, token) => typeof token === "string" && isEqual(token, sign("csrf", id)),
  };
}

function isEqual(given: string, expected: string): boolean {
  const [a, b] = [Buffer.from(given), Buffer.from(expected)];
  return a.length === b.length && timingSafeEqual(a, b);
}
