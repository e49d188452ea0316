import fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
  announce,
  type Deployments,
  heldBySync,
  layPenDown,
  leave,
  projectOf,
  type ScheduleSet,
  setInForce,
  takePen,
  workflowsOfOthers,
} from "../../../runtime/upkeep/deployments.js";

const minute = 60_000;
const nobody: Deployments = { projects: [] };

function setOf(hash: string, workflows = ["savings"], queues = ["default"]): ScheduleSet {
  return { hash, workflows, queues };
}

/** A store at which processes of several versions come and go, as time passes. */
function openStore() {
  let deployments = nobody;
  let now = 1_000_000;
  return {
    pass(ms: number) {
      now += ms;
    },
    live(set: ScheduleSet, id = `worker of ${set.hash}`, makeNewest = false) {
      deployments = announce(deployments, set, { id, aliveUntil: now + minute }, now, makeNewest);
    },
    end(set: ScheduleSet, id = `worker of ${set.hash}`) {
      deployments = leave(deployments, set.hash, id);
    },
    inForce(set: ScheduleSet) {
      const project = projectOf(deployments, set);
      return project && setInForce(project, now)?.hash;
    },
    write(set: ScheduleSet, id = `worker of ${set.hash}`, isWhole = true) {
      const taken = takePen(deployments, set, id, now + 10_000, now);
      if (taken === undefined) return false;
      deployments = layPenDown(taken, set, id, isWhole);
      return true;
    },
    take(set: ScheduleSet, id: string) {
      const taken = takePen(deployments, set, id, now + 10_000, now);
      deployments = taken ?? deployments;
      return taken !== undefined;
    },
    others: (set: ScheduleSet) => [...workflowsOfOthers(deployments, projectOf(deployments, set))].sort(),
    project: (set: ScheduleSet) => projectOf(deployments, set),
  };
}

describe("the version whose schedules hold", () => {
  const v1 = setOf("v1");
  const v2 = setOf("v2");

  it("is the newest that lives: a new one at once, and an older one that restarts beside it changes nothing", () => {
    const store = openStore();
    store.live(v1);
    expect(store.inForce(v1)).toBe("v1");
    store.live(v2);
    expect(store.inForce(v1)).toBe("v2");
    store.live(v1, "another worker of v1");
    expect(store.inForce(v1)).toBe("v2");
    expect([store.write(v1), store.write(v2)]).toEqual([false, true]);
  });

  it("is the older one again when the newer one has no worker left, by its word or by its silence", () => {
    const store = openStore();
    for (const set of [v1, v2]) store.live(set);
    store.live(v2, "second");
    store.end(v2);
    expect(store.inForce(v1)).toBe("v2");
    store.end(v2, "second");
    expect(store.inForce(v1)).toBe("v1");
    store.live(v2);
    store.pass(minute - 1);
    store.live(v1);
    expect(store.inForce(v1)).toBe("v2");
    store.pass(1);
    expect(store.inForce(v1)).toBe("v1");
  });

  it("is the newer one once more as soon as a worker of it is back", () => {
    const store = openStore();
    for (const set of [v1, v2]) store.live(set);
    store.end(v2);
    expect(store.write(v1)).toBe(true);
    store.live(v2);
    expect([store.write(v1), store.write(v2)]).toEqual([false, true]);
  });

  it("is an older one where somebody has said so, beside living workers of the newer", () => {
    const store = openStore();
    for (const set of [v1, v2]) store.live(set);
    store.live(v1, heldBySync, true);
    expect(store.inForce(v2)).toBe("v1");
    store.live(v2);
    expect(store.inForce(v2)).toBe("v1");
  });

  it("is held by a sync until a worker of it comes, and no longer", () => {
    const store = openStore();
    store.live(v1);
    store.live(v2, heldBySync);
    expect(store.inForce(v1)).toBe("v2");
    store.live(v2);
    store.end(v2);
    expect(store.inForce(v1)).toBe("v1");
  });

  it("is always the newest first seen of those that live, whatever comes and goes", () => {
    const versions = ["a", "b", "c"].map((hash) => setOf(hash));
    const step = fc.oneof(
      fc.record({ kind: fc.constant("live" as const), version: fc.nat(2), worker: fc.nat(1) }),
      fc.record({ kind: fc.constant("end" as const), version: fc.nat(2), worker: fc.nat(1) }),
      fc.record({ kind: fc.constant("pass" as const), ms: fc.nat(70_000) }),
    );
    fc.assert(
      fc.property(fc.array(step, { maxLength: 40 }), (steps) => {
        const store = openStore();
        const seen: string[] = [];
        let now = 0;
        const until = new Map<string, number>();
        for (const each of steps) {
          if (each.kind === "pass") {
            now += each.ms;
            store.pass(each.ms);
            continue;
          }
          const set = versions[each.version] ?? setOf("a");
          const id = `${set.hash}${each.worker}`;
          if (each.kind === "live") {
            store.live(set, id);
            until.set(id, now + minute);
            if (!seen.includes(set.hash)) seen.push(set.hash);
          } else {
            store.end(set, id);
            until.delete(id);
          }
        }
        const living = seen.filter((hash) => [...until].some(([id, end]) => id.startsWith(hash) && end > now));
        expect(store.inForce(setOf("none"))).toBe(living.at(-1));
      }),
    );
  });

  it("is remembered among the last fifty: one that comes back after them counts as new", () => {
    const store = openStore();
    for (let n = 0; n < 51; n += 1) {
      store.live(setOf(`v${n}`));
      store.end(setOf(`v${n}`));
    }
    store.live(setOf("v50"));
    expect(store.project(setOf("v50"))?.sets.map(({ hash }) => hash)).toHaveLength(50);
    store.live(setOf("v1"));
    expect(store.inForce(setOf("v50"))).toBe("v50");
    store.live(setOf("v0"));
    expect(store.inForce(setOf("v50"))).toBe("v0");
  });
});

