import { once } from "node:events";
import { createServer, type IncomingMessage, type RequestListener, type ServerResponse } from "node:http";
import { CannotServe } from "../errors.js";
import type { Logger } from "../logger.js";

/** Where a worker is served over HTTP, and what beside its own pages. */
export interface ServeOptions {
  /** 0: any that is free; the log says which. */
  readonly port: number;
  /** Which address to listen on. Default: all of them, as probes and Prometheus come from outside. */
  readonly host?: string | undefined;
  /** Answers every path that is not ours. Default: 404. */
  readonly pages?: RequestListener | undefined;
}

/** What is answered to a GET. */
export interface Reply {
  readonly status: number;
  readonly type: string;
  readonly body: string;
}

/** A server that listens. */
export interface OpenServer {
  readonly url: string;
  /** Ends it, and every connection to it. */
  close(): Promise<void>;
}

/** Serves `routes` by their exact path. Rejects with CannotServe, e.g. when the port is taken. */
export async function serve(
  { port, host, pages = notFound }: ServeOptions,
  routes: ReadonlyMap<string, () => Promise<Reply>>,
  logger: Logger,
): Promise<OpenServer> {
  const server = createServer((request, response) => {
    const path = request.url?.split("?", 1)[0] ?? "";
    const route = routes.get(path);
    if (route === undefined) pages(request, response);
    else void answer(request, response, route, logger);
  });
  try {
    server.listen({ port, host });
    await once(server, "listening");
  } catch (cause) {
    throw new CannotServe(port, host, { cause });
  }
  const address = server.address();
  const bound = typeof address === "object" && address !== null ? address.port : port;
  const url = `http://${host === undefined ? "localhost" : host.includes(":") ? `[${host}]` : host}:${bound}`;
  logger.info({ url, paths: [...routes.keys()] }, "serving");
  return {
    url,
    async close() {
      const closed = once(server, "close");
      server.close();
      server.closeAllConnections();
      await closed;
    },
  };
}

async function answer(
  { method }: IncomingMessage,
  response: ServerResponse,
  route: () => Promise<Reply>,
  logger: Logger,
): Promise<void> {
  if (method !== "GET" && method !== "HEAD") {
    response.writeHead(405, { allow: "GET, HEAD" }).end();
    return;
  }
  let reply: Reply;
  try {
    reply = await route();
  } catch (err) {
    logger.error({ err }, "a page failed");
    reply = { status: 500, type: "text/plain; charset=utf-8", body: "It failed; the log says why.\n" };
  }
  const headers = { "content-type": reply.type, "cache-control": "no-store", "x-content-type-options": "nosniff" };
  response.writeHead(reply.status, headers).end(method === "HEAD" ? undefined : reply.body);
}

const notFound: RequestListener = (_, response) => {
  response.writeHead(404, { "content-type": "text/plain; charset=utf-8" }).end("There is no such page.\n");
};
