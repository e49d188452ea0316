/** @jsxRuntime automatic @jsxImportSource hono/jsx */
import { Hono } from "hono";
import type { Child } from "hono/jsx";
import type { EnqueuedJob } from "../../runtime/client/task-client.js";
import { InvalidEnqueueOption, InvalidPayload, type Issue } from "../../runtime/errors.js";
import type { Operations } from "../../runtime/operate/index.js";
import type { ManifestTask } from "../../runtime/operate/manifest.js";
import type { Mask } from "../../runtime/operate/mask.js";
import type { TaskFigures } from "../../runtime/operate/task-figures.js";
import { nextTicks } from "../../runtime/upkeep/next-tick.js";
import { actAndNote } from "../act.js";
import type { Services, Visit, VisitEnv } from "../visit.js";
import { type EnqueueDraft, EnqueueForm, emptyDraft } from "./enqueue-form.js";
import { jobPath } from "./job-table.js";
import { Layout, type Page, pageOf, redirectWithNotice } from "./layout.js";
import { Json, When } from "./marks.js";
import { type PayloadField, planFields, readFields, writeFields } from "./payload-fields.js";
import { showMissing } from "./problem.js";
import { clockTime, cronInWords } from "./schedule-words.js";
import { countInWords, countOf, rateInWords, spanInWords } from "./words.js";

/** One task: what it is, how its jobs fare, and a form to enqueue one. */
export function taskRoutes(services: Services): Hono<VisitEnv> {
  const { operations } = services;
  const taskNamed = (name: string) => operations.manifest.tasks.find((task) => task.name === name);
  const app = new Hono<VisitEnv>();

  app.get("/tasks/:task", async (visit) => {
    const task = taskNamed(visit.req.param("task"));
    if (task === undefined) return showMissing(visit, services, "No task of this project has that name.");
    return showTask(visit, services, task, exampleDraft(task, services));
  });

  app.post("/tasks/:task/enqueue", async (visit) => {
    const task = taskNamed(visit.req.param("task"));
    if (task === undefined) return showMissing(visit, services, "No task of this project has that name.");
    const read = readDraft(await visit.req.parseBody(), task, fieldsOf(task, services));
    const deed = { action: "enqueue", target: task.name };
    const outcome = await actAndNote(
      visit,
      services,
      deed,
      (operations) => enqueue(read, task, operations),
      ({ kind, detail }) => ({ outcome: kind, detail }),
    );
    if (outcome.kind === "refused") return showTask(visit, services, task, outcome.draft, 422);
    const { job } = outcome;
    const text = job.deduplicated
      ? `Nothing was added: job ${job.id} was there already.`
      : `Job ${job.id} is in the queue ${job.queue}.`;
    return redirectWithNotice(visit, services, jobPath(job), { kind: "good", text });
  });
  return app;
}

/** What came of a form; refused, it holds what is wrong. */
type Sent =
  | { readonly kind: "done"; readonly job: EnqueuedJob; readonly detail: string }
  | { readonly kind: "refused"; readonly draft: EnqueueDraft; readonly detail: string };

async function enqueue({ draft, payload }: ReadDraft, task: ManifestTask, operations: Operations): Promise<Sent> {
  const refuse = (wrong: Partial<EnqueueDraft>, detail: string): Sent => {
    return { kind: "refused", draft: { ...draft, ...wrong }, detail };
  };
  if (draft.issues.length > 0) return refuse({}, "the payload is no JSON");
  const options = { ...(draft.delay !== "" && { delay: draft.delay }), ...(draft.id !== "" && { id: draft.id }) };
  try {
    const job = await operations.enqueue(task.name, payload, options);
    return { kind: "done", job, detail: job.deduplicated ? "it was there already" : `job ${job.id}` };
  } catch (error) {
    if (error instanceof InvalidPayload) {
      return refuse({ issues: error.issues }, "the payload does not fit the contract");
    }
    if (error instanceof InvalidEnqueueOption) return refuse({ problem: error.message }, error.message);
    throw error;
  }
}

