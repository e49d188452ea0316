import type { Registry } from "prom-client";
import type { Health } from "../worker/health.js";
import type { Reply } from "./serve.js";

/**
 * `/healthz`: the process lives, and its event loop turns. `/readyz`: it fetches jobs; 503 and the reason when it does
 * not. `/metrics`, of `registry`: for Prometheus.
 */
export function workerPages(
  health: () => Promise<Health>,
  registry: Registry | undefined,
): ReadonlyMap<string, () => Promise<Reply>> {
  const pages = new Map([
    ["/healthz", async () => text(200, "alive")],
    [
      "/readyz",
      async () => {
        const found = await health();
        return found.isReady ? text(200, "ready") : text(503, found.reason);
      },
    ],
  ]);
  return registry === undefined ? pages : pages.set("/metrics", metricsPage(registry));
}

/** One scrape at a time: whoever asks while it is answered gets the same. */
function metricsPage(registry: Registry): () => Promise<Reply> {
  let scrape: Promise<string> | undefined;
  return async () => {
    scrape ??= registry.metrics().finally(() => {
      scrape = undefined;
    });
    return { status: 200, type: registry.contentType, body: await scrape };
  };
}

function text(status: number, line: string): Reply {
  return { status, type: "text/plain; charset=utf-8", body: `${line}\n` };
}
