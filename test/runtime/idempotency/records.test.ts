import { randomUUID } from "node:crypto";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { Claim } from "../../../runtime/store/effect-records.js";
import { openStore, type Store } from "../../../runtime/store/store.js";
import { silentLogger, stores } from "../../support/project.js";

const hour = 3_600_000;
const claim: Claim = {
  owner: "first",
  jobId: "1",
  fingerprint: "a",
  leaseMs: hour,
  ttlMs: 2 * hour,
  takesOver: true,
};
/** Another attempt of the same job, another job of the same payload, and one of another payload. */
const again = { ...claim, owner: "again" };
const twin = { ...claim, owner: "twin", jobId: "2" };
const stranger = { ...claim, owner: "stranger", jobId: "3", fingerprint: "b" };

describe.each(stores)("on $store", ({ connection }) => {
  let store: Store;
  beforeAll(async () => {
    store = await openStore(connection(), "producer", silentLogger());
  });
  afterAll(() => store.close());

  /** Steps on a record of its own. */
  function open() {
    const place = { queue: "records", recordId: randomUUID() };
    const { effects } = store;
    return {
      begin: (by: Claim) => effects.begin(place, by),
      renew: (by: Claim, fence: number) => effects.renew(place, { ...by, fence }, by),
      commit: (by: Claim, fence: number, result?: string) => effects.commit(place, { ...by, fence }, result, by.ttlMs),
      release: (by: Claim, fence: number, as: "free" | "uncertain" = "free") =>
        effects.release(place, { ...by, fence }, as),
      read: () => effects.read(place),
      clear: (reason: string) => effects.clear(place, reason),
      /** Takes the key for `by`, which must get it. */
      async take(by: Claim): Promise<number> {
        const begun = await effects.begin(place, by);
        if (begun.kind !== "begun") throw new Error(`It was ${begun.kind}.`);
        return begun.fence;
      },
    };
  }

  test("a new key is begun with the store's clock as its fence, and is then busy to everybody", async () => {
    const record = open();
    const before = Date.now();
    const fence = await record.take(claim);
    expect(Math.abs(fence / 1_000 - before)).toBeLessThan(5_000);
    for (const other of [again, twin, stranger]) {
      expect(await record.begin(other)).toEqual({ kind: "busy", jobId: "1", forMs: expect.any(Number) });
    }
    expect(await record.read()).toMatchObject({ state: "running", jobId: "1", fence, result: undefined });
  });

  test("a begin that is sent twice begins once", async () => {
    const record = open();
    const fence = await record.take(claim);
    expect(await record.begin(claim)).toEqual({ kind: "begun", fence, isTakeover: false });
  });

  test("after a failure the key is free to anybody, with a higher fence each time", async () => {
    const record = open();
    let last = 0;
    for (const by of [claim, again, stranger, twin]) {
      const fence = await record.take(by);
      expect(fence).toBeGreaterThan(last);
      last = fence;
      expect(await record.release(by, fence)).toEqual({ isOurs: true, waiting: [] });
      expect(await record.read()).toMatchObject({ state: "free" });
    }
  });

  test("a lapsed lease is taken over with a higher fence, and the one who had it can neither renew, commit nor release", async () => {
    const record = open();
    const fence = await record.take({ ...claim, leaseMs: 0 });
    expect(await record.read()).toMatchObject({ state: "uncertain" });
    const taken = await record.begin(twin);
    expect(taken).toEqual({ kind: "begun", fence: expect.any(Number), isTakeover: true });
    expect(taken.kind === "begun" && taken.fence).toBeGreaterThan(fence);
    expect(await record.renew(claim, fence)).toBe(false);
    expect(await record.commit(claim, fence, '"mine"')).toMatchObject({ isOurs: false });
    expect(await record.release(claim, fence)).toMatchObject({ isOurs: false });
    expect(await record.read()).toMatchObject({ state: "running", jobId: "2" });
  });

  test("a lapsed lease that nobody took is still its owner's to renew and to commit", async () => {
    const record = open();
    const fence = await record.take({ ...claim, leaseMs: 0 });
    expect(await record.renew(claim, fence)).toBe(true);
    expect(await record.read()).toMatchObject({ state: "running" });
    expect(await record.commit(claim, fence, "1")).toEqual({ isOurs: true, waiting: [] });
  });

  test("who doesn't take over finds a lapsed lease uncertain, and another payload is a conflict", async () => {
    const record = open();
    await record.take({ ...claim, leaseMs: 0 });
    expect(await record.begin({ ...twin, takesOver: false })).toEqual({ kind: "uncertain", jobId: "1" });
    expect(await record.begin({ ...again, takesOver: false })).toEqual({ kind: "uncertain", jobId: "1" });
    expect(await record.begin(stranger)).toEqual({ kind: "conflict", jobId: "1" });
  });

  test("what is given back as uncertain is as after a crash, at once", async () => {
    const record = open();
    const fence = await record.take(claim);
    expect(await record.release(claim, fence, "uncertain")).toMatchObject({ isOurs: true });
    expect(await record.begin({ ...twin, takesOver: false })).toEqual({ kind: "uncertain", jobId: "1" });
  });

  test.each([
    ["a result", '{"receipt":"R 1","note":"\\u0000 ✓"}'],
    ["no result", undefined],
  ])("done with %s stays done, for its job and for others of its payload", async (_, result) => {
    const record = open();
    const fence = await record.take(claim);
    expect(await record.commit(claim, fence, result)).toMatchObject({ isOurs: true });
    for (const other of [claim, again, twin]) {
      expect(await record.begin(other)).toEqual({ kind: "done", jobId: "1", result });
    }
    expect(await record.begin(stranger)).toEqual({ kind: "conflict", jobId: "1" });
    // Sent twice, as clients do after an outage.
    expect(await record.commit(claim, fence, result)).toMatchObject({ isOurs: true });
    expect(await record.release(claim, fence)).toMatchObject({ isOurs: false });
    expect(await record.renew(claim, fence)).toBe(false);
    expect(await record.read()).toMatchObject({ state: "done", result });
  });

  test("its own job's conflict with itself is none: a deployment may read the same payload differently", async () => {
    const record = open();
    await record.commit(claim, await record.take(claim), "1");
    expect(await record.begin({ ...again, fingerprint: "other" })).toMatchObject({ kind: "done" });
  });

  test("a commit to a record that was lost is kept: nobody else has the key", async () => {
    const record = open();
    expect(await record.commit(claim, 7, '"R"')).toMatchObject({ isOurs: true });
    expect(await record.begin(twin)).toEqual({ kind: "done", jobId: "1", result: '"R"' });
    expect(await record.begin(stranger)).toMatchObject({ kind: "conflict" });
  });

  test.each(["commit", "release"] as const)("a %s tells of the jobs that found the key busy, once", async (end) => {
    const record = open();
    const fence = await record.take(claim);
    await record.begin(twin);
    await record.begin(stranger);
    await record.begin(stranger);
    const ended = await record[end](claim, fence);
    expect([...ended.waiting].sort()).toEqual(["2", "3"]);
    const next = await record.begin(twin);
    expect(next.kind).toBe(end === "commit" ? "done" : "begun");
    if (next.kind === "begun") expect(await record.release(twin, next.fence)).toEqual({ isOurs: true, waiting: [] });
  });

  test("a record is forgotten after its time", async () => {
    const record = open();
    const fence = await record.take(claim);
    await record.commit({ ...claim, ttlMs: 1 }, fence, "1");
    await expect.poll(() => record.read(), { interval: 5 }).toBeUndefined();
    expect(await record.begin(stranger)).toMatchObject({ kind: "begun" });
  });

  test("a key can be cleared unless an attempt has it, and keeps why; its fence goes on growing", async () => {
    const record = open();
    expect(await record.clear("?")).toBe("unknown");
    const fence = await record.take(claim);
    expect(await record.clear("it hangs")).toBe("running");
    await record.release(claim, fence, "uncertain");
    expect(await record.clear("The bank never got it.")).toBe("cleared");
    expect(await record.read()).toMatchObject({ state: "free", clearedBecause: "The bank never got it.", fence });
    expect(await record.commit(claim, fence, "1")).toMatchObject({ isOurs: false });
    const next = await record.begin({ ...stranger, takesOver: false });
    expect(next).toMatchObject({ kind: "begun", isTakeover: false });
    expect(next.kind === "begun" && next.fence).toBeGreaterThan(fence);
    expect(await record.read()).toMatchObject({ clearedBecause: undefined });
  });

  test("of twenty who ask at once, one gets the key", async () => {
    const record = open();
    const asked = Array.from({ length: 20 }, (_, n) => record.begin({ ...claim, owner: `o${n}`, jobId: `${n}` }));
    const kinds = (await Promise.all(asked)).map(({ kind }) => kind);
    expect(kinds.filter((kind) => kind === "begun")).toHaveLength(1);
    expect(kinds.filter((kind) => kind === "busy")).toHaveLength(19);
  });
});
