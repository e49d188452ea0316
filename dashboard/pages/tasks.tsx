/** @jsxRuntime automatic @jsxImportSource hono/jsx */
import { Hono } from "hono";
import type { ManifestTask } from "../../runtime/operate/manifest.js";
import type { TaskFigures } from "../../runtime/operate/task-figures.js";
import { nextTicks } from "../../runtime/upkeep/next-tick.js";
import type { Services, VisitEnv } from "../visit.js";
import { Layout, type Page, pageOf } from "./layout.js";
import { Badge, When } from "./marks.js";
import { cronInWords } from "./schedule-words.js";
import { type Column, Table } from "./table.js";
import { rateInWords, spanInWords } from "./words.js";

/** A task and how its jobs fare. */
interface TaskRow {
  readonly task: ManifestTask;
  readonly figures: TaskFigures | undefined;
}

/** The tasks of the project. */
export function taskListRoutes(services: Services): Hono<VisitEnv> {
  const { operations } = services;
  return new Hono<VisitEnv>().get("/tasks", async (visit) => {
    const figures = await operations.taskFigures();
    const rows = operations.manifest.tasks.map((task) => ({ task, figures: figures[task.name] }));
    const page = pageOf(visit, services, "Tasks");
    return visit.html(
      <Layout page={page} live>
        <div class="page-head">
          <div>
            <h1>Tasks</h1>
            <p>What the workflow files declare. Figures are of the jobs that ended last and are still kept.</p>
          </div>
        </div>
        <Table caption="Tasks" columns={columnsOf(page)} rows={rows} empty={<p>No task is declared.</p>} />
      </Layout>,
    );
  });
}

function columnsOf(page: Page): Column<TaskRow>[] {
  const nothing = <span class="muted">–</span>;
  return [
    {
      head: "Task",
      isName: true,
      cell: ({ task }) => (
        <>
          <a href={page.link(`/tasks/${encodeURIComponent(task.name)}`)}>{task.name}</a>{" "}
          {task.deprecated !== undefined && <Badge mood="warn">deprecated</Badge>}
          {task.description !== undefined && <p class="hint">{task.description}</p>}
        </>
      ),
    },
    { head: "Owner", cell: ({ task }) => task.owner ?? nothing },
    { head: "Queue", cell: ({ task }) => task.queue },
    {
      head: "Runs by itself",
      cell: ({ task }) =>
        task.schedules.length === 0
          ? nothing
          : task.schedules.map(({ cron, timezone }) => {
              const [next] = nextTicks(cron, timezone, page.now, 1);
              return (
                <div>
                  {cronInWords(cron, timezone)}
                  {next !== undefined && (
                    <p class="hint">
                      next <When at={next} now={page.now} />
                    </p>
                  )}
                </div>
              );
            }),
    },
    {
      head: "Completed",
      isNumber: true,
      cell: ({ figures }) => (figures === undefined ? nothing : rateInWords(figures.completed)),
    },
    {
      head: "Died",
      isNumber: true,
      cell: ({ figures }) => {
        if (figures === undefined || figures.dead.count === 0) return nothing;
        return <span class="reason">{rateInWords(figures.dead)}</span>;
      },
    },
    {
      head: "Takes (median, p95)",
      isNumber: true,
      cell: ({ figures }) =>
        figures?.durationMs === undefined
          ? nothing
          : `${spanInWords(figures.durationMs.median)}, ${spanInWords(figures.durationMs.p95)}`,
    },
  ];
}
