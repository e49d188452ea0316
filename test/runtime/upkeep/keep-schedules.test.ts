import { randomUUID } from "node:crypto";
import type { TaskDefinition } from "taskwright";
import { expect, onTestFinished, test } from "vitest";
import { queuesOf } from "../../../runtime/catalog.js";
import { openStore } from "../../../runtime/store/store.js";
import { type Deployments, deploymentsKey, projectOf, setInForce } from "../../../runtime/upkeep/deployments.js";
import { openScheduleKeeper } from "../../../runtime/upkeep/keep-schedules.js";
import { planScheduleSet } from "../../../runtime/upkeep/planned-schedules.js";
import { silentLogger, stores, task } from "../../support/project.js";

test.each(stores)("on $store a worker that ends in the middle of its start counts as alive no longer", async (of) => {
  const logger = silentLogger();
  const store = await openStore(of.connection(), "worker", logger);
  onTestFinished(() => store.close());
  const id = randomUUID().slice(0, 8);
  const yearly = { cron: "0 0 1 1 *", timezone: "UTC" };
  const tick: TaskDefinition = {
    ...task({ schedules: { default: yearly } }),
    ...{ name: `w-${id}:tick`, queue: `q-${id}` },
  };
  const queues = queuesOf({ queues: {}, workflows: { [`w-${id}`]: { tick } } });
  const keeper = openScheduleKeeper(store, queues, 60_000, logger);
  const starting = keeper.start();
  await keeper.end();
  await starting;
  const { text = "", now } = await store.documents.read(deploymentsKey);
  const project = projectOf(JSON.parse(text) as Deployments, planScheduleSet(queues));
  expect(project?.sets).toHaveLength(1);
  expect(project && setInForce(project, now)).toBeUndefined();
});
