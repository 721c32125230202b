import { BundleError } from "../errors.js";
import type { Manifest } from "./manifest.js";
import { bundleFormat, bundleVersion, manifestName } from "./names.js";
import { type BundleSource, readManifestText } from "./source.js";

/**
 * A manifest for decoding, its fields that decoding reads checked and no others: the whole schema, with the library that
 * reads it, would take a third of the tiny entry's bytes.
 * @throws BundleError
 */
export async function readLeanManifest(source: BundleSource): Promise<Manifest> {
  const where = `${source.name}/${manifestName}`;
  const text = await readManifestText(source);
  let manifest: Manifest | null = null;
  try {
    manifest = JSON.parse(text);
  } catch {}
  if (manifest?.format !== bundleFormat) throw new BundleError(`${where}: not a vaekit bundle`);
  const { version, data, latent, likelihood, prior, condition, files } = manifest;
  if (!(version >= 1 && version <= bundleVersion)) {
    throw new BundleError(
      `${where}: bundle version ${version}, this vaekit reads up to ${bundleVersion}. Update vaekit.`,
    );
  }
  const sizes = [
    latent,
    ...(data?.shape ?? [0]),
    ...Object.values(files ?? { none: { bytes: 0 } }).map(({ bytes }) => bytes),
  ];
  const sound =
    sizes.every((size) => Number.isSafeInteger(size) && size > 0) &&
    Array.isArray(likelihood?.outputs) &&
    typeof prior?.name === "string" &&
    (!condition || condition.kind === "labels" || Array.isArray(condition.names));
  if (!sound) throw new BundleError(`${where}: damaged or changed. Export the bundle again.`);
  return { ...manifest, condition: condition ?? null, prior: { ...prior, uniforms: prior.uniforms ?? 0 } };
}