function fieldsOf({ payload }: ManifestTask, { operations }: Services): readonly PayloadField[] | undefined {
  return payload === undefined ? undefined : planFields(payload, operations.manifest);
}

/** A form that may be sent as it is: nobody knows a contract by heart. */
function exampleDraft(task: ManifestTask, services: Services): EnqueueDraft {
  const example = services.operations.example(task.name);
  if (!example.found || task.payload === undefined) return emptyDraft;
  const fields = fieldsOf(task, services);
  return fields === undefined
    ? { ...emptyDraft, json: JSON.stringify(example.value, null, 2), isExample: true }
    : { ...emptyDraft, texts: writeFields(fields, example.value), isExample: true };
}

interface ReadDraft {
  readonly draft: EnqueueDraft;
  readonly payload: unknown;
}

function readDraft(
  form: Readonly<Record<string, unknown>>,
  task: ManifestTask,
  fields: readonly PayloadField[] | undefined,
): ReadDraft {
  const text = (name: string) => (typeof form[name] === "string" ? form[name] : "");
  const draft = { ...emptyDraft, delay: text("delay").trim(), id: text("id").trim() };
  if (task.payload === undefined) return { draft, payload: undefined };
  if (fields === undefined) {
    const json = text("payload");
    const parsed = parse(json);
    return { draft: { ...draft, json, issues: parsed === undefined ? [noJson("")] : [] }, payload: parsed };
  }
  const texts = new Map(fields.map(({ name }) => [name, text(`field:${name}`)]));
  const { payload, unreadable } = readFields(fields, (name) => texts.get(name) ?? "");
  const issues = unreadable.map((name) => noJson(`/${name.replaceAll("~", "~0").replaceAll("/", "~1")}`));
  return { draft: { ...draft, texts, issues }, payload };
}

function noJson(pointer: string): Issue {
  return { pointer, message: "is not JSON", keyword: "json", params: {} };
}

/** Undefined, which JSON has not, when it is none. */
function parse(json: string): unknown {
  try {
    return JSON.parse(json);
  } catch {
    return undefined;
  }
}

async function showTask(
  visit: Visit,
  services: Services,
  task: ManifestTask,
  draft: EnqueueDraft,
  status: 200 | 422 = 200,
): Promise<Response> {
  const figures = (await services.operations.taskFigures([task.name]))[task.name];
  const page = pageOf(visit, services, task.name);
  const fields = fieldsOf(task, services);
  return visit.html(
    <TaskPage
      page={page}
      task={task}
      figures={figures}
      fields={fields}
      draft={draft}
      mask={services.operations.mask}
    />,
    status,
  );
}

function TaskPage({
  page,
  task,
  figures,
  fields,
  draft,
  mask,
}: {
  readonly page: Page;
  readonly task: ManifestTask;
  readonly figures: TaskFigures | undefined;
  readonly fields: readonly PayloadField[] | undefined;
  readonly draft: EnqueueDraft;
  readonly mask: Mask;
}) {
  const query = `task=${encodeURIComponent(task.name)}`;
  return (
    <Layout page={page}>
      <div class="page-head">
        <div>
          <h1>{task.name}</h1>
          {task.description !== undefined && <p>{task.description}</p>}
        </div>
        <div class="actions">
          <a class="button" href={page.link(`/jobs?${query}`)}>
            Its jobs
          </a>
          <a class="button" href={page.link(`/dead?${query}`)}>
            Its dead letters
          </a>
        </div>
      </div>
      {task.deprecated !== undefined && (
        <p class="notice notice-bad">Deprecated{typeof task.deprecated === "string" ? `: ${task.deprecated}` : "."}</p>
      )}
      <Figures figures={figures} />
      <div class="columns">
        <div class="stack">
          {page.role === "operator" && (
            <section class="card" aria-labelledby="enqueue">
              <h2 id="enqueue">Enqueue a job</h2>
              <EnqueueForm page={page} task={task} fields={fields} draft={draft} />
            </section>
          )}
          {task.payload !== undefined && (
            <section class="card" aria-labelledby="contract">
              <h2 id="contract">Contract</h2>
              <details>
                <summary>JSON Schema of the payload</summary>
                <Json value={task.payload} />
              </details>
              {task.result !== undefined && (
                <details>
                  <summary>JSON Schema of the result</summary>
                  <Json value={task.result} />
                </details>
              )}
            </section>
          )}
        </div>
        <div class="stack">
          <section class="card" aria-labelledby="settings">
            <h2 id="settings">Settings</h2>
            <dl class="facts">{settingsOf(task).flatMap(([name, value]) => [<dt>{name}</dt>, <dd>{value}</dd>])}</dl>
          </section>
          {task.schedules.length > 0 && (
            <section class="card" aria-labelledby="schedules">
              <h2 id="schedules">Schedules</h2>
              {task.schedules.map((schedule) => (
                <ScheduleText page={page} schedule={schedule} payload={mask.payload(task.name, schedule.payload)} />
              ))}
            </section>
          )}
        </div>
      </div>
    </Layout>
  );
}

