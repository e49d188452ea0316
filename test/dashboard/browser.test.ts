import type { Browser, BrowserContextOptions, Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, onTestFinished, test, vi } from "vitest";
import manifest from "../../generated/manifest.json" with { type: "json" };
import { openChromium } from "../support/chromium.js";
import { findFaintText } from "./contrast.js";
import { openServedDashboard, operatorToken, type ServedProject, viewerToken } from "./open-dashboard.js";
import { populate } from "./populate.js";

vi.setConfig({ testTimeout: 90_000 });

let project: ServedProject;
let day: Awaited<ReturnType<typeof populate>>;
let browser: Browser;
let deadId = "";
beforeAll(async () => {
  project = await openServedDashboard();
  [day, browser] = await Promise.all([populate(project), openChromium()]);
  [deadId = ""] = await project.redis.zrange("{taskwright:critical}:critical:failed", "0", "0");
});
afterAll(async () => {
  await browser.close();
  day.release();
  await project.close();
});

/** A browser's page, signed in, with whatever went wrong in it. */
async function visit(options: BrowserContextOptions = {}, token = operatorToken) {
  const context = await browser.newContext(options);
  onTestFinished(() => context.close());
  const page = await context.newPage();
  const faults: string[] = [];
  page.on("console", (message) => {
    if (["error", "warning"].includes(message.type())) faults.push(`${page.url()}: ${message.text()}`);
  });
  page.on("pageerror", (error) => void faults.push(`${page.url()}: ${error.message}`));
  page.on("request", (request) => {
    if (!/^(data|blob):/.test(request.url()) && new URL(request.url()).origin !== project.url) {
      faults.push(`asks ${request.url()}`);
    }
  });
  await page.goto(`${project.url}/sign-in`);
  await page.getByLabel("Token").fill(token);
  await page.getByRole("button", { name: "Sign in" }).click();
  await page.waitForURL(`${project.url}/`);
  return { page, faults };
}

const pages = (): readonly (readonly [path: string, shows: string])[] => [
  ["/", "Oldest waits"],
  ["/tasks", "Debit a member's wallet for a contribution."],
  ["/tasks/savings:process_payout", "Pay a circle's pot to the member whose turn it is."],
  ["/tasks/system:credit_score_batch", "At 00:00, only on Sunday"],
  ["/jobs", "notification:push"],
  ["/jobs?state=delayed&task=notification:push", "Reminder 3"],
  [`/jobs/critical/${deadId}`, "The bank did not answer"],
  ["/dead", "cannot be reached"],
  ["/schedules", "system:cleanup_expired_otps"],
  ["/workers", "3 of 10 in use"],
  ["/audit", "sign in"],
];

async function isWiderThanItsWindow(page: Page): Promise<boolean> {
  return page.evaluate<boolean>("document.documentElement.scrollWidth > innerWidth");
}

describe.each<[string, BrowserContextOptions]>([
  ["on a desk", { viewport: { width: 1280, height: 900 } }],
  ["on a phone", { viewport: { width: 360, height: 740 }, isMobile: true, hasTouch: true }],
  ["in the dark", { viewport: { width: 1280, height: 900 }, colorScheme: "dark" }],
])("%s", (_, options) => {
  test("each page shows what it is about, in a readable contrast, not wider than its window, without a fault", async () => {
    const { page, faults } = await visit(options);
    for (const [path, shows] of pages()) {
      await page.goto(project.url + path);
      expect.soft(await page.getByRole("heading", { level: 1 }).count(), path).toBe(1);
      expect.soft(await page.getByRole("main").textContent(), path).toContain(shows);
      expect.soft(await isWiderThanItsWindow(page), `${path} is too wide`).toBe(false);
      expect.soft(await findFaintText(page), path).toEqual([]);
    }
    expect(faults).toEqual([]);
  });
});

test("in the dark the page is dark, and in the light it is light", async () => {
  for (const colorScheme of ["dark", "light"] as const) {
    const { page } = await visit({ colorScheme });
    const background = await page.evaluate<string>("getComputedStyle(document.body).backgroundColor");
    const brightness = Number(/\d+/.exec(background)?.[0]);
    expect(brightness > 128).toBe(colorScheme === "light");
  }
});

test("by keyboard alone: signing in, passing over the navigation, pausing a queue; where one is can be seen", async () => {
  const context = await browser.newContext();
  onTestFinished(() => context.close());
  const page = await context.newPage();
  await page.goto(`${project.url}/sign-in`);
  // It is focused when the page is first drawn, which may be after it was loaded.
  await page.locator("input:focus").waitFor();
  await page.keyboard.type(operatorToken);
  await page.keyboard.press("Enter");
  await page.waitForURL(`${project.url}/`);
  await page.keyboard.press("Tab");
  const focused = page.locator(":focus");
  expect(await focused.textContent()).toBe("Skip to the content");
  await page.keyboard.press("Enter");
  let seen = "";
  for (let presses = 0; presses < 40 && seen !== "Pause low"; presses += 1) {
    await page.keyboard.press("Tab");
    seen = (await focused.textContent()) ?? "";
    const outline = await page.evaluate<string>("getComputedStyle(document.activeElement).outlineWidth");
    expect.soft([seen, outline]).toEqual([seen, "3px"]);
    const isInside = await page.evaluate<boolean>("document.activeElement.closest('main') !== null");
    expect.soft(isInside, seen).toBe(true);
  }
  await page.keyboard.press("Enter");
  await page.getByRole("status").waitFor();
  expect(await page.getByRole("status").textContent()).toContain("low is paused");
  await page.getByRole("button", { name: "Resume low" }).press("Enter");
  await page.getByText("low goes on.").waitFor();
});

