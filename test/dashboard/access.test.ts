import { request } from "node:http";
import { createDashboard } from "taskwright/dashboard";
import type { Manifest } from "taskwright/operate";
import { afterAll, beforeAll, describe, expect, onTestFinished, test, vi } from "vitest";
import { isKnownHost } from "../../dashboard/access/host-check.js";
import { openSessions } from "../../dashboard/access/session.js";
import { openSignInThrottle } from "../../dashboard/access/sign-in-throttle.js";
import { catalog } from "../../generated/catalog.js";
import manifest from "../../generated/manifest.json" with { type: "json" };
import { openServedDashboard, operatorToken, type ServedProject, Visitor, viewerToken } from "./open-dashboard.js";

let project: ServedProject;
beforeAll(async () => {
  project = await openServedDashboard();
});
afterAll(() => project.close());

const paths = [
  "/",
  "/tasks",
  "/tasks/notification:sms",
  "/jobs",
  "/jobs/low/1",
  "/dead",
  "/schedules",
  "/workers",
  "/audit",
];

describe("signing in", () => {
  test.each([...paths, "/board/", "/no-such-page"])("%s shows nothing to whoever has not signed in", async (path) => {
    const response = await new Visitor(project.url).get(path);
    expect(response.status).toBe(303);
    expect(response.headers.get("location")).toMatch(/^\/sign-in/);
    expect(await response.text()).toBe("");
  });

  test("a script that asks without a session is answered 401, with JSON", async () => {
    const response = await new Visitor(project.url).get("/board/api/queues", { accept: "application/json" });
    expect(response.status).toBe(401);
    expect(await response.json()).toMatchObject({ error: "Not signed in" });
  });

  test("the token opens every page, and signing out closes them, also to a copy of the cookie", async () => {
    const visitor = new Visitor(project.url);
    expect((await visitor.signIn(operatorToken)).headers.get("location")).toBe("/");
    for (const path of paths.filter((each) => !each.includes("/low/"))) {
      expect.soft((await visitor.get(path)).status, path).toBe(200);
    }
    const copy = new Visitor(project.url);
    for (const [name, value] of visitor.cookies) copy.cookies.set(name, value);
    await visitor.post("/sign-out", {}, "/");
    expect((await visitor.get("/")).status).toBe(303);
    expect((await copy.get("/")).status).toBe(303);
  });

  test("the cookie is out of reach of scripts and of other sites", async () => {
    const response = await new Visitor(project.url).get("/sign-in");
    const [cookie = ""] = response.headers.getSetCookie();
    expect(cookie).toContain("HttpOnly");
    expect(cookie).toContain("SameSite=Strict");
    expect(cookie).not.toContain("Secure");
  });

  test("behind a proxy that speaks https, and is believed, the cookie is sent over https alone", async () => {
    const behind = await openServedDashboard({ trustProxy: true });
    onTestFinished(() => behind.close());
    const response = await new Visitor(behind.url).get("/sign-in", { "x-forwarded-proto": "https" });
    expect(response.headers.getSetCookie()[0]).toContain("Secure");
    const believing = await new Visitor(project.url).get("/sign-in", { "x-forwarded-proto": "https" });
    expect(believing.headers.getSetCookie()[0]).not.toContain("Secure");
  });

  test("signing in gives another session: one that was planted before stays without a role", async () => {
    const visitor = new Visitor(project.url);
    await visitor.get("/sign-in");
    const planted = new Visitor(project.url);
    for (const [name, value] of visitor.cookies) planted.cookies.set(name, value);
    await visitor.signIn(operatorToken);
    expect((await visitor.get("/")).status).toBe(200);
    expect((await planted.get("/")).status).toBe(303);
  });

  test("a cookie that was changed, or made by another dashboard, is none", async () => {
    const visitor = new Visitor(project.url);
    await visitor.signIn(viewerToken);
    const [name = "", value = ""] = [...visitor.cookies].find(([each]) => each.startsWith("taskwright_")) ?? [];
    const [content = "", signature = ""] = value.split(".");
    const raised = Buffer.from(content, "base64url").toString().replace("viewer", "operator");
    const others = openSessions("another secret");
    for (const forged of [
      `${Buffer.from(raised).toString("base64url")}.${signature}`,
      others.seal(others.start("operator")),
      `${content}.`,
      "%00",
    ]) {
      const forger = new Visitor(project.url);
      forger.cookies.set(name, forged);
      expect((await forger.get("/")).status).toBe(303);
    }
  });

  test("a session ends after twelve hours", () => {
    let now = 0;
    const sessions = openSessions("a secret", () => now);
    const cookie = sessions.seal(sessions.start("operator"));
    now = 12 * 3_600_000 - 1;
    expect(sessions.open(cookie)?.role).toBe("operator");
    now += 1;
    expect(sessions.open(cookie)).toBeUndefined();
  });

  test.each(["//evil.example", "https://evil.example", "/\\evil.example", "javascript:alert(1)"])(
    "it does not lead on to %s",
    async (next) => {
      const response = await new Visitor(project.url).post("/sign-in", { token: operatorToken, next });
      expect(response.headers.get("location")).toBe("/");
    },
  );
});

