/** @jsxRuntime automatic @jsxImportSource hono/jsx */
import type { Child } from "hono/jsx";
import type { JobList, JobRow } from "../../runtime/operate/index.js";
import { type JobSearch, queryOf } from "./job-search.js";
import type { Page } from "./layout.js";
import { Brief, cut, StateBadge, When } from "./marks.js";
import { type Column, Table } from "./table.js";
import { countOf } from "./words.js";

/** The path of a job's page. */
export function jobPath({ queue, id }: Pick<JobRow, "queue" | "id">): string {
  return `/jobs/${encodeURIComponent(queue)}/${encodeURIComponent(id)}`;
}

/** A page of a list of jobs, and the way to the next. `isChoosing`: each has a box `job`, for a form around it. */
export function JobTable({
  page,
  path,
  list,
  search,
  looked,
  empty,
  isChoosing = false,
}: {
  readonly page: Page;
  readonly path: string;
  readonly list: JobList;
  readonly search: JobSearch;
  /** Jobs that were looked at for the pages before. */
  readonly looked: number;
  readonly empty: Child;
  readonly isChoosing?: boolean;
}) {
  const { jobs, next } = list;
  const isOver = next === undefined;
  const scanned = looked + list.scanned;
  const lookedAt = `${countOf(scanned, "job")} that ${scanned === 1 ? "was" : "were"} looked at so far`;
  return (
    <>
      <Table
        caption="Jobs"
        columns={[...(isChoosing ? [choosing] : []), ...columnsOf(page)]}
        rows={jobs}
        empty={isOver ? empty : <p>{`None among the ${lookedAt}.`}</p>}
      />
      <div class="table-foot">
        <span class="muted">
          {isOver
            ? countOf(jobs.length, "job")
            : list.scanned > jobs.length
              ? `${countOf(jobs.length, "job")}, after the ${lookedAt}; there may be more`
              : `${countOf(jobs.length, "job")}, and there may be more`}
        </span>
        {!isOver && (
          <a
            class="button"
            href={page.link(`${path}${queryOf(search, { cursor: next, looked: String(scanned) })}`)}
            rel="next"
          >
            {jobs.length === 0 ? "Look further" : "Next page"}
          </a>
        )}
      </div>
    </>
  );
}

const choosing: Column<JobRow> = {
  head: (
    <input type="checkbox" data-choose-all="job" hidden aria-label="Choose all jobs of this page" autocomplete="off" />
  ),
  label: "Choose",
  cell: ({ queue, id }) => (
    <input
      type="checkbox"
      name="job"
      value={`${queue}/${id}`}
      aria-label={`Choose job ${id} of ${queue}`}
      autocomplete="off"
    />
  ),
};

function columnsOf(page: Page): Column<JobRow>[] {
  return [
    {
      head: "Job",
      isName: true,
      cell: (job) => (
        <>
          <a href={page.link(jobPath(job))}>{job.task}</a>
          <p class="hint">
            {job.queue} · <span class="mono">{cut(job.id, 40)}</span>
          </p>
        </>
      ),
    },
    { head: "State", cell: ({ state }) => <StateBadge state={state} /> },
    {
      head: "Payload",
      isWhole: true,
      cell: ({ payload, failedReason }) => (
        <>
          <Brief value={payload} />
          {failedReason !== undefined && <p class="hint reason">{cut(failedReason, 200)}</p>}
        </>
      ),
    },
    { head: "Attempts", isNumber: true, cell: ({ attempts, mostAttempts }) => `${attempts} of ${mostAttempts}` },
    { head: "Since", isNumber: true, cell: (job) => <When at={timeOf(job)} now={page.now} /> },
  ];
}

/** When it came into the state that it is in, or is due. */
function timeOf({ endedAt, dueAt, state, startedAt, enqueuedAt }: JobRow): number {
  if (state === "active") return startedAt ?? enqueuedAt;
  return endedAt ?? dueAt ?? enqueuedAt;
}
