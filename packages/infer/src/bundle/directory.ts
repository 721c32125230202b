import { open } from "node:fs/promises";
import { join } from "node:path";
import { BundleError } from "../errors.js";
import type { BundleSource } from "./source.js";

/** A bundle in a directory of the file system. */
export function directorySource(directory: string): BundleSource {
  return {
    name: directory,
    async read(file, limit) {
      const path = join(directory, file);
      let handle: Awaited<ReturnType<typeof open>>;
      try {
        handle = await open(path, "r");
      } catch (cause) {
        const { code } = cause as NodeJS.ErrnoException;
        if (code === "ENOENT" || code === "ENOTDIR") return null;
        throw unreadable(path, cause);
      }
      try {
        const { size } = await handle.stat();
        const bytes = new Uint8Array(Math.min(size, limit));
        let filled = 0;
        while (filled < bytes.length) {
          const { bytesRead } = await handle.read(bytes, filled, bytes.length - filled, filled);
          if (bytesRead === 0) break;
          filled += bytesRead;
        }
        return bytes.subarray(0, filled);
      } catch (cause) {
        // A directory under the file's name opens and cannot be read.
        throw unreadable(path, cause);
      } finally {
        await handle.close();
      }
    },
  };
}

function unreadable(path: string, cause: unknown): BundleError {
  const { code } = cause as NodeJS.ErrnoException;
  return new BundleError(`${path}: cannot be read (${code}). Check the path and its permissions.`, { cause });
}