describe("tokens", () => {
  const options = { catalog, manifest: manifest as Manifest, connection: "redis://127.0.0.1:1" };
  const withEnv = (name: string, value: string) => {
    vi.stubEnv(name, value);
    onTestFinished(() => void vi.unstubAllEnvs());
  };

  test("without one a random one is made, long enough and new each time", () => {
    const [a, b] = [createDashboard(options), createDashboard(options)];
    expect(a.generatedToken).toMatch(/^[\w-]{32}$/);
    expect(b.generatedToken).not.toBe(a.generatedToken);
  });

  test("in production it does not start without one, and says which variable to set", () => {
    withEnv("NODE_ENV", "production");
    expect(() => createDashboard(options)).toThrow(/TASKWRIGHT_DASHBOARD_TOKEN/);
    withEnv("TASKWRIGHT_DASHBOARD_TOKEN", "a token of production");
    expect(createDashboard(options).generatedToken).toBeUndefined();
  });

  test("one that could be guessed, or is both roles', is refused without being shown", () => {
    expect(() => createDashboard({ ...options, token: "secret" })).toThrow(/at least 16 characters/);
    expect(() => createDashboard({ ...options, token: "secret" })).not.toThrow(/secret/);
    const token = "the same for both roles";
    expect(() => createDashboard({ ...options, token, readOnlyToken: token })).toThrow(/readOnlyToken/);
  });
});

describe("tries of wrong tokens", () => {
  test("from the sixth on an address waits, longer each time, though it then has the right one", async () => {
    const throttled = await openServedDashboard();
    onTestFinished(() => throttled.close());
    const visitor = new Visitor(throttled.url);
    for (let n = 0; n < 6; n += 1) expect((await visitor.signIn("wrong")).status).toBe(401);
    const refused = await visitor.signIn(operatorToken);
    expect(refused.status).toBe(429);
    expect(Number(refused.headers.get("retry-after"))).toBeGreaterThan(0);
    expect(throttled.logger.lines.filter(({ message }) => message === "dashboard: sign in refused")).toHaveLength(7);
  });

  test("waits double up to a quarter of an hour, and end with a success", () => {
    let now = 0;
    const throttle = openSignInThrottle(() => now);
    for (let n = 0; n < 5; n += 1) expect(throttle.attempt("1.2.3.4")).toBe("allowed");
    const waits: number[] = [];
    for (let n = 0; n < 13; n += 1) {
      expect(throttle.attempt("1.2.3.4")).toBe("allowed");
      const wait = throttle.attempt("1.2.3.4");
      waits.push(Number(wait));
      now += Number(wait);
    }
    expect(waits.slice(0, 4)).toEqual([1_000, 2_000, 4_000, 8_000]);
    expect(waits.at(-1)).toBe(900_000);
    throttle.succeeded("1.2.3.4");
    for (let n = 0; n < 5; n += 1) expect(throttle.attempt("1.2.3.4")).toBe("allowed");
  });

  test("all addresses of one IPv6 network are one, those of IPv4 are each their own", () => {
    const throttle = openSignInThrottle(() => 0);
    for (let n = 0; n < 6; n += 1) throttle.attempt(`2001:db8:1:2::${n}`);
    expect(throttle.attempt("2001:db8:1:2:ffff::1")).not.toBe("allowed");
    expect(throttle.attempt("2001:db8:1:3::1")).toBe("allowed");
    for (let n = 0; n < 6; n += 1) throttle.attempt("::ffff:10.0.0.1");
    expect(throttle.attempt("::ffff:10.0.0.2")).toBe("allowed");
  });

  test("very many addresses together have a hundred tries a minute, and take no more memory than their latest", () => {
    let now = 0;
    const throttle = openSignInThrottle(() => now);
    const tried = Array.from({ length: 20_000 }, (_, n) => throttle.attempt(`10.0.${n >> 8}.${n & 255}`));
    expect(tried.filter((answer) => answer === "allowed")).toHaveLength(100);
    now += 60_000;
    expect(throttle.attempt("10.9.9.9")).toBe("allowed");
  });
});

