import { createWorker, type Logger } from "taskwright";
import { handlersOf } from "./handlers.js";
import { openLedger } from "./ledger-client.js";
import { openMortalRedis } from "./mortal-redis.js";
import { heedOrders, tell } from "./points.js";
import { catalog } from "./subjects.js";

/*
 * One of the workers of the proof, in a process of its own, until SIGTERM. It is an ordinary worker of all subjects; its
 * parent orders where it is struck. PROOF_LOG=1 lets it complain on its standard error.
 */

const { REDIS_URL = "", LEDGER_URL = "", PROOF_LOG } = process.env;

const complain =
  PROOF_LOG === "1" ? (fields: object, message: string) => console.error(message, fields) : () => undefined;
const logger: Logger = { debug() {}, info() {}, warn: complain, error: complain };
const redis = openMortalRedis(REDIS_URL);
redis.on("error", () => undefined);
heedOrders();
process.on("disconnect", () => process.exit(0));

const worker = createWorker(
  catalog,
  { proof: handlersOf(openLedger(LEDGER_URL), redis) },
  {
    connection: redis,
    concurrency: 10,
    lockDuration: 600,
    stalledInterval: 300,
    // Here it isn't the jobs that end their workers.
    maxCrashes: 1_000,
    logger,
  },
);
worker.start().then(
  () => tell("ready"),
  // `run` tells.
  () => undefined,
);
await worker.run();
redis.disconnect();
process.disconnect?.();
