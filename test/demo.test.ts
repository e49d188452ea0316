import { execFile } from "node:child_process";
import { join } from "node:path";
import { promisify } from "node:util";
import type { TaskDefinition } from "taskwright";
import { expect, test } from "vitest";
import { catalog } from "../generated/catalog.js";

const root = join(import.meta.dirname, "..");

test("the demo comes to its end, whose table and ledger say that no money moved twice", async () => {
  const { REDIS_URL: _, ...env } = process.env;
  const { stdout } = await promisify(execFile)("npm", ["run", "demo"], { cwd: root, env, timeout: 120_000 });

  expect(stdout).toMatch(/kill -9: the worker is gone in the middle of/);
  expect(stdout).toMatch(/│ all +│ +9\d\d │/);
  expect(stdout).toMatch(/the bank was asked 2 times with one reference, and moved the money once\./);
  // Messages have no key: one that the killed worker was sending may be sent again.
  expect(stdout).toMatch(/Ledger: 552 transfers of ₦7,907,100 in all, none of them twice; \d+ messages sent/);
}, 150_000);

test("a job that was at work when the demo's worker was killed waits a few seconds for its key, not a minute", () => {
  const tasks = Object.values(catalog.workflows).flatMap((workflow) => Object.values<TaskDefinition>(workflow));
  const leases = tasks.flatMap(({ idempotency }) => (idempotency === undefined ? [] : [idempotency.leaseMs]));

  expect(leases).toEqual([5_000, 5_000, 5_000, 5_000]);
});