describe("what others' pages can do", () => {
  test("a post without the token of our own page does nothing", async () => {
    const visitor = new Visitor(project.url);
    await visitor.signIn(operatorToken);
    const token = await visitor.csrfToken("/");
    const stranger = new Visitor(project.url);
    await stranger.signIn(operatorToken);
    const others = await stranger.csrfToken("/");
    for (const csrf of ["", "x", others]) {
      expect((await visitor.postRaw("/queues/low/pause", { csrf })).status).toBe(403);
    }
    expect(await project.redis.hget("{taskwright:low}:low:meta", "paused")).toBeNull();
    expect((await visitor.postRaw("/queues/low/pause", { csrf: token })).status).toBe(303);
    expect(await project.redis.hget("{taskwright:low}:low:meta", "paused")).toBe("1");
    await visitor.postRaw("/queues/low/resume", { csrf: token });
  });

  test.each([
    { "sec-fetch-site": "cross-site" },
    { "sec-fetch-site": "same-site" },
    { origin: "https://evil.example" },
    { origin: "null" },
  ])("one that comes with %o does nothing, though it has the token", async (headers) => {
    const visitor = new Visitor(project.url);
    await visitor.signIn(operatorToken);
    const csrf = await visitor.csrfToken("/");
    expect((await visitor.postRaw("/queues/low/pause", { csrf }, headers)).status).toBe(403);
  });

  test("a form of another type, which a page elsewhere may send, is none", async () => {
    const visitor = new Visitor(project.url);
    await visitor.signIn(operatorToken);
    const csrf = await visitor.csrfToken("/");
    const headers = { "content-type": "text/plain" };
    expect((await visitor.send("/queues/low/pause", { method: "POST", body: `csrf=${csrf}`, headers })).status).toBe(
      403,
    );
  });

  test("signing in itself needs the token of the form", async () => {
    expect((await new Visitor(project.url).postRaw("/sign-in", { token: operatorToken })).status).toBe(403);
  });

  test("a body of more than a megabyte is refused before it is read", async () => {
    const visitor = new Visitor(project.url);
    const response = await visitor.postRaw("/sign-in", { token: "x".repeat(2 ** 21) }, { connection: "close" });
    expect(response.status).toBe(413);
    expect(response.headers.get("content-security-policy")).toContain("default-src 'none'");
  });
});

describe("headers", () => {
  test.each([...paths, "/sign-in", "/no-such-page", "/board/"])("%s has all of them", async (path) => {
    const visitor = new Visitor(project.url);
    await visitor.signIn(viewerToken);
    const { headers } = await visitor.get(path);
    const policy = headers.get("content-security-policy") ?? "";
    expect(policy).toContain("default-src 'none'");
    expect(policy).toContain("script-src 'self';");
    expect(policy).toContain("frame-ancestors 'none'");
    expect(policy).toContain("form-action 'self'");
    if (!path.startsWith("/board")) expect(policy).not.toContain("unsafe");
    expect(Object.fromEntries(headers)).toMatchObject({
      "cache-control": "no-store",
      "x-content-type-options": "nosniff",
      "x-frame-options": "DENY",
      "referrer-policy": "same-origin",
    });
  });
});

describe("the host", () => {
  test.each<[host: string, allowed: string[], isKnown: boolean]>([
    ["localhost", [], true],
    ["127.0.0.1:7788", [], true],
    ["[::1]:7788", [], true],
    ["LOCALHOST:1", [], true],
    ["evil.example", [], false],
    ["localhost.evil.example", [], false],
    ["127.0.0.1.nip.io", [], false],
    ["jobs.example.com", ["jobs.example.com"], true],
    ["jobs.example.com:8443", ["jobs.example.com"], true],
    ["jobs.example.com:8443", ["jobs.example.com:443"], false],
    ["localhost@evil.example", [], false],
    ["", [], false],
  ])("%s beside %j: %s", (host, allowed, isKnown) => {
    expect(isKnownHost(host, allowed)).toBe(isKnown);
  });

  test("a name that is not its own gets nothing, not even the way to sign in", async () => {
    const { port } = new URL(project.url);
    const status = await new Promise<number | undefined>((resolve, reject) => {
      const asked = request({ host: "127.0.0.1", port, path: "/sign-in", headers: { host: `evil.example:${port}` } });
      asked.on("response", (response) => {
        expect(response.headers["set-cookie"]).toBeUndefined();
        response.resume().on("end", () => resolve(response.statusCode));
      });
      asked.on("error", reject);
      asked.end();
    });
    expect(status).toBe(403);
  });
});

