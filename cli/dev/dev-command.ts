import { randomBytes } from "node:crypto";
import { once } from "node:events";
import { existsSync, mkdirSync, writeFileSync } from "node:fs";
import { createServer } from "node:net";
import { join, relative } from "node:path";
import { watch as watchFiles } from "chokidar";
import { type ExitCode, exitCodes } from "../exit-codes.js";
import { watchProject } from "../watch-project.js";
import { type DevPlaces, openReport } from "./report.js";
import { superviseWorker } from "./supervise-worker.js";
import { startWorker } from "./worker-process.js";

export interface DevOptions {
  /** The project's folder, absolute. */
  readonly root: string;
  readonly workflows: string;
  readonly out: string;
  /** Undefined: the embedded store in the project's own folder. */
  readonly connection: string | undefined;
  readonly concurrency: number;
  /** Undefined: the usual one, or any if that is taken. */
  readonly port: number | undefined;
  readonly host: string;
}

const usualPort = 7788;
const ownFolder = ".taskwright";

/**
 * `taskwright dev`: compiles at every change, runs the handlers as they are now, and serves the dashboard, until Ctrl-C.
 *
 * The compiler is in this process, the worker and the dashboard in another one: see devWorker.
 */
export async function dev(options: DevOptions): Promise<ExitCode> {
  const { root, host } = options;
  const port = options.port ?? ((await isFree(usualPort, host)) ? usualPort : 0);
  const bound = port === 0 ? await findFreePort(host) : port;
  if (options.port !== undefined && !(await isFree(bound, host))) {
    console.error(`taskwright: port ${bound} is taken: give another one by --port, or none.`);
    return exitCodes.fault;
  }
  const connection = options.connection ?? openOwnStore(root);
  // The same for every worker that is started, so that whoever has signed in stays so.
  const chosen = process.env.TASKWRIGHT_DASHBOARD_TOKEN;
  const token = chosen || randomBytes(24).toString("base64url");
  const args = workerArguments(options, connection, bound);

  const stop = signals();
  const report = openReport(placesOf(options, bound, chosen ? undefined : token));
  // What handlers import from elsewhere; the project's watcher has the rest.
  const others = watchFiles([], { ignoreInitial: true });
  const isWatched = (path: string) =>
    !path.includes("/node_modules/") &&
    [options.workflows, options.out].every((each) => !isWithin(join(root, each), path));
  const supervisor = superviseWorker(
    (ears) =>
      startWorker(
        args,
        { TASKWRIGHT_DASHBOARD_TOKEN: token },
        {
          ...ears,
          onLoaded: (path) => void (isWithin(root, path) && isWatched(path) && others.add(path)),
          onLine: report.line,
        },
      ),
    report.worker,
    (path) => relative(root, path),
  );
  others.on("all", () => supervisor.renew());
  // Whatever ends this process ends the worker too.
  process.once("exit", supervisor.kill);
  try {
    const watcher = await watchProject({ ...options, strict: false }, (round) => {
      report.round(round);
      if (round.kind === "compiled") supervisor.renew();
    });
    await stop.first;
    void stop.second.then(supervisor.kill);
    await Promise.all([watcher.close(), others.close()]);
    await supervisor.close();
  } finally {
    report.close();
  }
  return exitCodes.fine;
}

function workerArguments({ out, concurrency, host }: DevOptions, connection: string, port: number): string[] {
  const values = { out, connection, concurrency, port, host };
  return ["dev-worker", ...Object.entries(values).flatMap(([name, value]) => [`--${name}`, String(value)])];
}

/** Kept from one start to the next, and out of the repository. */
function openOwnStore(root: string): string {
  const folder = join(root, ownFolder);
  mkdirSync(folder, { recursive: true });
  const ignore = join(folder, ".gitignore");
  if (!existsSync(ignore)) writeFileSync(ignore, "*\n");
  return `embedded:${join(folder, "store")}`;
}

function placesOf({ connection, host }: DevOptions, port: number, token: string | undefined): DevPlaces {
  const name = host.includes(":") ? `[${host}]` : host;
  const url = `http://${name}:${port}`;
  return {
    dashboard: token === undefined ? `${url} (sign in with TASKWRIGHT_DASHBOARD_TOKEN)` : `${url}/sign-in#${token}`,
    store: connection === undefined ? `embedded, kept in ${ownFolder}/` : describeConnection(connection),
  };
}

/** Without a password. */
function describeConnection(connection: string): string {
  if (!URL.canParse(connection) || connection.startsWith("embedded:")) return connection;
  const { protocol, host, pathname } = new URL(connection);
  return `${protocol}//${host}${pathname}`;
}

function isWithin(folder: string, path: string): boolean {
  const way = relative(folder, path);
  return way !== "" && !way.startsWith("..");
}

function signals() {
  let received = 0;
  let resolve: readonly (() => void)[] = [];
  const [first, second] = [0, 1].map(
    () =>
      new Promise<void>((settle) => {
        resolve = [...resolve, settle];
      }),
  ) as [Promise<void>, Promise<void>];
  for (const name of ["SIGINT", "SIGTERM", "SIGHUP"] as const) {
    process.on(name, () => {
      resolve[received]?.();
      received += 1;
    });
  }
  return { first, second };
}

async function isFree(port: number, host: string): Promise<boolean> {
  try {
    await listenOnce(port, host);
    return true;
  } catch {
    return false;
  }
}

async function findFreePort(host: string): Promise<number> {
  return listenOnce(0, host);
}

async function listenOnce(port: number, host: string): Promise<number> {
  const server = createServer();
  server.listen(port, host);
  await once(server, "listening");
  const address = server.address();
  server.close();
  await once(server, "close");
  if (address === null || typeof address === "string") throw new Error("A TCP listener has no port.");
  return address.port;
}
