import { DataError, type Manifest, type Vae } from "@vaekit/infer";
import type { Dataset } from "@vaekit/train";

/** A bundle and data that fit it. The caller disposes of the Vae. @throws DataError when their shapes differ */
export async function openBundleData(
  bundle: string,
  source: string,
  limit?: number,
): Promise<{ vae: Vae; data: Dataset }> {
  const { Vae } = await import("@vaekit/infer");
  const { openData } = await import("@vaekit/train");
  const vae = await Vae.load(bundle);
  try {
    const data = await openData(source, { limit });
    checkFit(bundle, vae.manifest, source, data);
    return { vae, data };
  } catch (error) {
    await vae.dispose();
    throw error;
  }
}

/** @throws DataError for data whose examples are of another shape than the bundle takes */
export function checkFit(
  bundle: string,
  { data: { shape } }: Pick<Manifest, "data">,
  source: string,
  data: Pick<Dataset, "shape">,
): void {
  if (`${data.shape}` === `${shape}`) return;
  throw new DataError(
    `${source} has examples of [${data.shape}], ${bundle} takes [${shape}]. Give data of the same kind.`,
  );
}

/** What decodes and draws of a bundle, which may have been packed without the rest. The caller disposes of the Vae. */
export async function openDecoder(bundle: string): Promise<Vae> {
  const { graphsOf, openBundle, readManifest, Vae } = await import("@vaekit/infer");
  const manifest = await readManifest(await openBundle(bundle));
  return Vae.load(bundle, {
    graphs: graphsOf(manifest).filter((name) => name === "decoder" || name === "prior"),
  });
}
