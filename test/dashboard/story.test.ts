import type { Browser, BrowserContextOptions, Page } from "playwright-core";
import { afterAll, beforeAll, expect, onTestFinished, test, vi } from "vitest";
import { openChromium } from "../support/chromium.js";
import { openServedDashboard, operatorToken, type ServedProject } from "./open-dashboard.js";
import { lostReference, populate } from "./populate.js";

vi.setConfig({ testTimeout: 90_000 });

let project: ServedProject;
let day: Awaited<ReturnType<typeof populate>>;
let browser: Browser;
beforeAll(async () => {
  project = await openServedDashboard();
  [day, browser] = await Promise.all([populate(project), openChromium()]);
});
afterAll(async () => {
  await browser.close();
  day.release();
  await project.close();
});

async function open(path: string, options: BrowserContextOptions = {}): Promise<Page> {
  const context = await browser.newContext(options);
  onTestFinished(() => context.close());
  const page = await context.newPage();
  await page.goto(project.url + path);
  return page;
}

test.each<[where: string, reference: string, options: BrowserContextOptions]>([
  ["on a desk", lostReference, {}],
  [
    "on a phone, in the dark",
    "PO-2026-0116",
    { viewport: { width: 360, height: 740 }, isMobile: true, hasTouch: true, colorScheme: "dark" },
  ],
])(
  "a stranger finds a failed payment by its reference, sees why it failed, retries it, and sees it succeed: %s",
  async (_, reference, options) => {
    const page = await open(`/sign-in#${operatorToken}`, options);
    await page.getByRole("link", { name: "Dead letters", exact: true }).click();
    await page.getByLabel("Search").fill(reference);
    await page.getByRole("button", { name: "Search" }).click();
    const found = page.getByRole("row").filter({ hasText: reference });
    expect(await found.count()).toBe(1);
    expect(await page.getByRole("row").count()).toBe(2);
    await found.getByRole("link", { name: "savings:process_payout" }).click();

    await page.getByRole("heading", { name: "Why it failed" }).waitFor();
    expect(await page.getByRole("main").textContent()).toContain(
      `The bank did not answer for ${reference} within 10 s.`,
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
  },
);

test("the same by keyboard alone", async () => {
  const reference = "PO-2026-0118";
  const page = await open("/sign-in");
  // It is focused when the page is first drawn, which may be after it was loaded.
  await page.locator("input:focus").waitFor();
  await page.keyboard.type(operatorToken);
  await page.keyboard.press("Enter");
  await page.waitForURL(`${project.url}/`);
  await tabTo(page, "Dead letters");
  await page.keyboard.press("Enter");
  await page.getByRole("heading", { name: "Dead letters" }).waitFor();
  await skipToContent(page);
  await tabTo(page, "Search");
  await page.keyboard.type(reference);
  await page.keyboard.press("Enter");
  await page.waitForURL(/text=PO-2026-0118/);
  await skipToContent(page);
  await tabTo(page, "savings:process_payout");
  await page.keyboard.press("Enter");
  await page.getByText(`The bank did not answer for ${reference} within 10 s.`).first().waitFor();
  day.openBank();
  await skipToContent(page);
  await tabTo(page, "Retry");
  await page.keyboard.press("Enter");
  await page.getByText("The job is back in its queue, with all its attempts.").waitFor();
  await page.locator(".badge", { hasText: "completed" }).waitFor();
});

async function skipToContent(page: Page): Promise<void> {
  await tabTo(page, "Skip to the content");
  await page.keyboard.press("Enter");
}

/** Goes on until what has the focus has this name; fails when it has not after as many steps as a page may take. */
async function tabTo(page: Page, name: string): Promise<void> {
  const passed: string[] = [];
  while (passed.length < 40) {
    await page.keyboard.press("Tab");
    const focused = await page.evaluate<string>(
      "(document.activeElement.labels?.[0] ?? document.activeElement).textContent.trim()",
    );
    if (focused === name) return;
    passed.push(focused);
  }
  throw new Error(`${name} is not reached by Tab: ${passed.join(", ")}`);
}
