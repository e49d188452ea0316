import type { Browser } from "playwright-core";
import { afterAll, beforeAll, expect, test } from "vitest";
import { openChromium } from "../support/chromium.js";
import { openServedDashboard, operatorToken, type ServedProject } from "./open-dashboard.js";
import { lostReference, populate } from "./populate.js";

let project: ServedProject;
let day: Awaited<ReturnType<typeof populate>>;
let browser: Browser;
beforeAll(async () => {
  project = await openServedDashboard(43);
  [day, browser] = await Promise.all([populate(project), openChromium()]);
});
afterAll(async () => {
  await browser.close();
  day.release();
  await project.close();
});

test("a stranger finds a failed payment by its reference, sees why it failed, retries it, and sees it succeed", {
  timeout: 60_000,
}, async () => {
  const page = await (await browser.newContext()).newPage();
  await page.goto(`${project.url}/sign-in#${operatorToken}`);
  await page.getByRole("link", { name: "Dead letters", exact: true }).click();
  await page.getByLabel("Search").fill(lostReference);
  await page.getByRole("button", { name: "Search" }).click();
  const found = page.getByRole("row").filter({ hasText: lostReference });
  expect(await found.count()).toBe(1);
  expect(await page.getByRole("row").count()).toBe(2);
  await found.getByRole("link", { name: "savings:process_payout" }).click();

  await page.getByRole("heading", { name: "Why it failed" }).waitFor();
  expect(await page.getByRole("main").textContent()).toContain(
    `The bank did not answer for ${lostReference} within 10 s.`,
  );
  expect(await page.getByText("dead", { exact: true }).count()).toBe(1);

  day.openBank();
  await page.getByRole("button", { name: "Retry" }).click();
  await page.getByText("The job is back in its queue, with all its attempts.").waitFor();
  // The page renews itself for as long as the job lives.
  await page.locator(".badge", { hasText: "completed" }).waitFor();
  expect(await page.getByRole("main").textContent()).toContain('"transaction_id": "T-1"');
  await page.getByRole("link", { name: "Audit" }).click();
  expect(await page.getByRole("row").filter({ hasText: "retry" }).first().textContent()).toContain("operator");
});
