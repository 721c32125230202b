import { UsageError } from "../errors.js";
import type { BundleCache } from "./cache.js";
import { type FileContent, filesSource, isList, readBlob, tooLarge } from "./files.js";
import { manifestName } from "./names.js";
import type { BundleSource } from "./source.js";
import { archiveLimit, type UrlOptions } from "./url.js";

/**
 * Where a bundle is: an address or (in Node) a path; the bytes of a .zip; the files of a directory that was picked,
 * or by name; or a source of one's own.
 */
export type VaeSource = string | URL | GivenSource;

export type GivenSource =
  | Uint8Array
  | ArrayBuffer
  | Blob
  | ArrayLike<File>
  | Record<string, FileContent>
  | ReadonlyMap<string, FileContent>
  | BundleSource;

export interface OpenOptions extends Omit<UrlOptions, "cache"> {
  /**
   * Whether downloads are kept and used again, offline too. A text is the directory in Node, the cache's name in a
   * browser. Default true.
   */
  cache?: boolean | string | BundleCache;
}

/** A bundle that is at hand. @throws BundleError, or UsageError for what is none of these */
export async function openGiven(source: GivenSource): Promise<BundleSource> {
  if (typeof source !== "object" || source === null) {
    throw new UsageError(`a bundle is an address, a path, bytes or files; got ${source}`);
  }
  if ("read" in source && typeof source.read === "function") return source as BundleSource;
  if (source instanceof ArrayBuffer) return openArchive(new Uint8Array(source), "archive");
  if (source instanceof Uint8Array) return openArchive(source, "archive");
  if (source instanceof Blob) return openBlob(source);
  if (isList(source) && source.length === 1 && source[0]!.name !== manifestName) return openBlob(source[0]!);
  return filesSource(source as Parameters<typeof filesSource>[0]);
}

function openBlob(blob: Blob): Promise<BundleSource> {
  const name = (blob as Partial<File>).name || "archive";
  if (blob.size > archiveLimit) throw tooLarge(name, blob.size, archiveLimit);
  return readBlob(blob, name).then((bytes) => openArchive(bytes, name));
}

/** Reading archives is a part of its own, which pages that load by address do not need. */
export async function openArchive(bytes: Uint8Array, name: string): Promise<BundleSource> {
  return (await import("./archive.js")).archiveSource(bytes, name);
}

/** The cache that the option asks for. */
export async function chooseCache(
  cache: OpenOptions["cache"],
  open: (place?: string) => BundleCache | null | Promise<BundleCache | null>,
): Promise<BundleCache | null> {
  if (cache === false) return null;
  return typeof cache === "object" ? cache : open(cache === true ? undefined : cache);
}