test("without scripts everything is done all the same", async () => {
  const { page } = await visit({ javaScriptEnabled: false });
  await page.getByRole("button", { name: "Pause default" }).click();
  expect(await page.getByRole("status").textContent()).toContain("default is paused");
  await page.getByRole("button", { name: "Resume default" }).click();
  await page.goto(`${project.url}/dead`);
  await page.getByRole("button", { name: "Retry all that fit" }).click();
  expect(await page.getByRole("heading", { level: 1 }).textContent()).toMatch(/^Retry \d+ jobs\?$/);
});

test("a form tells at each field what does not fit, keeps what was typed, and enqueues what does", async () => {
  const { page } = await visit();
  await page.goto(`${project.url}/tasks/savings:process_payout`);
  await page.getByLabel("reference").fill("not a reference");
  await page.getByLabel("amount").fill("0.5");
  for (const field of ["circle_id", "recipient_id", "round"]) await page.getByLabel(field).fill("");
  await page.getByRole("button", { name: "Enqueue" }).click();
  const alert = await page.getByRole("alert").textContent();
  for (const pointer of ["/reference", "/amount", "/circle_id is required", "/round is required"]) {
    expect.soft(alert).toContain(pointer);
  }
  const amount = page.getByLabel("amount");
  expect(await amount.inputValue()).toBe("0.5");
  expect(await amount.getAttribute("aria-invalid")).toBe("true");
  const described = (await amount.getAttribute("aria-describedby")) ?? "";
  expect(await page.locator(`#${described.split(" ")[0]}`).textContent()).toContain("must be integer");

  await page.getByLabel("reference").fill("PO-2026-0200");
  await page.getByLabel("circle_id").fill("6f9619ff-8b86-4d01-b42d-00cf4fc964ff");
  await page.getByLabel("recipient_id").fill("6f9619ff-8b86-4d01-b42d-00cf4fc964ff");
  await amount.fill("100");
  await page.getByLabel("round").fill("1");
  await page.getByLabel("Delay").fill("1h");
  await page.getByRole("button", { name: "Enqueue" }).click();
  await page.getByRole("status").waitFor();
  expect(await page.getByRole("main").textContent()).toContain('"reference": "PO-2026-0200"');
  await page.getByRole("button", { name: "Remove…" }).click();
  await page.getByRole("button", { name: "Remove it" }).click();
  await page.getByText("The job was removed.").waitFor();
});

test("each form comes with an example that fits, and can be sent as it is", async () => {
  const { page } = await visit();
  for (const { name } of manifest.tasks) {
    await page.goto(`${project.url}/tasks/${name}`);
    await page.getByLabel("Delay").fill("1h");
    await page.getByRole("button", { name: "Enqueue" }).click();
    await page.getByRole("status").waitFor();
    expect.soft(await page.getByRole("heading", { level: 1 }).textContent()).toBe(name);
  }
});

test("many dead letters are chosen, and put back or removed at once", async () => {
  const { page } = await visit();
  await page.goto(`${project.url}/dead?task=notification:sms`);
  const before = await page.getByRole("row").count();
  await page.getByLabel("Choose all jobs of this page").check();
  await page
    .getByLabel(/^Choose job/)
    .first()
    .uncheck();
  await page.getByRole("button", { name: "Remove chosen" }).click();
  await page.getByRole("button", { name: /^Remove \d+ jobs$/ }).click();
  await page.getByRole("status").waitFor();
  expect(await page.getByRole("status").textContent()).toBe(`${before - 2} jobs were removed.`);
  expect(await page.getByRole("row").count()).toBe(2);
});

test("bull-board works under its path: nothing from elsewhere, nothing its policy refuses, and its client sends the token", async () => {
  const { page, faults } = await visit();
  await page.goto(`${project.url}/board/`);
  await page.getByText("critical").first().waitFor();
  await page.goto(`${project.url}/board/queue/critical/${deadId}`);
  await page.getByText("The bank did not answer").first().waitFor();
  await page.goto(`${project.url}/board/queue/critical?status=failed`);
  await page.getByText("savings:process_payout").first().waitFor();
  expect(faults).toEqual([]);

  const answered = page.waitForResponse((response) => response.request().method() === "PUT");
  await page.getByRole("button", { name: "Retry all" }).first().click();
  await page.getByRole("button", { name: "Confirm" }).click();
  // It has come past the guard: it is refused for what it asks.
  expect(await (await answered).json()).toEqual({ error: expect.stringContaining("the board knows no contracts") });
});

test("who may only look sees every page, and no button", async () => {
  const { page, faults } = await visit({}, viewerToken);
  for (const [path, shows] of pages()) {
    await page.goto(project.url + path);
    expect.soft(await page.getByRole("main").textContent(), path).toContain(shows);
    const buttons = await page.getByRole("main").getByRole("button").allTextContents();
    expect
      .soft(
        buttons.filter((text) => text !== "Search"),
        path,
      )
      .toEqual([]);
  }
  expect(faults).toEqual([]);
});