describe("writing", () => {
  const v1 = setOf("v1", ["savings", "loan"], ["a", "b"]);
  const v2 = setOf("v2", ["savings"], ["a"]);

  it("is one process' at a time, until it is done or has been silent too long", () => {
    const store = openStore();
    for (const id of ["x", "y"]) store.live(v1, id);
    expect([store.take(v1, "x"), store.take(v1, "y"), store.take(v1, "x")]).toEqual([true, false, true]);
    store.pass(10_000);
    expect(store.take(v1, "y")).toBe(true);
    expect(store.take(v1, "x")).toBe(false);
  });

  it("ends for an older version as soon as a newer one is there", () => {
    const store = openStore();
    store.live(v1);
    expect(store.take(v1, "worker of v1")).toBe(true);
    store.live(v2);
    expect(store.take(v1, "worker of v1")).toBe(false);
  });

  it("remembers the queues of versions before, until a later one has cleared them", () => {
    const store = openStore();
    store.live(v1);
    store.write(v1);
    store.live(v2);
    store.write(v2, undefined, false);
    expect(store.project(v2)).toMatchObject({ queues: ["a", "b"], workflows: ["loan", "savings"] });
    expect(store.project(v2)?.written).toBeUndefined();
    store.write(v2);
    expect(store.project(v2)).toMatchObject({ queues: ["a"], workflows: ["savings"], written: "v2" });
  });
});

describe("several projects on one store", () => {
  const savings = setOf("s1", ["savings"]);
  const billing = setOf("b1", ["billing"]);

  it("leave each other alone, in the same queue too", () => {
    const store = openStore();
    store.live(savings);
    store.live(billing);
    expect([store.inForce(savings), store.inForce(billing)]).toEqual(["s1", "b1"]);
    expect([store.others(savings), store.others(billing)]).toEqual([["billing"], ["savings"]]);
  });

  it("become one when one version declares the workflows of both, and the versions before are older", () => {
    const store = openStore();
    for (const set of [savings, billing]) store.live(set);
    const both = setOf("both", ["billing", "savings"]);
    store.live(both);
    for (const set of [savings, billing]) store.live(set);
    expect([savings, billing, both].map(store.inForce)).toEqual(["both", "both", "both"]);
  });

  it("come of one that is split, once the part that came first has written, and stay apart", () => {
    const store = openStore();
    const both = setOf("both", ["billing", "savings"]);
    store.live(both);
    store.write(both);
    store.live(savings);
    store.write(savings);
    store.live(billing);
    store.write(billing);
    expect([store.inForce(savings), store.inForce(billing)]).toEqual(["s1", "b1"]);
    store.live(both, "restarted");
    expect(store.write(both, "restarted")).toBe(false);
    store.live(setOf("b2", ["billing"]));
    expect([store.inForce(savings), store.inForce(billing)]).toEqual(["s1", "b2"]);
  });
});
