/** @jsxRuntime automatic @jsxImportSource hono/jsx */
import { Hono } from "hono";
import type { ScheduleState, ScheduleView } from "../../runtime/upkeep/list-schedules.js";
import type { Services, VisitEnv } from "../visit.js";
import { Layout, type Page, pageOf } from "./layout.js";
import { Badge, When } from "./marks.js";
import { clockTime, cronInWords } from "./schedule-words.js";
import { type Column, Table } from "./table.js";
import { spanInWords } from "./words.js";

/** What runs by itself, and how the store stands to what is declared. */
export function scheduleRoutes(services: Services): Hono<VisitEnv> {
  return new Hono<VisitEnv>().get("/schedules", async (visit) => {
    const page = pageOf(visit, services, "Schedules");
    const schedules = await services.operations.schedules();
    return visit.html(
      <Layout page={page}>
        <div class="page-head">
          <div>
            <h1>Schedules</h1>
            <p>They are declared in the workflow files; a worker writes them to the store when it starts.</p>
          </div>
        </div>
        <Table caption="Schedules" columns={columnsOf(page)} rows={schedules} empty={<p>No task is scheduled.</p>} />
      </Layout>,
    );
  });
}

const stateWords: Readonly<
  Record<ScheduleState, readonly [mood: "good" | "bad" | "warn" | "calm", word: string, why: string]>
> = {
  asDeclared: ["good", "as declared", ""],
  missing: ["bad", "not in the store", "No worker of this version has started yet."],
  drifted: [
    "warn",
    "differs",
    "The store says something else than the workflow file; the next worker that starts mends it.",
  ],
  stuck: ["bad", "stuck", "The job of its next run is gone; the next worker that starts mends it."],
  orphaned: ["warn", "declared no longer", "The next worker that starts removes it."],
  foreign: ["calm", "not ours", "Another program made it."],
};

function columnsOf(page: Page): Column<ScheduleView>[] {
  return [
    {
      head: "Task",
      isName: true,
      cell: ({ task, name, queue, state }) => (
        <>
          {state === "foreign" ? task : <a href={page.link(`/tasks/${encodeURIComponent(task)}`)}>{task}</a>}
          <p class="hint">{name === "default" ? queue : `${name} · ${queue}`}</p>
        </>
      ),
    },
    {
      head: "Runs",
      cell: ({ cron, everyMs, timezone }) =>
        cron === undefined ? (
          `Every ${spanInWords(everyMs ?? 0)}`
        ) : (
          <>
            {cronInWords(cron, timezone)}
            <p class="hint">
              <code>{cron}</code>
            </p>
          </>
        ),
    },
    {
      head: "Next run",
      cell: ({ nextRunAt, timezone, lagMs }) =>
        nextRunAt === undefined ? (
          <span class="muted">none</span>
        ) : (
          <>
            <When at={nextRunAt} now={page.now} />
            <p class="hint">{clockTime(nextRunAt, timezone)}</p>
            {lagMs > 0 && <p class="hint reason">{`${spanInWords(lagMs)} late`}</p>}
          </>
        ),
    },
    {
      head: "Store",
      cell: ({ state }) => {
        const [mood, word, why] = stateWords[state];
        return (
          <>
            <Badge mood={mood}>{word}</Badge>
            {why !== "" && <p class="hint">{why}</p>}
          </>
        );
      },
    },
  ];
}
