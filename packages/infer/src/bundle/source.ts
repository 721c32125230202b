import { BundleError } from "../errors.js";
import type { Manifest } from "./manifest.js";
import { manifestName } from "./names.js";

export interface ReadOptions {
  /** Lower-case hex digest that the bytes are expected to have: a source may keep them under it. */
  sha256?: string;
  /** Told as bytes arrive, where they do so bit by bit: how many so far. */
  onBytes?: (loaded: number) => void;
}

/** Where a bundle's files come from. */
export interface BundleSource {
  /** Names the bundle in errors. */
  readonly name: string;
  /** The file's bytes, or null where there is none. Reads no more than `limit` bytes. */
  read(file: string, limit: number, options?: ReadOptions): Promise<Uint8Array | null>;
}

/** No manifest is larger than this; read before anything it declares is trusted. */
const manifestLimit = 16 * 2 ** 20;

export async function readManifestText(source: BundleSource): Promise<string> {
  const bytes = await source.read(manifestName, manifestLimit);
  if (!bytes) {
    throw new BundleError(
      `${source.name}: no ${manifestName} there, so it is not a bundle. Give the directory that \`vaekit export\` wrote, not a run.`,
    );
  }
  return new TextDecoder().decode(bytes);
}

/**
 * One file of the bundle, checked against the manifest's size and sha256.
 * @throws BundleError when it is missing, damaged, or another file under this name
 */
export async function readVerified(
  source: BundleSource,
  manifest: Manifest,
  file: string,
  onBytes?: ReadOptions["onBytes"],
): Promise<Uint8Array> {
  const expected = manifest.files[file];
  if (!expected) {
    throw new BundleError(`${source.name}: ${manifestName} lists no ${file}. Export the bundle again.`);
  }
  const bytes = await source.read(file, expected.bytes + 1, { sha256: expected.sha256, onBytes });
  if (!bytes) {
    throw new BundleError(
      `${source.name}: ${file} is missing; the bundle needs it. Copy it back or export again.`,
    );
  }
  if (bytes.length !== expected.bytes) {
    const actual = bytes.length > expected.bytes ? "more" : `${bytes.length}`;
    throw new BundleError(
      `${source.name}/${file}: ${expected.bytes} bytes expected, got ${actual}: the file is damaged or not the one ` +
        "that was exported. Copy the bundle again or export again.",
    );
  }
  const digest = await sha256(bytes);
  if (digest !== expected.sha256)
    throw new BundleError(`${source.name}/${file}: ${wrongDigest(manifest, digest)}`);
  return bytes;
}

function wrongDigest({ files }: Manifest, digest: string): string {
  const other = Object.keys(files).find((name) => files[name]!.sha256 === digest);
  return `its sha256 is not the manifest's: ${other ? `this is ${other}` : "the file is damaged"}. Copy the bundle again or export again.`;
}

/** Lower-case hex sha256. */
export async function sha256(bytes: Uint8Array): Promise<string> {
  const digest = await digestOf(bytes);
  return Array.from(digest, (byte) => byte.toString(16).padStart(2, "0")).join("");
}

/** Pages that came over http from another machine have no crypto.subtle: they hash in JavaScript. */
async function digestOf(bytes: Uint8Array): Promise<Uint8Array> {
  const { subtle } = globalThis.crypto ?? {};
  if (subtle) return new Uint8Array(await subtle.digest("SHA-256", bytes as Uint8Array<ArrayBuffer>));
  return (await import("./sha256-script.js")).sha256(bytes);
}
