import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { Hono } from "hono";
import type { VisitEnv } from "./visit.js";

const types = {
  "style.css": "text/css; charset=utf-8",
  "script.js": "text/javascript; charset=utf-8",
  "icon.svg": "image/svg+xml",
} as const;

/** Beside the package's own description: what is built from this file may be anywhere below it. */
const folder = join(dirname(createRequire(import.meta.url).resolve("taskwright/package.json")), "dashboard/assets");

const contents = new Map(
  Object.entries(types).map(([name, type]) => {
    const bytes = readFileSync(join(folder, name));
    return [name, { type, bytes }] as const;
  }),
);

/** Changes with the files, so that a browser may keep each version for good. */
export const assetVersion = digest();

/** The files that pages refer to. They are the same for everybody, and need no sign-in. */
export function assetRoutes(): Hono<VisitEnv> {
  return new Hono<VisitEnv>().get("/:name", (visit) => {
    const asset = contents.get(visit.req.param("name"));
    if (asset === undefined) return visit.notFound();
    const isThisVersion = new URL(visit.req.url).search === `?${assetVersion}`;
    return visit.body(new Uint8Array(asset.bytes), 200, {
      "content-type": asset.type,
      "cache-control": isThisVersion ? "public, max-age=31536000, immutable" : "no-store",
    });
  });
}

function digest(): string {
  const hash = createHash("sha256");
  for (const { bytes } of contents.values()) hash.update(bytes);
  return hash.digest("base64url").slice(0, 10);
}
