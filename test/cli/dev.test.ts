import { mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { afterEach, beforeEach, expect, inject, it, vi } from "vitest";
import { Visitor } from "../dashboard/open-dashboard.js";
import { runCli, startCli } from "./run-cli.js";

/*
 * Real processes, with a compiler, a worker and a dashboard in them, on a machine that may be busy with the rest of the
 * suite.
 */
vi.setConfig({ testTimeout: 240_000 });

let project = "";
beforeEach(() => {
  project = mkdtempSync(join(tmpdir(), "taskwright-dev-"));
  const root = join(import.meta.dirname, "../..");
  mkdirSync(join(project, "node_modules"));
  symlinkSync(root, join(project, "node_modules/taskwright"));
  put("package.json", '{ "type": "module" }');
  put("workflows/hello.yaml", yaml());
});
afterEach(() => rmSync(project, { recursive: true, force: true, maxRetries: 5 }));

/** A queue of its own on the Redis that all tests share. */
const redisYaml = (queue: string) => `queues: { ${queue}: {} }\ndefaults: { queue: ${queue} }\n${yaml()}`;

function yaml(retries = 3): string {
  return `tasks:
  greet:
    retries: ${retries}
    payload:
      type: object
      additionalProperties: false
      required: [name]
      properties: { name: { type: string, minLength: 1 } }
`;
}

function greeting(body: string, imports = ""): string {
  return `import type { GreetHandler } from "../../generated/hello.js";
${imports}
export const greet: GreetHandler = async ({ name }) => {
  ${body}
};
`;
}

function put(path: string, text: string): void {
  mkdirSync(dirname(join(project, path)), { recursive: true });
  writeFileSync(join(project, path), text);
}

const signInLine = /^dashboard {2}(http:\/\/127\.0\.0\.1:\d+)\/sign-in#(\S+)$/;

function readPlace(line: string): readonly [url: string, token: string] {
  const [, url = "", token = ""] = signInLine.exec(line) ?? [];
  return [url, token];
}

it("from an empty handler to a greeting: the job waits through the restart, and Ctrl-C ends it all", async () => {
  const dev = startCli(project, ["dev"]);
  const [url, token] = readPlace(await dev.next(signInLine));
  await dev.next(/^store {6}embedded, kept in \.taskwright\/$/);
  await dev.next(/^stub written {2}workflows\/hello\/greet\.ts$/);
  await dev.next(/^worker {5}running/);

  const visitor = new Visitor(url);
  expect((await visitor.signIn(token)).status).toBe(303);
  const fields = { "field:name": "Ada" };
  const enqueued = await visitor.post("/tasks/hello:greet/enqueue", fields, "/tasks/hello:greet");
  expect(enqueued.headers.get("location")).toBe("/jobs/default/1");

  put("workflows/hello/greet.ts", greeting('console.log("Hello,", name);'));
  await dev.next(/^worker {5}starting again: workflows\/hello\/greet\.ts has changed$/);
  await dev.next(/^Hello, Ada$/);
  // The token is that of the first start.
  expect((await visitor.get("/jobs/default/1")).status).toBe(200);

  const ended = dev.end("SIGINT");
  await dev.next(/^worker {5}stopping$/);
  await dev.next(/^worker {5}stopped$/);
  expect(await ended).toEqual({ code: 0, signal: null });
  await expect(fetch(url)).rejects.toThrow("fetch failed");
  expect(readFileSync(join(project, ".taskwright/.gitignore"), "utf8")).toBe("*\n");
});

it("shows what is wrong, with the worker running on, and takes it back", async () => {
  put("workflows/hello.yaml", redisYaml("dev-faults"));
  put("workflows/hello/greet.ts", greeting('console.log("Hello,", name);'));
  const dev = startCli(project, ["dev"], { REDIS_URL: inject("redisUrl") });
  await dev.next(/^store {6}redis:\/\/127\.0\.0\.1/);
  await dev.next(/^worker {5}running/);

  put("workflows/hello.yaml", redisYaml("dev-faults").replace("retries", "retris"));
  await dev.next(/unknown-key: `retris` is not a task setting/);
  put("workflows/hello.yaml", redisYaml("dev-faults").replace("retries: 3", "retries: 4"));
  await dev.next(/^✓ 1 task: \d files? changed/);
  await dev.next(/^worker {5}starting again: generated\/.* has changed$/);
  await dev.next(/^worker {5}running/);

  put("names.ts", 'throw new TypeError("no names yet");');
  put("workflows/hello/greet.ts", greeting("console.log(greet, name);", 'import "../../names.js";'));
  await dev.next(/^worker {5}not running, until something changes:$/);
  await dev.next(/^TypeError: no names yet$/);
  await dev.next(/^ +at .*names\.ts:1/);
  put("names.ts", 'console.log("names are there");');
  await dev.next(/^names are there$/);
  await dev.next(/^worker {5}running/);
  // It is no part of workflows/, and yet of the worker.
  put("names.ts", 'console.log("names are better");');
  await dev.next(/^worker {5}starting again: names\.ts has changed$/);
  await dev.next(/^names are better$/);
  await dev.next(/^worker {5}running/);
  expect(await dev.end("SIGTERM")).toEqual({ code: 0, signal: null });
});

it.each([
  ["that waits", "await new Promise((resolve) => setTimeout(resolve, 600_000));"],
  ["that never gives the event loop back", "for (;;);"],
])("killed, it leaves no process behind, though a handler runs %s", async (_, body) => {
  const queue = body.startsWith("for") ? "dev-loop" : "dev-wait";
  const env = { REDIS_URL: inject("redisUrl") };
  put("workflows/hello.yaml", redisYaml(queue));
  put("workflows/hello/greet.ts", greeting(`console.log("at work in", process.pid, name); ${body}`));
  const dev = startCli(project, ["dev"], env);
  await dev.next(/^worker {5}running/);
  expect(await runCli(project, ["enqueue", "hello:greet", '{"name":"Ada"}'], env)).toMatchObject({ code: 0 });
  const pid = Number(/\d+/.exec(await dev.next(/^at work in \d+ Ada$/))?.[0]);
  expect(isAlive(pid)).toBe(true);
  expect(await dev.end("SIGKILL")).toEqual({ code: null, signal: "SIGKILL" });
  await expect.poll(() => isAlive(pid), { timeout: 60_000 }).toBe(false);
});

it("refuses a port that is taken, when it was asked for", async () => {
  const port = new URL(inject("redisUrl")).port;
  expect(await runCli(project, ["dev", "--port", port])).toMatchObject({
    code: 1,
    stderr: `taskwright: port ${port} is taken: give another one by --port, or none.\n`,
  });
});

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}
