import { type Manifest, parseManifest } from "./manifest.js";
import { manifestName } from "./names.js";
import { type BundleSource, readManifestText } from "./source.js";

/** @throws BundleError for a source without a manifest, or with one that this vaekit cannot read */
export async function readManifest(source: BundleSource): Promise<Manifest> {
  return parseManifest(await readManifestText(source), `${source.name}/${manifestName}`);
}
