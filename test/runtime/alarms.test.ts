import { AsyncLocalStorage } from "node:async_hooks";
import { expect, test } from "vitest";
import { clearAlarm, setAlarm } from "../../runtime/alarms.js";

/** Sets an alarm; resolves to how long after its time it rang, in ms. */
function ringing(ms: number): Promise<number> {
  const dueAt = performance.now() + ms;
  return new Promise((resolve) => void setAlarm(ms, () => resolve(performance.now() - dueAt)));
}

test("alarms ring at their times, whatever the order in which they were set", async () => {
  const rung: number[] = [];
  const late = await Promise.all(
    [60, 5, 30, 5, 0, -10].map(async (ms) => {
      const lateMs = await ringing(ms);
      rung.push(ms);
      return lateMs;
    }),
  );
  expect([...new Set(rung)].sort((a, b) => a - b)).toEqual([-10, 0, 5, 30, 60]);
  expect(rung.indexOf(60)).toBe(5);
  for (const lateMs of late) expect(lateMs).toBeGreaterThan(-1.5);
});

test("one that is cleared never rings, and others are not disturbed", async () => {
  const rung: string[] = [];
  const first = setAlarm(5, () => rung.push("first"));
  const others = [5, 6].map(ringing);
  clearAlarm(first);
  clearAlarm(undefined);
  await Promise.all(others);
  expect(rung).toEqual([]);
});

test("one that another clears as it rings stays silent", async () => {
  const rung: string[] = [];
  const both = ["first", "second"].map((name) =>
    setAlarm(5, () => {
      rung.push(name);
      for (const each of both) clearAlarm(each);
    }),
  );
  await ringing(30);
  expect(rung).toEqual(["first"]);
});

test("one that is set as another rings, rings too", async () => {
  await new Promise<void>((resolve) => void setAlarm(1, () => setAlarm(1, resolve)));
});

test("longer than Node's longest timer is not at once", async () => {
  const rung: string[] = [];
  const far = setAlarm(2 ** 31 + 1_000, () => rung.push("far"));
  await ringing(5);
  clearAlarm(far);
  expect(rung).toEqual([]);
});

test("an alarm rings outside of the context that set it, which may not be that of its own work", async () => {
  const context = new AsyncLocalStorage<string>();
  const seen = await new Promise((resolve) => {
    context.run("one job", () => setAlarm(3, () => undefined));
    setAlarm(3, () => resolve(context.getStore()));
  });
  expect(seen).toBeUndefined();
});
