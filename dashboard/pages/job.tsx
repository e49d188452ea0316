/** @jsxRuntime automatic @jsxImportSource hono/jsx */
import { Hono } from "hono";
import type { Child } from "hono/jsx";
import type { JobAction, JobDetail, TimelineEntry } from "../../runtime/operate/index.js";
import { actionStates } from "../../runtime/operate/index.js";
import { actOnJob } from "../act.js";
import type { Services, VisitEnv } from "../visit.js";
import { jobPath } from "./job-table.js";
import { Csrf, Layout, type Notice, type Page, pageOf, redirectWithNotice } from "./layout.js";
import { Json, StateBadge, Text, When } from "./marks.js";
import { showMissing } from "./problem.js";
import { countOf, spanInWords } from "./words.js";

/** One job: what it is, what happened to it, and what can be done about it. */
export function jobRoutes(services: Services): Hono<VisitEnv> {
  const { operations } = services;
  const app = new Hono<VisitEnv>();

  app.get("/jobs/:queue/:id", async (visit) => {
    const { queue, id } = visit.req.param();
    const job = await operations.job(id, queue);
    if (job === undefined) {
      const message = `There is no job ${id} in the queue ${queue}: it never was, or it has ended and is kept no longer.`;
      return showMissing(visit, services, message);
    }
    return visit.html(<JobPage page={pageOf(visit, services, `${job.task} ${job.id}`)} job={job} />);
  });

  for (const action of actions) {
    app.post(`/jobs/:queue/:id/${action}`, async (visit) => {
      const { queue, id } = visit.req.param();
      const form = await visit.req.parseBody();
      if (action === "remove" && form.confirmed !== "yes") {
        return visit.html(<ConfirmRemoval page={pageOf(visit, services, "Remove a job")} job={{ queue, id }} />);
      }
      const reason = typeof form.reason === "string" && form.reason !== "" ? form.reason : undefined;
      const acted = await actOnJob(visit, services, action, { queue, id }, { reason });
      const notice: Notice = acted.done ? { kind: "good", text: done[action] } : { kind: "bad", text: acted.reason };
      const isGone = action === "remove" && acted.done;
      return redirectWithNotice(visit, services, isGone ? "/jobs" : jobPath({ queue, id }), notice);
    });
  }
  return app;
}

const actions: readonly JobAction[] = ["retry", "promote", "cancel", "remove"];

const done: Readonly<Record<JobAction, string>> = {
  retry: "The job is back in its queue, with all its attempts.",
  promote: "The job is due now.",
  cancel: "The job is cancelled. If it was running, its handler has been told.",
  remove: "The job was removed.",
};

function JobPage({ page, job }: { readonly page: Page; readonly job: JobDetail }) {
  const { now } = page;
  const hasEnded = job.endedAt !== undefined;
  const facts: readonly (readonly [string, Child])[] = [
    ["Queue", <a href={page.link(`/jobs?queue=${encodeURIComponent(job.queue)}`)}>{job.queue}</a>],
    ["Attempts", `${job.attempts} of ${job.mostAttempts}`],
    ["Enqueued", <When at={job.enqueuedAt} now={now} />],
    ["Due", job.dueAt === undefined ? undefined : <When at={job.dueAt} now={now} />],
    ["Started", job.startedAt === undefined ? undefined : <When at={job.startedAt} now={now} />],
    ["Ended", job.endedAt === undefined ? undefined : <When at={job.endedAt} now={now} />],
    [
      hasEnded ? "Last attempt took" : "Has been running for",
      job.startedAt === undefined || (!hasEnded && job.state !== "active")
        ? undefined
        : spanInWords((job.endedAt ?? now) - job.startedAt),
    ],
    ["Contract", job.options.version === undefined ? undefined : `version ${job.options.version}`],
    ["Timeout", job.options.timeoutMs === undefined ? undefined : spanInWords(job.options.timeoutMs)],
    ["Deadline", job.options.deadlineAt === undefined ? undefined : <When at={job.options.deadlineAt} now={now} />],
    ["Crashed workers", job.crashes === 0 ? undefined : String(job.crashes)],
    ["Made by", job.scheduler === undefined ? undefined : <code>{job.scheduler}</code>],
    ["Progress", job.progress === 0 ? undefined : <code>{JSON.stringify(job.progress)}</code>],
  ];
  return (
    <Layout page={page} live={!hasEnded}>
      <div class="page-head">
        <div>
          <h1>
            <a href={page.link(`/tasks/${encodeURIComponent(job.task)}`)}>{job.task}</a>
          </h1>
          <p>
            <StateBadge state={job.state} /> Job <code>{job.id}</code>
          </p>
        </div>
        {page.role === "operator" && <Actions page={page} job={job} />}
      </div>
      <div class="stack">
        {job.failedReason !== undefined && (
          <section class="card why" aria-labelledby="why">
            <h2 id="why">
              {job.state === "cancelled" ? "Why it was cancelled" : hasEnded ? "Why it failed" : "Why it failed last"}
            </h2>
            <Text text={job.failedReason} />
            <Stacks stacks={job.stacks} />
          </section>
        )}
        {job.contract.kind !== "fits" && <ContractProblem job={job} />}
        <div class="columns">
          <div class="stack">
            <section class="card" aria-labelledby="payload">
              <h2 id="payload">Payload</h2>
              <Json value={job.payload} />
              {job.isMasked && <p class="hint">What its schema marks as sensitive is hidden.</p>}
            </section>
            {job.result !== undefined && (
              <section class="card" aria-labelledby="result">
                <h2 id="result">Result</h2>
                <Json value={job.result} />
              </section>
            )}
            {Object.keys(job.headers).length > 0 && (
              <section class="card" aria-labelledby="headers">
                <h2 id="headers">Headers</h2>
                <Json value={job.headers} />
              </section>
            )}
            <Logs job={job} />
          </div>
          <div class="stack">
            <section class="card" aria-labelledby="facts">
              <h2 id="facts">Facts</h2>
              <dl class="facts">
                {facts.flatMap(([name, value]) => (value === undefined ? [] : [<dt>{name}</dt>, <dd>{value}</dd>]))}
              </dl>
            </section>
            <section class="card" aria-labelledby="timeline">
              <h2 id="timeline">What happened</h2>
              <Timeline entries={job.timeline} now={now} />
            </section>
          </div>
        </div>
      </div>
    </Layout>
  );
}

