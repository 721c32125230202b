import { createHash } from "node:crypto";
import { mkdir, readdir, rm } from "node:fs/promises";
import { homedir } from "node:os";
import { join } from "node:path";
import { writeAtomic } from "../write-atomic.js";
import type { BundleCache } from "./cache.js";
import { readRegular } from "./regular-file.js";
import { archiveLimit } from "./url.js";

/** vaekit/bundles in the system's place for caches. */
export function defaultCacheDirectory(): string {
  const { XDG_CACHE_HOME, LOCALAPPDATA } = process.env;
  const places: Partial<Record<NodeJS.Platform, string>> = {
    win32: LOCALAPPDATA || join(homedir(), "AppData", "Local"),
    darwin: join(homedir(), "Library", "Caches"),
  };
  const place = XDG_CACHE_HOME || (places[process.platform] ?? join(homedir(), ".cache"));
  return join(place, "vaekit", "bundles");
}

/** Only these are ours to delete. */
const kept = /^(sha256|key)-[0-9a-f]{64}(\.[0-9a-f]{8}\.tmp)?$/;

function nameOf(key: string): string {
  if (/^[0-9a-f]{64}$/.test(key)) return `sha256-${key}`;
  return `key-${createHash("sha256").update(key).digest("hex")}`;
}

/** A directory as a cache, made when first needed; each file is there whole or not at all. */
export function directoryCache(directory: string = defaultCacheDirectory()): BundleCache {
  const pathOf = (key: string) => join(directory, nameOf(key));
  return {
    get: (key) => readRegular(pathOf(key), archiveLimit).catch(() => null),
    async put(key, bytes) {
      await mkdir(directory, { recursive: true });
      await writeAtomic(pathOf(key), bytes);
    },
    delete: (key) => rm(pathOf(key), { force: true }),
  };
}

/** Throw away all that was kept of downloaded bundles. Other files in the directory stay. */
export async function clearCache(directory: string = defaultCacheDirectory()): Promise<void> {
  const names = await readdir(directory).catch(() => []);
  await Promise.all(
    names.filter((name) => kept.test(name)).map((name) => rm(join(directory, name), { force: true })),
  );
}
