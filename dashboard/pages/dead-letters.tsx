/** @jsxRuntime automatic @jsxImportSource hono/jsx */
import { Hono } from "hono";
import { type BulkOutcome, deadStates, type JobAction, type JobRef } from "../../runtime/operate/index.js";
import { actAndNote, actOnJob } from "../act.js";
import type { Services, Visit, VisitEnv } from "../visit.js";
import { filterOf, type JobSearch, queryOf, readPlace, readSearch, searchParts } from "./job-search.js";
import { JobSearchForm } from "./job-search-form.js";
import { JobTable } from "./job-table.js";
import { scanLimit } from "./jobs.js";
import { Csrf, Layout, type Notice, type Page, pageOf, redirectWithNotice } from "./layout.js";
import { countInWords, countOf } from "./words.js";

type BulkAction = Extract<JobAction, "retry" | "remove">;

/** Acted on by one form at most, so that a page comes back before anybody doubts it. */
const mostAtOnce = 2_000;

/** The jobs that failed for good, and what to do about many of them. */
export function deadLetterRoutes(services: Services): Hono<VisitEnv> {
  const { operations } = services;
  const app = new Hono<VisitEnv>();

  app.get("/dead", async (visit) => {
    const search = readDeadSearch(visit.req.query(), services);
    const { cursor, looked } = readPlace(visit.req.query());
    const list = await operations.jobs(filterOf(search, deadStates), { limit: 50, cursor, scanLimit });
    const page = pageOf(visit, services, "Dead letters");
    const isActing = page.role === "operator" && list.jobs.length > 0;
    const table = (
      <JobTable
        page={page}
        path="/dead"
        list={list}
        search={search}
        looked={looked}
        isChoosing={isActing}
        empty={<p>No dead letter. Good.</p>}
      />
    );
    return visit.html(
      <Layout page={page}>
        <div class="page-head">
          <div>
            <h1>Dead letters</h1>
            <p>
              Jobs that failed for good or were cancelled, the latest first. A retry gives a dead job all its attempts
              anew.
            </p>
          </div>
        </div>
        <JobSearchForm page={page} path="/dead" search={search} manifest={operations.manifest} states={deadStates} />
        {isActing ? (
          <BulkForm page={page} search={search}>
            {table}
          </BulkForm>
        ) : (
          table
        )}
      </Layout>,
    );
  });

  for (const action of ["retry", "remove"] as const) {
    app.post(`/dead/${action}`, async (visit) => {
      const form = await visit.req.parseBody({ all: true });
      const search = readDeadSearch(form, services);
      const chosen = [form.job ?? []]
        .flat()
        .filter((each) => typeof each === "string")
        .map(readRef);
      const isAll = form.scope === "all";
      if (!isAll && chosen.length === 0) {
        const text = "No job was chosen. Tick those that are meant, or take all that fit.";
        return redirectWithNotice(visit, services, `/dead${queryOf(search)}`, { kind: "bad", text });
      }
      if (form.confirmed !== "yes" && (isAll || action === "remove")) {
        const count = isAll ? await countMatches(services, action, search) : { count: chosen.length, isComplete: true };
        const page = pageOf(visit, services, action === "retry" ? "Retry jobs" : "Remove jobs");
        return visit.html(
          <Confirm page={page} action={action} search={search} chosen={isAll ? undefined : chosen} {...count} />,
        );
      }
      const notice = isAll
        ? await actOnAll(visit, services, action, search)
        : await actOnChosen(visit, services, action, chosen);
      return redirectWithNotice(visit, services, `/dead${queryOf(search)}`, notice);
    });
  }
  return app;
}

function readDeadSearch(parts: Readonly<Record<string, unknown>>, { operations }: Services): JobSearch {
  const search = readSearch(parts, operations.manifest);
  return (deadStates as readonly string[]).includes(search.state) ? search : { ...search, state: "" };
}

function readRef(text: string): JobRef {
  const slash = text.indexOf("/");
  return { queue: text.slice(0, slash), id: text.slice(slash + 1) };
}

async function countMatches({ operations }: Services, action: BulkAction, search: JobSearch) {
  const patience = AbortSignal.timeout(200);
  const filter = filterOf(search, deadStates);
  const options = { isDryRun: true, limit: mostAtOnce, signal: patience };
  const { matched, isComplete } = await operations.actOnAll(action, filter, options);
  return { count: matched, isComplete };
}