function Actions({ page, job }: { readonly page: Page; readonly job: JobDetail }) {
  const possible = actions.filter((action) => actionStates[action].includes(job.state));
  return (
    <div class="actions">
      {possible.map((action) => (
        <form method="post" action={page.link(`${jobPath(job)}/${action}`)}>
          <Csrf page={page} />
          <button class={styles[action]} type="submit">
            {labels[action]}
          </button>
        </form>
      ))}
    </div>
  );
}

const labels: Readonly<Record<JobAction, string>> = {
  retry: "Retry",
  promote: "Run now",
  cancel: "Cancel",
  remove: "Remove…",
};

const styles: Readonly<Record<JobAction, string>> = {
  retry: "primary",
  promote: "primary",
  cancel: "danger",
  remove: "danger",
};

function Stacks({ stacks }: { readonly stacks: readonly string[] }) {
  if (stacks.length === 0) return null;
  return (
    <details>
      <summary>
        {stacks.length === 1 ? "Stack" : `Stacks of the last ${countOf(stacks.length, "failed attempt")}`}
      </summary>
      {stacks.toReversed().map((stack) => (
        <pre>{stack}</pre>
      ))}
    </details>
  );
}

function ContractProblem({ job }: { readonly job: JobDetail }) {
  const { contract } = job;
  return (
    <section class="card" aria-labelledby="contract">
      <h2 id="contract">Its payload and the contract</h2>
      {contract.kind === "undeclared" && (
        <p>No task of this project is named {job.task}: no worker of it will run this job.</p>
      )}
      {contract.kind === "newer" && (
        <p>It was enqueued by version {contract.version} of the contract, and waits for a worker that knows it.</p>
      )}
      {contract.kind === "unfit" && (
        <>
          <p>The payload does not fit the contract as it is now. A retry would fail at once.</p>
          <ul>
            {contract.issues.map(({ pointer, message }) => (
              <li>
                <code>{pointer || "the payload"}</code> {message}
              </li>
            ))}
          </ul>
        </>
      )}
    </section>
  );
}

function Logs({ job }: { readonly job: JobDetail }) {
  const { logs, logLines } = job;
  if (logs.length === 0) return null;
  return (
    <section class="card" aria-labelledby="log">
      <h2 id="log">Log</h2>
      {logLines > logs.length && <p class="hint">{`The last ${logs.length} of ${countOf(logLines, "line")}.`}</p>}
      <Text text={logs.join("\n")} />
    </section>
  );
}

function Timeline({ entries, now }: { readonly entries: readonly TimelineEntry[]; readonly now: number }) {
  const mood = (what: TimelineEntry["what"]) =>
    what === "completed" ? "good" : what === "died" || what === "stalled" ? "bad" : undefined;
  return (
    <ol class="timeline">
      {entries.map(({ at, what, detail }) => (
        <li class={mood(what)}>
          <strong>{what}</strong> <When at={at} now={now} />
          {detail !== undefined && <div class="hint">{detail.slice(0, 300)}</div>}
        </li>
      ))}
    </ol>
  );
}

function ConfirmRemoval({
  page,
  job,
}: {
  readonly page: Page;
  readonly job: { readonly queue: string; readonly id: string };
}) {
  return (
    <Layout page={page}>
      <div class="card problem">
        <h1>Remove this job?</h1>
        <p>
          Job <code>{job.id}</code> of {job.queue} is gone then, with its payload and its log. This cannot be taken
          back.
        </p>
        <form class="actions" method="post" action={page.link(`${jobPath(job)}/remove`)}>
          <Csrf page={page} />
          <input type="hidden" name="confirmed" value="yes" />
          <button class="danger" type="submit">
            Remove it
          </button>
          <a class="button" href={page.link(jobPath(job))}>
            Keep it
          </a>
        </form>
      </div>
    </Layout>
  );
}
