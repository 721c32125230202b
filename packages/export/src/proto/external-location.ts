import { constants, type Stats } from "node:fs";
import { type FileHandle, lstat, open, realpath } from "node:fs/promises";
import { dirname, join } from "node:path";
import { ModelError } from "./model-error.js";

/**
 * The parts of an external file's path, which a model names relative to its own directory. The same on every system:
 * a model that is refused on one must not be accepted on another.
 * @throws ModelError for what leaves that directory, or could: `..`, absolute paths, drives, backslashes, NUL
 */
function locationParts(location: string, where: string): string[] {
  const parts = location.split("/").filter((part) => part !== "." && part !== "");
  const reasons: readonly (readonly [boolean, string])[] = [
    [parts.length === 0 || location.endsWith("/"), "names no file"],
    [location.includes("\0"), "holds a NUL"],
    [location.startsWith("/"), "is an absolute path"],
    [location.includes("\\"), "holds a backslash, which separates folders on Windows"],
    [location.includes(":"), "holds a colon: a drive, a stream or a URL"],
    // Windows drops dots and spaces at a name's end, so that `.. ` is `..` there.
    [parts.some((part) => /^[. ]+$/.test(part)), "leaves the model's directory"],
  ];
  const found = reasons.find(([applies]) => applies);
  if (found) throw refusal(location, found[1], where);
  return parts;
}

export interface ExternalFile {
  path: string;
  /** Bytes. */
  size: number;
  handle: FileHandle;
}

/**
 * Open an external file for reading. It must be a plain file of its own inside the model's directory, on a way without
 * links: a link, symbolic or hard, could show the caller's other files as weights. The caller closes it.
 * @throws ModelError that says what is wrong with the location or the file
 */
export async function openExternal(
  directory: string,
  location: string,
  where: string,
): Promise<ExternalFile> {
  const path = await locate(directory, location, where);
  const before = await stats(path);
  if (!before) throw refusal(location, "does not exist", where);
  checkFile(before, location, where);
  // What was checked could be exchanged before it is opened: a link is not followed then, nor is a pipe waited for.
  const flags = constants.O_RDONLY | (constants.O_NOFOLLOW ?? 0) | (constants.O_NONBLOCK ?? 0);
  const handle = await open(path, flags).catch((cause) => {
    throw new ModelError(
      `${where}: external data ${location}: cannot be read (${(cause as Error).message})`,
      { cause },
    );
  });
  try {
    const after = await handle.stat();
    checkFile(after, location, where);
    if (after.dev !== before.dev || after.ino !== before.ino)
      throw refusal(location, "changed while it was opened", where);
    return { path, size: after.size, handle };
  } catch (error) {
    await handle.close();
    throw error;
  }
}

/**
 * The path where an external file may be written: nothing there yet, or a plain file of its own.
 * @throws ModelError as openExternal
 */
export async function placeForExternal(directory: string, location: string, where: string): Promise<string> {
  const path = await locate(directory, location, where);
  const there = await stats(path);
  if (there) checkFile(there, location, where);
  return path;
}

/** The path of a location; every folder on the way is checked. The model's own directory may be reached by links. */
async function locate(directory: string, location: string, where: string): Promise<string> {
  const parts = locationParts(location, where);
  let folder = await realpath(directory).catch((cause) => {
    throw new ModelError(`${where}: there is no directory ${directory}`, { cause });
  });
  for (const part of parts.slice(0, -1)) {
    folder = join(folder, part);
    const found = await stats(folder);
    if (!found) throw refusal(location, "does not exist", where);
    if (found.isSymbolicLink()) throw refusal(location, `goes through ${part}, a symbolic link`, where);
    if (!found.isDirectory()) throw refusal(location, `goes through ${part}, which is no directory`, where);
  }
  return join(folder, parts.at(-1)!);
}

function checkFile(found: Stats, location: string, where: string): void {
  if (found.isSymbolicLink()) throw refusal(location, "is a symbolic link", where);
  if (!found.isFile()) throw refusal(location, "is no plain file", where);
  if (found.nlink > 1) throw refusal(location, "is a hard link to a file that has other names", where);
}

function stats(path: string): Promise<Stats | null> {
  return lstat(path).catch(() => null);
}

function refusal(location: string, reason: string, where: string): ModelError {
  return new ModelError(
    `${where}: external data ${JSON.stringify(location)} ${reason}. Weights must be plain files inside the model's ` +
      "own directory; copy them there.",
  );
}

/** The directory that external files of a model file are relative to. */
export function directoryOf(path: string): string {
  return dirname(path);
}
