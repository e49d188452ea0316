/** @jsxRuntime automatic @jsxImportSource hono/jsx */
import { Hono } from "hono";
import { setSession } from "../access/guard.js";
import { addressOf, href, noteAction, type Services, type VisitEnv } from "../visit.js";
import { Csrf, Layout, type Page, pageOf } from "./layout.js";
import { spanInWords } from "./words.js";

/** Signing in and out. */
export function signInRoutes(services: Services): Hono<VisitEnv> {
  const { settings, sessions, throttle } = services;
  const app = new Hono<VisitEnv>();

  app.get("/sign-in", (visit) => {
    const next = pathOrRoot(visit.req.query("next"));
    if (visit.get("session").role !== undefined) return visit.redirect(href(services, next), 303);
    return visit.html(<SignIn page={pageOf(visit, services, "Sign in")} next={next} />);
  });

  app.post("/sign-in", async (visit) => {
    const { token, next } = await visit.req.parseBody();
    const wanted = pathOrRoot(next);
    const address = addressOf(visit, services);
    const allowed = throttle.attempt(address);
    if (allowed !== "allowed") {
      await noteAction(visit, services, { action: "sign in", outcome: "refused", detail: "too many tries" });
      const problem = `Too many tries. Wait ${spanInWords(Math.max(allowed, 1_000))}.`;
      const page = pageOf(visit, services, "Sign in");
      return visit.html(<SignIn page={page} next={wanted} problem={problem} />, 429, {
        "retry-after": String(Math.ceil(allowed / 1_000)),
      });
    }
    const role = typeof token === "string" ? settings.credentials.roleOf(token.trim()) : undefined;
    if (role === undefined) {
      await noteAction(visit, services, { action: "sign in", outcome: "refused", detail: "a wrong token" });
      const page = pageOf(visit, services, "Sign in");
      return visit.html(<SignIn page={page} next={wanted} problem="That is not the token." />, 401);
    }
    throttle.succeeded(address);
    // Another id than before: one that somebody planted must not become a signed-in one.
    sessions.end(visit.get("session"));
    setSession(visit, services, sessions.start(role));
    await noteAction(visit, services, { action: "sign in", outcome: "done" });
    return visit.redirect(href(services, wanted), 303);
  });

  app.post("/sign-out", async (visit) => {
    await noteAction(visit, services, { action: "sign out", outcome: "done" });
    sessions.end(visit.get("session"));
    setSession(visit, services, sessions.start(undefined));
    return visit.redirect(href(services, "/sign-in"), 303);
  });

  return app;
}

/** A path of ours to go on to: never one that leads to another host. */
function pathOrRoot(path: unknown): string {
  return typeof path === "string" && /^\/(?![/\\])[^\\\s]*$/.test(path) && !path.startsWith("/sign-") ? path : "/";
}

function SignIn({ page, next, problem }: { readonly page: Page; readonly next: string; readonly problem?: string }) {
  return (
    <Layout page={page}>
      <div class="card sign-in">
        <h1>Sign in</h1>
        <form method="post" action={page.link("/sign-in")} data-sign-in="">
          <Csrf page={page} />
          <input type="hidden" name="next" value={next} />
          {/* For password managers, which keep a password beside a name. */}
          <input hidden type="text" name="username" value="taskwright" autocomplete="username" readonly />
          <label for="token">Token</label>
          <input
            id="token"
            name="token"
            type="password"
            autocomplete="current-password"
            required
            autofocus
            aria-invalid={problem === undefined ? undefined : "true"}
            aria-describedby={problem === undefined ? "token-hint" : "token-problem token-hint"}
          />
          {problem !== undefined && (
            <p class="field-problem" id="token-problem" role="alert">
              {problem}
            </p>
          )}
          <p class="hint" id="token-hint">
            It was printed where the dashboard was started, or is set by <code>TASKWRIGHT_DASHBOARD_TOKEN</code>.
          </p>
          <button class="primary" type="submit">
            Sign in
          </button>
        </form>
      </div>
    </Layout>
  );
}
