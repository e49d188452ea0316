import { BullMQOtel } from "bullmq-otel";
import { Registry } from "prom-client";
import { expect, onTestFinished, test } from "vitest";
import { sampleOf } from "../support/scrape.js";
import { recordSpans } from "../support/spans.js";
import { openServedDashboard, Visitor } from "./open-dashboard.js";

const spans = recordSpans();

test("what is enqueued by the form is counted and traced as by a client, and what is refused as well", async () => {
  const metrics = new Registry();
  const telemetry = new BullMQOtel({ tracerName: "test" });
  const { url, redis, close } = await openServedDashboard({ signIn: false, metrics, telemetry });
  onTestFinished(close);
  const visitor = new Visitor(url);
  const sms = { "field:phone": "+2348012345678", "field:message": "Hello", "field:purpose": '"alert"' };
  const enqueue = (fields: Readonly<Record<string, string>>) =>
    visitor.post("/tasks/notification:sms/enqueue", fields, "/tasks/notification:sms");
  const path = (await enqueue(sms)).headers.get("location") ?? "";
  expect((await enqueue({ ...sms, "field:phone": "" })).status).toBe(422);

  const labels = { task: "notification:sms", queue: "default" };
  const scraped = await metrics.metrics();
  expect(sampleOf(scraped, "taskwright_jobs_enqueued_total", labels)).toBe(1);
  expect(sampleOf(scraped, "taskwright_jobs_invalid_total", labels)).toBe(1);
  const [sent, refused] = spans.seen(/default/);
  expect(sent).toMatchObject({ kind: "PRODUCER", error: undefined });
  expect(refused?.error).toContain("must have required property 'phone'");
  const opts = (await redis.hget(`{taskwright:default}:default:${path.split("/").at(-1)}`, "opts")) ?? "";
  expect(JSON.parse(opts)).toMatchObject({ tm: expect.stringContaining(sent?.traceId ?? "none") });
});
