import { constants } from "node:fs";
import { type FileHandle, open } from "node:fs/promises";
import { BundleError } from "../errors.js";

/** Opening a named pipe waits for a writer, for good, and holds up the end of the process. Windows has no such flag. */
const flags = constants.O_RDONLY | (constants.O_NONBLOCK ?? 0);

/** The first `limit` bytes of a file; null where there is none. @throws BundleError for what is no file or cannot be read */
export async function readRegular(path: string, limit: number): Promise<Uint8Array<ArrayBuffer> | null> {
  let handle: FileHandle;
  try {
    handle = await open(path, flags);
  } catch (cause) {
    const { code } = cause as NodeJS.ErrnoException;
    if (code === "ENOENT" || code === "ENOTDIR") return null;
    throw unreadable(path, cause);
  }
  try {
    const stats = await handle.stat();
    if (!stats.isFile()) {
      const kind = stats.isDirectory()
        ? "a directory"
        : stats.isFIFO()
          ? "a named pipe"
          : "a device or socket";
      throw new BundleError(
        `${path}: cannot be read: it is ${kind}, where a file is expected. Check the path.`,
      );
    }
    const bytes = new Uint8Array(Math.min(stats.size, limit));
    let filled = 0;
    while (filled < bytes.length) {
      const { bytesRead } = await handle.read(bytes, filled, bytes.length - filled, filled);
      if (bytesRead === 0) break;
      filled += bytesRead;
    }
    return bytes.subarray(0, filled);
  } catch (cause) {
    throw cause instanceof BundleError ? cause : unreadable(path, cause);
  } finally {
    await handle.close();
  }
}

function unreadable(path: string, cause: unknown): BundleError {
  const { code } = cause as NodeJS.ErrnoException;
  return new BundleError(`${path}: cannot be read (${code}). Check the path and its permissions.`, { cause });
}