describe("who may only look", () => {
  test.each([
    "/queues/low/pause",
    "/tasks/notification:sms/enqueue",
    "/dead/retry",
    "/dead/remove",
    "/jobs/low/1/retry",
    "/jobs/low/1/remove",
    "/no-such-page",
  ])("cannot post to %s, and is offered no form for it", async (path) => {
    const visitor = new Visitor(project.url);
    await visitor.signIn(viewerToken);
    const response = await visitor.post(path, {}, "/");
    expect(response.status).toBe(403);
    expect(await response.text()).toContain("You may only look");
    const page = await (await visitor.get(path.startsWith("/tasks") ? "/tasks/notification:sms" : "/")).text();
    expect(page.match(/<form[^>]*method="post"[^>]*>/g)).toEqual([expect.stringContaining("/sign-out")]);
  });

  test("cannot act on the board either, and no operator can write payloads there", async () => {
    const { id } = await project.tasks.notification.sms.enqueue({
      phone: "+2348012345678",
      message: "Hello",
      purpose: "alert",
    });
    for (const [token, path, method, status] of [
      [viewerToken, "/board/api/queues/default/pause", "PUT", 403],
      [viewerToken, `/board/api/queues/default/${id}/clean`, "PUT", 403],
      [operatorToken, `/board/api/queues/default/${id}/update-data`, "PATCH", 403],
      [operatorToken, "/board/api/queues/default/add", "POST", 403],
      [operatorToken, "/board/api/queues/default/obliterate", "PUT", 403],
      [operatorToken, `/board/api/queues/default/${id}/clean`, "PUT", 204],
    ] as const) {
      const visitor = new Visitor(project.url);
      await visitor.signIn(token);
      await visitor.get("/board/");
      const csrf = visitor.cookies.get("XSRF-TOKEN") ?? "";
      const without = await visitor.send(path, { method });
      expect.soft(without.status, `${path} without its token`).toBe(403);
      const response = await visitor.send(path, { method, headers: { "x-xsrf-token": csrf } });
      expect.soft([path, response.status, await response.text()]).toEqual([path, status, expect.anything()]);
    }
    expect(await project.tasks.notification.sms.get(id)).toBeUndefined();
  });
});

test("every action is noted: who, what, on what, and what came of it", async () => {
  const visitor = new Visitor(project.url);
  await visitor.signIn(operatorToken);
  await visitor.post("/queues/critical/pause", {}, "/");
  await visitor.post("/queues/critical/resume", {}, "/");
  await visitor.post("/jobs/low/no-such-job/retry", {}, "/");
  const page = await (await visitor.get("/audit")).text();
  for (const text of ["pause", "resume", "critical", "low/no-such-job", "refused", "127.0.0.1", "sign in"]) {
    expect.soft(page).toContain(text);
  }
  const [latest] = await project.redis.lrange("{taskwright}:audit", 0, 0);
  expect(JSON.parse(latest ?? "")).toMatchObject({
    role: "operator",
    action: "retry",
    target: "low/no-such-job",
    outcome: "refused",
  });
  expect(project.logger.lines).toContainEqual(
    expect.objectContaining({ level: "info", message: "dashboard: pause critical done" }),
  );
});

test("what is marked as sensitive is nowhere: not in lists, details, the dead letters, reasons, or the board", async () => {
  const phone = "+2349099887766";
  const worker = await project.work((_, payload) => {
    throw new Error(`the carrier knows no ${payload.phone}`);
  });
  const { id } = await project.tasks.notification.sms.enqueue(
    { phone, message: "A secret number", purpose: "alert" },
    { retries: 0 },
  );
  await project.tasks.notification.sms.waitFor(id, { timeout: "20s" }).catch(() => undefined);
  await worker.close({ graceMs: 0 });
  const visitor = new Visitor(project.url);
  await visitor.signIn(operatorToken);
  for (const path of [
    `/jobs/default/${id}`,
    "/jobs",
    "/dead",
    `/dead?text=${encodeURIComponent("secret number")}`,
    "/board/api/queues?activeQueue=default&status=failed&page=1&jobsPerPage=10",
    `/board/api/queues/default/${id}`,
    `/board/api/queues/default/${id}/logs`,
  ]) {
    const text = await (await visitor.get(path, { accept: "text/html, application/json" })).text();
    expect.soft(text, path).not.toContain("9099887766");
    if (!path.endsWith("/logs")) expect.soft(text, path).toContain("A secret number");
  }
  // Nor can it be found out by searching.
  expect(await (await visitor.get(`/dead?text=${encodeURIComponent(phone)}`)).text()).not.toContain("A secret number");
});
