import { randomBytes } from "node:crypto";
import { existsSync } from "node:fs";
import { mkdir, readdir, rename, rm } from "node:fs/promises";
import { basename, dirname, join, resolve } from "node:path";
import { UsageError } from "./errors.js";
import { writeAtomic, writeError } from "./write-atomic.js";

/** A kind of directory that vaekit writes, and replaces when asked to. */
export interface DirectoryKind {
  /** With its article: "a bundle". */
  what: string;
  /** All that vaekit puts at the top of one. */
  names: ReadonlySet<string>;
  /** The file that makes a directory one. */
  mark: string;
}

/**
 * A place is new, an empty directory, or, with force, a directory of this kind with nothing else in it.
 * @throws UsageError
 */
export async function checkDirectory(
  directory: string,
  { what, names, mark }: DirectoryKind,
  force: boolean,
): Promise<void> {
  if (!existsSync(directory)) return;
  const found = await readdir(directory).catch((cause) => {
    throw writeError(directory, cause);
  });
  if (found.length === 0) return;
  if (!force) {
    throw new UsageError(
      `${directory} exists already. Use --force (force: true) to replace it, or another place.`,
    );
  }
  const foreign = found.find((name) => !names.has(name));
  if (foreign || !found.includes(mark)) {
    const why = foreign
      ? `${directory} holds ${foreign}, which is no part of ${what}`
      : `${directory} is not ${what}`;
    throw new UsageError(`${why}, so --force does not replace it. Choose another place.`);
  }
}

/**
 * All files into a temporary directory beside the place, which then takes its name: it appears whole or not at all.
 * files: by their paths below the directory
 * @throws DataError when the place cannot be written or is full; what was there before stays
 */
export async function writeDirectory(
  directory: string,
  files: Readonly<Record<string, readonly (Uint8Array | string)[]>>,
): Promise<void> {
  const place = resolve(directory);
  const mark = randomBytes(4).toString("hex");
  const temporary = join(dirname(place), `.${basename(place)}.${mark}.tmp`);
  const replaced = join(dirname(place), `.${basename(place)}.${mark}.old`);
  try {
    for (const [name, parts] of Object.entries(files)) {
      const path = join(temporary, name);
      await mkdir(dirname(path), { recursive: true }).catch((cause) => {
        throw writeError(directory, cause);
      });
      await writeAtomic(path, ...parts);
    }
    try {
      if (existsSync(place)) await rename(place, replaced);
      await rename(temporary, place);
    } catch (cause) {
      if (existsSync(replaced) && !existsSync(place)) await rename(replaced, place);
      throw writeError(directory, cause);
    }
  } finally {
    await rm(temporary, { recursive: true, force: true });
    await rm(replaced, { recursive: true, force: true });
  }
}
