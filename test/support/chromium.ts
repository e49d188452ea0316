import { execFileSync, spawnSync } from "node:child_process";
import { type Browser, chromium } from "playwright-core";

/** A real Chromium without a window, which reaches no host but this machine's own. */
export async function openChromium(): Promise<Browser> {
  const isRoot = process.getuid?.() === 0;
  return chromium.launch({
    executablePath: ensureChromium(),
    args: [
      ...(isRoot ? ["--no-sandbox"] : []),
      "--disable-gpu",
      "--disable-dev-shm-usage",
      "--disable-background-networking",
    ],
  });
}

/**
 * Path of a Chromium on this machine, installing one by the system's package manager where that is allowed.
 *
 * Throws one sentence saying what to install when there is none and none can be had.
 */
export function ensureChromium(): string {
  return find() ?? install() ?? fail();
}

function find(): string | undefined {
  const names = ["chromium", "chromium-browser", "google-chrome-stable", "google-chrome"];
  return process.env.CHROMIUM_PATH ?? names.map(onPath).find((path) => path !== undefined);
}

const installers: readonly {
  readonly tool: string;
  readonly commands: readonly string[][];
}[] = [
  {
    tool: "apt-get",
    commands: [
      ["apt-get", "update"],
      ["apt-get", "install", "-y", "--no-install-recommends", "chromium"],
    ],
  },
  { tool: "apk", commands: [["apk", "add", "chromium"]] },
  { tool: "dnf", commands: [["dnf", "install", "-y", "chromium"]] },
];

function install(): string | undefined {
  if (process.getuid?.() !== 0) return undefined;
  for (const { tool, commands } of installers) {
    if (onPath(tool) === undefined) continue;
    process.stderr.write(`The dashboard's tests need Chromium: installing it with ${tool}.\n`);
    const env = { ...process.env, DEBIAN_FRONTEND: "noninteractive" };
    const done = commands.every(
      ([command = tool, ...args]) =>
        spawnSync(command, args, { stdio: ["ignore", "ignore", "inherit"], env }).status === 0,
    );
    if (done) return find();
  }
  return undefined;
}

function fail(): never {
  throw new Error(
    "The dashboard's tests look at it in a real Chromium and found none: install it so that `chromium` is on PATH, or set CHROMIUM_PATH (Debian: apt-get install chromium; macOS: brew install --cask chromium).",
  );
}

function onPath(command: string): string | undefined {
  try {
    return execFileSync("sh", ["-c", `command -v ${command}`], { encoding: "utf8" }).trim() || undefined;
  } catch {
    return undefined;
  }
}