async function actOnAll(visit: Visit, services: Services, action: BulkAction, search: JobSearch): Promise<Notice> {
  const filter = filterOf(search, deadStates);
  const target = Object.entries(search).flatMap(([name, value]) => (value === "" ? [] : [`${name}=${value}`]));
  const deed = { action: `${action} many`, target: target.join(" ") || "all dead letters" };
  const bulk = await actAndNote(
    visit,
    services,
    deed,
    (operations) => operations.actOnAll(action, filter, { limit: mostAtOnce }),
    (done) => ({
      outcome: done.done > 0 || done.matched === 0 ? "done" : "refused",
      detail: tell(action, done).text,
    }),
  );
  return tell(action, bulk);
}

async function actOnChosen(
  visit: Visit,
  services: Services,
  action: BulkAction,
  chosen: readonly JobRef[],
): Promise<Notice> {
  const refused: Record<string, number> = {};
  let done = 0;
  for (const job of chosen.slice(0, mostAtOnce)) {
    const acted = await actOnJob(visit, services, action, job);
    if (acted.done) done += 1;
    else refused[acted.reason] = (refused[acted.reason] ?? 0) + 1;
  }
  return tell(action, { done, refused, isComplete: true });
}

function tell(
  action: BulkAction,
  { done, refused, isComplete }: Pick<BulkOutcome, "done" | "refused" | "isComplete">,
): Notice {
  const reasons = Object.entries(refused);
  const verb = action === "retry" ? "put back into the queue" : "removed";
  const sentences = [
    `${countOf(done, "job")} ${done === 1 ? "was" : "were"} ${verb}.`,
    ...reasons.slice(0, 3).map(([reason, count]) => (count === 1 ? reason : `${countInWords(count)} times: ${reason}`)),
    ...(isComplete ? [] : ["There are more: repeat it to go on."]),
  ];
  return { kind: done === 0 && reasons.length > 0 ? "bad" : "good", text: sentences.join(" ") };
}

function BulkForm({
  page,
  search,
  children,
}: {
  readonly page: Page;
  readonly search: JobSearch;
  readonly children: unknown;
}) {
  return (
    <form method="post" action={page.link("/dead/retry")}>
      <Csrf page={page} />
      <Kept search={search} />
      <div class="actions bulk">
        <button class="primary" type="submit">
          Retry chosen
        </button>
        <button type="submit" name="scope" value="all">
          Retry all that fit…
        </button>
        <button class="danger" type="submit" formaction={page.link("/dead/remove")}>
          Remove chosen…
        </button>
      </div>
      {children}
    </form>
  );
}

function Kept({ search }: { readonly search: JobSearch }) {
  return (
    <>
      {searchParts.map((name) =>
        search[name] === "" ? null : <input type="hidden" name={name} value={search[name]} />,
      )}
    </>
  );
}

function Confirm({
  page,
  action,
  search,
  chosen,
  count,
  isComplete,
}: {
  readonly page: Page;
  readonly action: BulkAction;
  readonly search: JobSearch;
  readonly chosen: readonly JobRef[] | undefined;
  readonly count: number;
  readonly isComplete: boolean;
}) {
  const jobs = `${isComplete ? "" : "at least "}${countOf(count, "job")}`;
  const back = page.link(`/dead${queryOf(search)}`);
  return (
    <Layout page={page}>
      <div class="card problem">
        <h1>{action === "retry" ? `Retry ${jobs}?` : `Remove ${jobs}?`}</h1>
        {action === "remove" && <p>They are gone then, with their payloads and reasons. This cannot be taken back.</p>}
        {!isComplete && <p>{`${countInWords(mostAtOnce)} are taken at most; repeat it to go on.`}</p>}
        <form class="actions" method="post" action={page.link(`/dead/${action}`)}>
          <Csrf page={page} />
          <Kept search={search} />
          {chosen === undefined ? (
            <input type="hidden" name="scope" value="all" />
          ) : (
            chosen.map(({ queue, id }) => <input type="hidden" name="job" value={`${queue}/${id}`} />)
          )}
          <input type="hidden" name="confirmed" value="yes" />
          <button class={action === "retry" ? "primary" : "danger"} type="submit" disabled={count === 0}>
            {action === "retry" ? "Retry" : "Remove"} {jobs}
          </button>
          <a class="button" href={back}>
            Keep them as they are
          </a>
        </form>
      </div>
    </Layout>
  );
}
