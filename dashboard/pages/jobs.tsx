/** @jsxRuntime automatic @jsxImportSource hono/jsx */
import { Hono } from "hono";
import type { Services, VisitEnv } from "../visit.js";
import { filterOf, readPlace, readSearch } from "./job-search.js";
import { JobSearchForm } from "./job-search-form.js";
import { JobTable, jobPath } from "./job-table.js";
import { Layout, pageOf } from "./layout.js";

/** Jobs read for one page at most: more takes longer than anybody likes to wait. */
export const scanLimit = 5_000;

/** All jobs, searched and filtered. */
export function jobListRoutes(services: Services): Hono<VisitEnv> {
  const { operations } = services;
  return new Hono<VisitEnv>().get("/jobs", async (visit) => {
    const search = readSearch(visit.req.query(), operations.manifest);
    // An id is found at once, wherever its job is.
    const { cursor, looked } = readPlace(visit.req.query());
    const exact = search.text === "" || cursor !== undefined ? [] : await operations.find(search.text);
    const [found] = exact;
    if (found !== undefined && exact.length === 1)
      return visit.redirect(services.settings.basePath + jobPath(found), 303);
    const list = await operations.jobs(filterOf(search), { limit: 50, cursor, scanLimit });
    const page = pageOf(visit, services, "Jobs");
    return visit.html(
      <Layout page={page}>
        <div class="page-head">
          <div>
            <h1>Jobs</h1>
            <p>Running and waiting jobs in the order in which they run; those that have ended, the latest first.</p>
          </div>
        </div>
        <JobSearchForm page={page} path="/jobs" search={search} manifest={operations.manifest} />
        <JobTable
          page={page}
          path="/jobs"
          list={list}
          search={search}
          looked={looked}
          empty={<p>There is no such job.</p>}
        />
      </Layout>,
    );
  });
}
