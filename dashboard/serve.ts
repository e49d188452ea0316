import { once } from "node:events";
import { createServer } from "node:http";
import type { Dashboard } from "./create-dashboard.js";

/** A dashboard that is being served. */
export interface ServedDashboard {
  /** With the port that it really has. */
  readonly url: string;
  /** Stops serving, ends every connection and closes the dashboard. */
  close(): Promise<void>;
}

/** Where to serve. */
export interface ServeOptions {
  /** 0: any that is free. */
  readonly port: number;
  /** Default 127.0.0.1: this machine alone. */
  readonly host?: string | undefined;
}

/** Serves `dashboard` by a server of its own. Rejects when the port is taken. */
export async function serveDashboard(
  dashboard: Dashboard,
  { port, host = "127.0.0.1" }: ServeOptions,
): Promise<ServedDashboard> {
  const server = createServer((request, response) => dashboard.listener(request, response));
  server.listen(port, host);
  await once(server, "listening");
  const address = server.address();
  if (address === null || typeof address === "string") throw new Error("A TCP listener has no port.");
  const name = host.includes(":") ? `[${host}]` : host;
  return {
    url: `http://${name}:${address.port}`,
    async close() {
      server.close();
      server.closeAllConnections();
      await dashboard.close();
    },
  };
}
