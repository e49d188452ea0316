/** @jsxRuntime automatic @jsxImportSource hono/jsx */
import { Hono } from "hono";
import type { CheckedFinding, QueueView, Stats, StoreHealth } from "../../runtime/operate/index.js";
import { switchQueue } from "../act.js";
import { noteAction, type Services, type VisitEnv } from "../visit.js";
import { Csrf, Layout, type Page, pageOf, redirectWithNotice } from "./layout.js";
import { Badge, Marked } from "./marks.js";
import { type Column, Table } from "./table.js";
import { bytesInWords, countInWords, countOf, spanInWords } from "./words.js";

/** The queues, the store, and how much there is to do. */
export function overviewRoutes(services: Services): Hono<VisitEnv> {
  const app = new Hono<VisitEnv>();

  app.get("/", async (visit) => {
    const { operations } = services;
    const [stats, findings] = await Promise.all([operations.stats(), operations.examine(storeChecks)]);
    return visit.html(<Overview page={pageOf(visit, services, "Overview")} stats={stats} findings={findings} />);
  });

  for (const action of ["pause", "resume"] as const) {
    app.post(`/queues/:queue/${action}`, async (visit) => {
      const queue = visit.req.param("queue");
      if (!Object.hasOwn(services.operations.manifest.queues, queue)) {
        await noteAction(visit, services, { action, target: queue, outcome: "refused", detail: "no such queue" });
        const text = `There is no queue ${queue}.`;
        return redirectWithNotice(visit, services, "/", { kind: "bad", text });
      }
      await switchQueue(visit, services, action, queue);
      const text = action === "pause" ? `${queue} is paused: its workers take no further job.` : `${queue} goes on.`;
      return redirectWithNotice(visit, services, "/", { kind: "good", text });
    });
  }
  return app;
}

/** The doctor's checks of the store itself: they cost a few questions, however many jobs there are. */
const storeChecks = ["writable", "cluster", "eviction", "persistence", "memory", "clients", "clock"];

function Overview({
  page,
  stats,
  findings,
}: {
  readonly page: Page;
  readonly stats: Stats;
  readonly findings: readonly CheckedFinding[];
}) {
  const { counts, queues, store, ended } = stats;
  const sum = (outcome: "completed" | "dead") =>
    Object.values(ended).reduce((all, each) => all + each[outcome].hour, 0);
  return (
    <Layout page={page} live>
      <div class="page-head">
        <h1>Overview</h1>
      </div>
      <dl class="figures">
        <Figure label="waiting" value={counts.waiting} href={page.link("/jobs?state=waiting")} />
        <Figure label="running" value={counts.active} href={page.link("/jobs?state=active")} />
        <Figure label="delayed or to be retried" value={counts.delayed} href={page.link("/jobs?state=delayed")} />
        <Figure label="dead letters" value={counts.dead} href={page.link("/dead")} />
        <Figure label="completed in the last hour" value={sum("completed")} href={page.link("/jobs?state=completed")} />
        <Figure label="died in the last hour" value={sum("dead")} href={page.link("/dead?age=1h")} />
      </dl>
      <section aria-labelledby="queues">
        <h2 id="queues">Queues</h2>
        <Table caption="Queues" columns={queueColumns(page)} rows={queues} empty={<p>No queue is declared.</p>} />
      </section>
      <section aria-labelledby="store">
        <h2 id="store">{store.kind === "redis" ? "Redis" : "Embedded store"}</h2>
        <Health health={store} findings={findings} />
      </section>
    </Layout>
  );
}

function Figure({ label, value, href }: { readonly label: string; readonly value: number; readonly href: string }) {
  return (
    <div class="figure">
      <dt>{label}</dt>
      <dd>
        <a href={href} aria-label={`${countInWords(value)} ${label}`}>
          {countInWords(value)}
        </a>
      </dd>
    </div>
  );
}

const heads = {
  waiting: "Waiting",
  active: "Running",
  delayed: "Delayed",
  completed: "Completed",
  dead: "Dead",
} as const;

