/** @jsxRuntime automatic @jsxImportSource hono/jsx */
import { getCookie, setCookie } from "hono/cookie";
import { raw } from "hono/html";
import type { Child } from "hono/jsx";
import type { Role } from "../access/credentials.js";
import { assetVersion } from "../assets.js";
import { href, type Services, type Visit } from "../visit.js";

/** What the frame of a page is made from. */
export interface Page {
  readonly title: string;
  /** Of the dashboard as a whole. */
  readonly siteTitle: string;
  readonly role: Role | undefined;
  readonly requiresSignIn: boolean;
  readonly csrf: string;
  /** In ms since 1970; all times of a page are told beside this one. */
  readonly now: number;
  /** What the last action did, told once. */
  readonly notice: Notice | undefined;
  /** Within the dashboard, e.g. `/dead`. */
  readonly path: string;
  /** A path of the dashboard as a browser has to ask for it. */
  link(path: string): string;
}

/** A sentence about what was done. */
export interface Notice {
  readonly kind: "good" | "bad";
  readonly text: string;
}

/** The frame for one visit. */
export function pageOf(visit: Visit, services: Services, title: string): Page {
  const { settings, sessions } = services;
  const session = visit.get("session");
  return {
    title,
    siteTitle: settings.title,
    role: session?.role,
    requiresSignIn: settings.requiresSignIn,
    csrf: session === undefined ? "" : sessions.csrfToken(session),
    now: Date.now(),
    notice: takeNotice(visit, services),
    path: visit.req.path.slice(settings.basePath.length) || "/",
    link: (path) => href(services, path),
  };
}

/** Answers a form: to `path`, where `notice` is told. */
export function redirectWithNotice(visit: Visit, services: Services, path: string, notice: Notice): Response {
  const text = encodeURIComponent(JSON.stringify({ ...notice, text: notice.text.slice(0, 600) }));
  setCookie(visit, noticeCookie, text, { ...noticePath(services), httpOnly: true, sameSite: "Strict", maxAge: 30 });
  return visit.redirect(href(services, path), 303);
}

const noticeCookie = "taskwright_notice";

function noticePath({ settings }: Services) {
  return { path: settings.basePath || "/" };
}

function takeNotice(visit: Visit, services: Services): Notice | undefined {
  const text = getCookie(visit, noticeCookie);
  if (text === undefined) return undefined;
  setCookie(visit, noticeCookie, "", { ...noticePath(services), maxAge: 0 });
  try {
    const { kind, text: sentence } = JSON.parse(decodeURIComponent(text)) as Partial<Notice>;
    return { kind: kind === "bad" ? "bad" : "good", text: String(sentence) };
  } catch {
    return undefined;
  }
}

/** A whole page. `live`: it renews itself while it is looked at. */
export function Layout({
  page,
  live = false,
  children,
}: {
  readonly page: Page;
  readonly live?: boolean;
  readonly children?: Child;
}) {
  const { link, notice, role } = page;
  return (
    <>
      {raw("<!doctype html>")}
      <html lang="en">
        <head>
          <meta charset="utf-8" />
          <meta name="viewport" content="width=device-width, initial-scale=1" />
          <meta name="color-scheme" content="light dark" />
          <title>{`${page.title} · ${page.siteTitle}`}</title>
          <link rel="icon" href={link(`/assets/icon.svg?${assetVersion}`)} type="image/svg+xml" />
          <link rel="stylesheet" href={link(`/assets/style.css?${assetVersion}`)} />
          <script src={link(`/assets/script.js?${assetVersion}`)} defer />
        </head>
        <body>
          <a class="skip" href="#main">
            Skip to the content
          </a>
          <header class="top">
            <a class="brand" href={link("/")}>
              <img src={link(`/assets/icon.svg?${assetVersion}`)} alt="" width="24" height="24" />
              {page.siteTitle}
            </a>
            {role !== undefined && <Navigation page={page} />}
            {role !== undefined && page.requiresSignIn && (
              <form class="visitor" method="post" action={link("/sign-out")}>
                <Csrf page={page} />
                <span class={`role role-${role}`}>{role === "operator" ? "Operator" : "Read-only"}</span>
                <button class="quiet" type="submit">
                  Sign out
                </button>
              </form>
            )}
          </header>
          <main id="main" tabindex={-1} data-live={live ? "" : undefined}>
            {notice !== undefined && (
              <p class={`notice notice-${notice.kind}`} role={notice.kind === "bad" ? "alert" : "status"}>
                {notice.text}
              </p>
            )}
            {children}
          </main>
        </body>
      </html>
    </>
  );
}

const places: readonly (readonly [path: string, label: string])[] = [
  ["/", "Overview"],
  ["/tasks", "Tasks"],
  ["/jobs", "Jobs"],
  ["/dead", "Dead letters"],
  ["/schedules", "Schedules"],
  ["/workers", "Workers"],
  ["/audit", "Audit"],
  ["/board", "Board"],
];

function Navigation({ page }: { readonly page: Page }) {
  const isHere = (path: string) => (path === "/" ? page.path === "/" : page.path.startsWith(path));
  return (
    <nav aria-label="Pages">
      <ul>
        {places.map(([path, label]) => (
          <li>
            <a href={page.link(path === "/board" ? "/board/" : path)} aria-current={isHere(path) ? "page" : undefined}>
              {label}
            </a>
          </li>
        ))}
      </ul>
    </nav>
  );
}

/** What makes a form one of ours. */
export function Csrf({ page }: { readonly page: Pick<Page, "csrf"> }) {
  return <input type="hidden" name="csrf" value={page.csrf} />;
}
