/** @jsxRuntime automatic @jsxImportSource hono/jsx */
import { Hono } from "hono";
import { type AuditEntry, mostAuditEntries } from "../access/audit.js";
import type { Services, VisitEnv } from "../visit.js";
import { Layout, type Page, pageOf } from "./layout.js";
import { Badge, When } from "./marks.js";
import { type Column, Table } from "./table.js";
import { countInWords } from "./words.js";

const pageSize = 100;

/** Who did what, when, to what, and what came of it. */
export function auditRoutes(services: Services): Hono<VisitEnv> {
  return new Hono<VisitEnv>().get("/audit", async (visit) => {
    const asked = Number(visit.req.query("from") ?? 0);
    const from = Number.isSafeInteger(asked) && asked > 0 ? Math.min(asked, mostAuditEntries) : 0;
    const found = await services.audit.read(from, pageSize + 1);
    const page = pageOf(visit, services, "Audit");
    return visit.html(
      <Layout page={page}>
        <div class="page-head">
          <div>
            <h1>Audit</h1>
            <p>{`What was done or tried in the dashboard, the latest first. The last ${countInWords(mostAuditEntries)} entries are kept here; the log of the process has them all.`}</p>
          </div>
        </div>
        <Table
          caption="Audit"
          columns={columnsOf(page)}
          rows={found.slice(0, pageSize)}
          empty={<p>Nothing has been done yet.</p>}
        />
        {found.length > pageSize && (
          <div class="table-foot">
            <a class="button" href={page.link(`/audit?from=${from + pageSize}`)} rel="next">
              Older
            </a>
          </div>
        )}
      </Layout>,
    );
  });
}

function columnsOf(page: Page): Column<AuditEntry>[] {
  return [
    { head: "When", cell: ({ at }) => <When at={at} now={page.now} /> },
    {
      head: "Who",
      cell: ({ role, session, address }) => (
        <>
          {role ?? "nobody"} <code>{session}</code>
          <p class="hint">from {address}</p>
        </>
      ),
    },
    { head: "What", cell: ({ action }) => <strong>{action}</strong> },
    { head: "On", cell: ({ target }) => (target === "" ? <span class="muted">–</span> : <code>{target}</code>) },
    {
      head: "Outcome",
      cell: ({ outcome, detail }) => (
        <>
          <Badge mood={outcome === "done" ? "good" : "bad"}>{outcome}</Badge>
          {detail !== "" && <p class="hint">{detail}</p>}
        </>
      ),
    },
  ];
}