function Figures({ figures }: { readonly figures: TaskFigures | undefined }) {
  if (figures === undefined) return null;
  const { completed, dead, durationMs, waitMs } = figures;
  return (
    <dl class="figures">
      <Figure
        label={`completed in ${spanInWords(completed.spanMs)}`}
        value={countInWords(completed.count)}
        detail={rateInWords(completed)}
      />
      <Figure
        label={`died in ${spanInWords(dead.spanMs)}`}
        value={countInWords(dead.count)}
        detail={rateInWords(dead)}
      />
      {durationMs !== undefined && (
        <Figure
          label="an attempt takes"
          value={spanInWords(durationMs.median)}
          detail={`${spanInWords(durationMs.p95)} at the 95th percentile`}
        />
      )}
      {waitMs !== undefined && (
        <Figure
          label="from enqueue to start"
          value={spanInWords(waitMs.median)}
          detail={`${spanInWords(waitMs.p95)} at the 95th percentile`}
        />
      )}
    </dl>
  );
}

function Figure({ label, value, detail }: { readonly label: string; readonly value: string; readonly detail: string }) {
  return (
    <div class="figure">
      <dt>{label}</dt>
      <dd>
        {value} {detail !== "none" && <small>{detail}</small>}
      </dd>
    </div>
  );
}

function settingsOf(task: ManifestTask): readonly (readonly [string, Child])[] {
  const { owner, queue, retries, timeoutMs, deadlineMs, delayMs, priority, unique, idempotency, version, tags } = task;
  const optional = (name: string, value: string | undefined) => (value === undefined ? [] : [[name, value] as const]);
  return [
    ...optional("Owner", owner),
    ["Queue", queue],
    ["Retries", countInWords(retries)],
    ["Timeout", spanInWords(timeoutMs)],
    ...optional("Deadline", deadlineMs === undefined ? undefined : spanInWords(deadlineMs)),
    ...optional("Delay", delayMs === 0 ? undefined : spanInWords(delayMs)),
    ["Priority", priority],
    ...optional("Unique by", unique === undefined ? undefined : unique.by.join(", ") || "the task"),
    ...optional("Its effect once for", idempotency?.key.join(", ")),
    ["Contract", `version ${version}`],
    ...optional("Tags", tags === undefined || tags.length === 0 ? undefined : tags.join(", ")),
    ["Declared in", <code>{task.source}</code>],
    ["Handler", <code>{task.handler}</code>],
  ];
}

function ScheduleText({
  page,
  schedule,
  payload,
}: {
  readonly page: Page;
  readonly schedule: ManifestTask["schedules"][number];
  readonly payload: unknown;
}) {
  const { name, cron, timezone } = schedule;
  return (
    <>
      <h3>
        {name === "default" ? "" : `${name}: `}
        {cronInWords(cron, timezone)}
      </h3>
      <p class="hint">
        <code>{cron}</code>; next {countOf(3, "run")}:
      </p>
      <ul>
        {nextTicks(cron, timezone, page.now, 3).map((at) => (
          <li>
            {clockTime(at, timezone)}, <When at={at} now={page.now} />
          </li>
        ))}
      </ul>
      {payload !== undefined && <Json value={payload} />}
    </>
  );
}
