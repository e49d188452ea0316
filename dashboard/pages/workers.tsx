/** @jsxRuntime automatic @jsxImportSource hono/jsx */
import { Hono } from "hono";
import type { WorkerPresence } from "../../runtime/worker/presence.js";
import type { Services, VisitEnv } from "../visit.js";
import { jobPath } from "./job-table.js";
import { Layout, type Page, pageOf } from "./layout.js";
import { Badge, When } from "./marks.js";
import { type Column, Table } from "./table.js";
import { countInWords, countOf, spanInWords } from "./words.js";

/** The workers that are there now, and what each of them does. */
export function workerRoutes(services: Services): Hono<VisitEnv> {
  return new Hono<VisitEnv>().get("/workers", async (visit) => {
    const workers = await services.operations.workers();
    const page = pageOf(visit, services, "Workers");
    return visit.html(<Workers page={page} workers={workers} />);
  });
}

function Workers({ page, workers }: { readonly page: Page; readonly workers: readonly WorkerPresence[] }) {
  const slots = workers.reduce((all, { concurrency }) => all + concurrency, 0);
  const running = workers.reduce((all, { runningCount }) => all + runningCount, 0);
  return (
    <Layout page={page} live>
      <div class="page-head">
        <div>
          <h1>Workers</h1>
          <p>
            {workers.length === 0
              ? "Nobody works at the moment: what is enqueued waits."
              : `${countOf(workers.length, "process", "processes")}, ${countInWords(running)} of ${countOf(slots, "slot")} in use. One that died is listed for some seconds more.`}
          </p>
        </div>
      </div>
      <div class="stack">
        {workers.map((worker) => (
          <WorkerCard page={page} worker={worker} />
        ))}
        {workers.length === 0 && (
          <div class="card empty">
            <p>
              Start one with <code>taskwright worker</code>.
            </p>
          </div>
        )}
      </div>
    </Layout>
  );
}

function WorkerCard({ page, worker }: { readonly page: Page; readonly worker: WorkerPresence }) {
  const { id, host, pid, version, state, queues, concurrency, dispatch, startedAt, seenAt, runningCount, running } =
    worker;
  const heading = `worker-${id}`;
  return (
    <section class="card" aria-labelledby={heading}>
      <h2 id={heading}>
        {host}, process {pid} <Badge mood={state === "fetching" ? "good" : "warn"}>{state}</Badge>
      </h2>
      <dl class="facts">
        <dt>Slots</dt>
        <dd>
          {countInWords(runningCount)} of {countInWords(concurrency)} in use
        </dd>
        <dt>Queues</dt>
        <dd>
          {queues.map(({ name, weight }) => `${name} (${weight})`).join(", ")}, {dispatch}
        </dd>
        <dt>Started</dt>
        <dd>
          <When at={startedAt} now={page.now} />, last seen <When at={seenAt} now={page.now} />
        </dd>
        <dt>Taskwright</dt>
        <dd>{version}</dd>
      </dl>
      {running.length > 0 && (
        <div class="running">
          <Table
            caption={`Jobs that run in ${host}, process ${pid}`}
            columns={jobColumns(page)}
            rows={running}
            empty=""
          />
          {runningCount > running.length && <p class="hint">{`The ${running.length} that have run longest.`}</p>}
        </div>
      )}
    </section>
  );
}

function jobColumns(page: Page): Column<WorkerPresence["running"][number]>[] {
  return [
    {
      head: "Running job",
      isName: true,
      cell: ({ jobId, task, queue }) => (
        <>
          <a href={page.link(jobPath({ queue, id: jobId }))}>{task}</a>{" "}
          <span class="hint">
            {queue} · <span class="mono">{jobId}</span>
          </span>
        </>
      ),
    },
    { head: "For", isNumber: true, cell: ({ since }) => spanInWords(Math.max(0, page.now - since)) },
  ];
}
