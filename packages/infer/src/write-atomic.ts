import { randomBytes } from "node:crypto";
import { open, rename, rm } from "node:fs/promises";
import { dirname } from "node:path";
import { DataError } from "./errors.js";

/**
 * Write a file so that a reader, or a crash at any moment, sees the old contents or the new and nothing between:
 * a temporary file in the same directory, fsync, rename, fsync of the directory.
 * @throws DataError when the place cannot be written or is full; nothing is left behind
 */
export async function writeAtomic(path: string, ...parts: readonly (Uint8Array | string)[]): Promise<void> {
  const temporary = `${path}.${randomBytes(4).toString("hex")}.tmp`;
  try {
    const handle = await open(temporary, "wx");
    try {
      for (const part of parts) await handle.writeFile(part);
      await handle.sync();
    } finally {
      await handle.close();
    }
    await rename(temporary, path);
    await syncDirectory(dirname(path));
  } catch (cause) {
    await rm(temporary, { force: true }).catch(() => {});
    throw writeError(path, cause);
  }
}

export function writeError(path: string, cause: unknown): DataError {
  const { code, message } = cause as NodeJS.ErrnoException;
  const reasons: Record<string, string> = {
    ENOSPC: "the disk is full; free some space or choose another place",
    EDQUOT: "the disk quota is used up; free some space or choose another place",
    EACCES: "no permission to write there; choose another place",
    EPERM: "no permission to write there; choose another place",
    EROFS: "the file system is read-only; choose another place",
    ENOENT: "the directory does not exist; create it first",
    ENOTDIR: "a part of the path is a file, not a directory; choose another place",
    EISDIR: "that is a directory; give the name of a file",
  };
  return new DataError(`${path}: cannot be written: ${reasons[code ?? ""] ?? message}.`, { cause });
}

/** Makes a rename durable; some file systems do not let a directory be opened, and need it not. */
export async function syncDirectory(path: string): Promise<void> {
  const handle = await open(path, "r").catch(() => null);
  if (!handle) return;
  try {
    await handle.sync().catch(() => {});
  } finally {
    await handle.close();
  }
}
