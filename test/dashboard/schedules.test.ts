import { Queue } from "bullmq";
import { expect, onTestFinished, test } from "vitest";
import { openServedDashboard, Visitor } from "./open-dashboard.js";

test("schedules of another program that have no words are shown as they are written", async () => {
  const { url, connection, close } = await openServedDashboard({ signIn: false });
  onTestFinished(close);
  const queue = new Queue("low", { connection: { url: connection }, prefix: "{taskwright:low}" });
  onTestFinished(() => queue.close());
  for (const pattern of ["@minutely", "H * * * *", "* *"]) {
    await queue.upsertJobScheduler(`theirs ${pattern}`, { pattern }, { name: "ping" });
  }
  const page = await new Visitor(url).get("/schedules");
  expect(page.status).toBe(200);
  const text = await page.text();
  for (const words of ["@minutely (UTC)", "H * * * * (UTC)", "* * (UTC)"]) expect.soft(text).toContain(words);
});
