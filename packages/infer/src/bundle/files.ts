import { BundleError } from "../errors.js";
import { manifestName } from "./names.js";
import type { BundleSource } from "./source.js";

export type FileContent = Uint8Array | Blob;

/**
 * A bundle from files at hand: those of a directory that was picked (`<input webkitdirectory>`), or by name.
 * @throws BundleError when none of them is vaekit.json, or several are
 */
export function filesSource(
  files: ArrayLike<File> | Record<string, FileContent> | ReadonlyMap<string, FileContent>,
): BundleSource {
  const named = byName(files);
  const name = "files";
  const root = rootOf([...named.keys()], name);
  return {
    name,
    async read(file, limit) {
      const content = named.get(root + file);
      if (!content) return null;
      const where = `${name}/${file}`;
      const size = content instanceof Blob ? content.size : content.length;
      if (size > limit) throw tooLarge(where, size, limit);
      return content instanceof Blob ? readBlob(content, where) : content;
    },
  };
}

/** The folder, as a prefix, that has the manifest: people pack the bundle's folder as often as its files. */
export function rootOf(names: readonly string[], where: string): string {
  if (names.includes(manifestName)) return "";
  const found = names.filter((name) => name.endsWith(`/${manifestName}`));
  if (found.length === 1) return found[0]!.slice(0, -manifestName.length);
  const some = (list: readonly string[]) => list.slice(0, 5).join(", ") + (list.length > 5 ? ", ..." : "");
  throw new BundleError(
    found.length > 1
      ? `${where}: ${found.length} bundles in one (${some(found)}). Give one of them.`
      : `${where}: no ${manifestName} there, so it is not a bundle; there is ${some(names) || "nothing"}. ` +
          "Give all that `vaekit export` wrote.",
  );
}

export function tooLarge(where: string, size: number, limit: number): BundleError {
  return new BundleError(
    `${where}: ${size} bytes, more than the ${limit} that it may have; it is not the file that was exported. ` +
      "Export or copy the bundle again.",
  );
}

export async function readBlob(blob: Blob, where: string): Promise<Uint8Array> {
  try {
    return new Uint8Array(await blob.arrayBuffer());
  } catch (cause) {
    throw new BundleError(`${where}: cannot be read (${(cause as Error).message}). Choose it again.`, {
      cause,
    });
  }
}

function byName(files: Parameters<typeof filesSource>[0]): ReadonlyMap<string, FileContent> {
  if (files instanceof Map) return files;
  if (!isList(files)) return new Map(Object.entries(files));
  return new Map(Array.from(files, (file) => [file.webkitRelativePath || file.name, file]));
}

/** A FileList, or an array: both have a length, which no file content is. */
export function isList(files: object): files is ArrayLike<File> {
  return typeof (files as { length?: unknown }).length === "number";
}
