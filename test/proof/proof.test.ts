import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type PlanSettings, planRounds } from "./plan.js";
import { type Point, points, pointsOf } from "./points.js";
import { type Report, runProof } from "./run-proof.js";
import { type SubjectName, subjectNames } from "./subjects.js";

/** Where the death of a worker shows what becomes of a payment in that way. */
const decisive = {
  key: "after effect",
  fence: "after effect",
  park: "after effect",
  retry: "after effect",
  setnx: "after claim",
} as const satisfies Record<SubjectName, Point>;

const settings: PlanSettings = {
  payments: 40,
  seed: 1,
  rounds: 4,
  killsAt: (subject, point) => (subject === "key" || point === decisive[subject] ? 1 : 0),
  stopsAt: (subject) => (subject === "fence" ? 1 : 0),
  killsAnywhere: 1,
  redisRestarts: 1,
  hasLateDuplicates: false,
};

describe("40 payments a way, with a worker killed before and after each step, others stopped past their lease, and Redis killed", () => {
  const abort = new AbortController();
  let report: Report;
  beforeAll(async () => {
    report = await runProof({ ...settings, workers: 3, patienceMs: 280_000 }, abort.signal);
  }, 300_000);
  afterAll(() => abort.abort());

  const of = (name: (typeof subjectNames)[number]) => report.verdicts.find(({ subject }) => subject === name);

  test("a worker was killed at every point, and what is promised held", () => {
    expect(report.breaches).toEqual([]);
    expect(Math.min(...points.map((point) => report.kills[point]))).toBeGreaterThanOrEqual(1);
    expect(report.stops).toBe(2);
  });

  test.each(["key", "fence"] as const)("none is lost and none doubled where the ledger honours the %s", (name) => {
    expect(of(name)).toMatchObject({ lost: [], doubled: [], misremembered: [] });
  });

  test("a payment whose worker died when it was made is asked for again, and refused by its key", () => {
    expect(of("key")?.refused).toBeGreaterThan(0);
  });

  test("where it honours neither, `park` pays none twice, and a person who asks the ledger has the others paid", () => {
    expect(of("park")).toMatchObject({ lost: [], doubled: [], misremembered: [] });
    expect(of("park")?.parked).toBeGreaterThan(0);
  });

  test("where it honours neither, `retry` loses none, and pays twice what was paid when its worker died", () => {
    expect(of("retry")).toMatchObject({ lost: [], misremembered: [] });
    expect(of("retry")?.doubled).not.toEqual([]);
  });

  test("SETNX loses what was claimed when its worker died", () => {
    expect(of("setnx")?.lost).not.toEqual([]);
  });
});

test("a plan asks for each payment once and strikes every point of every subject; the same seed makes the same", () => {
  const whole = { ...settings, payments: 100, killsAt: () => 1, hasLateDuplicates: true };
  const rounds = planRounds(whole);
  const references = rounds.flatMap(({ payments }) => payments.map(({ reference }) => reference));
  expect(new Set(references).size).toBe(100);
  expect(references).toHaveLength(100);
  const struck = rounds.flatMap(({ orders }) => orders).filter(({ signal }) => signal === "SIGKILL");
  expect(struck.map(({ subject, point }) => `${subject} ${point}`).sort()).toEqual(
    subjectNames.flatMap((subject) => pointsOf(subject).map((point) => `${subject} ${point}`)).sort(),
  );
  expect(planRounds(whole)).toEqual(rounds);
  expect(planRounds({ ...whole, seed: 2 })).not.toEqual(rounds);
});