function queueColumns(page: Page): Column<QueueView>[] {
  const linked = (queue: string, state: string, count: number) =>
    count === 0 ? (
      <span class="muted">0</span>
    ) : (
      <a href={page.link(`${state === "dead" ? "/dead?" : `/jobs?state=${state}&`}queue=${encodeURIComponent(queue)}`)}>
        {countInWords(count)}
      </a>
    );
  const counts = (["waiting", "active", "delayed", "completed", "dead"] as const).map(
    (state): Column<QueueView> => ({
      head: heads[state],
      isNumber: true,
      cell: ({ name, counts: held }) => linked(name, state, held[state]),
    }),
  );
  return [
    {
      head: "Queue",
      isName: true,
      cell: ({ name, description, isPaused, weight, concurrency, rateLimit }) => (
        <>
          {name} {isPaused && <Badge mood="warn">paused</Badge>}
          <p class="hint">
            {[
              description,
              weight !== undefined && `Weight ${weight}.`,
              concurrency !== undefined && `${countOf(concurrency, "job")} at once.`,
              rateLimit !== undefined && `${countOf(rateLimit.max, "start")} per ${spanInWords(rateLimit.perMs)}.`,
            ]
              .filter(Boolean)
              .join(" ")}
          </p>
        </>
      ),
    },
    ...counts,
    {
      head: "Oldest waits",
      isNumber: true,
      cell: ({ oldestWaitingMs }) =>
        oldestWaitingMs === undefined ? <span class="muted">–</span> : spanInWords(oldestWaitingMs),
    },
    ...(page.role === "operator" ? [pauseColumn(page)] : []),
  ];
}

function pauseColumn(page: Page): Column<QueueView> {
  return {
    head: <span class="visually-hidden">Actions</span>,
    cell: ({ name, isPaused }) => {
      const action = isPaused ? "resume" : "pause";
      return (
        <form method="post" action={page.link(`/queues/${encodeURIComponent(name)}/${action}`)}>
          <Csrf page={page} />
          <button class="small" type="submit">
            {isPaused ? "Resume" : "Pause"}
            <span class="visually-hidden"> {name}</span>
          </button>
        </form>
      );
    },
  };
}

function Health({ health, findings }: { readonly health: StoreHealth; readonly findings: readonly CheckedFinding[] }) {
  const wrong = findings.flatMap((finding) => ("why" in finding ? [finding] : []));
  const facts: readonly (readonly [string, string | undefined])[] = [
    ["Version", health.version],
    ["Answers within", spanInWords(Math.max(1, health.roundTripMs))],
    ["Up for", health.uptimeMs === undefined ? undefined : spanInWords(health.uptimeMs)],
    [
      "Memory",
      health.usedMemoryBytes === undefined
        ? undefined
        : `${bytesInWords(health.usedMemoryBytes)}${health.maxMemoryBytes === undefined ? ", without a limit" : ` of ${bytesInWords(health.maxMemoryBytes)}`}`,
    ],
    ["When memory is full", health.maxMemoryPolicy],
    ["Append-only file", health.isAppendOnly === undefined ? undefined : health.isAppendOnly ? "on" : "off"],
    [
      "Connections",
      health.clients === undefined
        ? undefined
        : `${countInWords(health.clients)}${health.maxClients === undefined ? "" : ` of ${countInWords(health.maxClients)}`}`,
    ],
    [
      "Commands a second",
      health.commandsPerSecond === undefined ? undefined : countInWords(Math.round(health.commandsPerSecond)),
    ],
    ["Its clock, beside ours", `${health.clockSkewMs > 0 ? "+" : ""}${Math.round(health.clockSkewMs)} ms`],
  ];
  return (
    <div class="card">
      {wrong.length > 0 && (
        <ul class="findings">
          {wrong.map(({ level, found, why, wayOut }) => (
            <li class={level}>
              <Badge mood={level === "error" ? "bad" : "warn"}>{level}</Badge> <strong>{found}</strong> {why}
              <p class="hint">
                <Marked text={wayOut} />
              </p>
            </li>
          ))}
        </ul>
      )}
      <dl class="facts">
        {facts.flatMap(([name, value]) => (value === undefined ? [] : [<dt>{name}</dt>, <dd>{value}</dd>]))}
      </dl>
    </div>
  );
}
