import { execFileSync, spawnSync } from "node:child_process";

/**
 * Path of a `redis-server` on this machine, installing one by the system's package manager where that is allowed.
 *
 * Throws one sentence saying what to install when there is none and none can be had.
 */
export function ensureRedisServer(): string {
  return onPath("redis-server") ?? onPath("valkey-server") ?? install() ?? fail();
}

const installers: readonly {
  readonly tool: string;
  readonly asRoot: boolean;
  readonly commands: readonly string[][];
}[] = [
  {
    tool: "apt-get",
    asRoot: true,
    commands: [
      ["apt-get", "update"],
      ["apt-get", "install", "-y", "--no-install-recommends", "redis-server"],
    ],
  },
  { tool: "apk", asRoot: true, commands: [["apk", "add", "redis"]] },
  { tool: "dnf", asRoot: true, commands: [["dnf", "install", "-y", "redis"]] },
  { tool: "brew", asRoot: false, commands: [["brew", "install", "redis"]] },
];

function install(): string | undefined {
  const isRoot = process.getuid?.() === 0;
  for (const { tool, asRoot, commands } of installers) {
    if ((asRoot && !isRoot) || !onPath(tool)) continue;
    process.stderr.write(`The tests need redis-server: installing it with ${tool}.\n`);
    const env = { ...process.env, DEBIAN_FRONTEND: "noninteractive" };
    const done = commands.every(
      ([command = tool, ...args]) =>
        spawnSync(command, args, { stdio: ["ignore", "ignore", "inherit"], env }).status === 0,
    );
    if (done) return onPath("redis-server") ?? onPath("valkey-server");
  }
  return undefined;
}

function fail(): never {
  throw new Error(
    "The tests talk to a real Redis and found none: install redis-server 6.2 or later so that it is on PATH (Debian: apt-get install redis-server; macOS: brew install redis).",
  );
}

function onPath(command: string): string | undefined {
  try {
    return execFileSync("sh", ["-c", `command -v ${command}`], { encoding: "utf8" }).trim() || undefined;
  } catch {
    return undefined;
  }
}
