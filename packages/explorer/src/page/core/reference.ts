import type { SiteColouring, SiteEmbedding, SiteManifest, SiteReference } from "../../site/manifest.js";
import { readTensors } from "./site.js";

export type Colouring = SiteColouring & { values: Int32Array | Float32Array };
export type Embedding = SiteEmbedding & { places: Float32Array };

/** The codes that the map shows, as the panels use them. */
export interface Reference extends Omit<SiteReference, "embeddings" | "colourings" | "labels"> {
  readonly latent: number;
  /** [rows, latent] */
  readonly mu: Float32Array;
  readonly labels: Int32Array | null;
  readonly embeddings: readonly Embedding[];
  readonly colourings: readonly Colouring[];
  /** [latent] and [components, latent] */
  readonly pca: { mean: Float32Array; components: Float32Array };
  /** The code of a row [latent], a view. */
  codeOf(row: number): Float32Array;
}

/** @throws Error when the file is missing, damaged or another one */
export async function loadReference(site: SiteManifest, latent: number): Promise<Reference> {
  const { reference } = site;
  const tensors = await readTensors(site, reference.file);
  const take = <T extends Float32Array | Int32Array>(name: string, kind: new (length: number) => T): T => {
    const data = tensors[name]?.data;
    if (!(data instanceof kind)) throw new Error(`${reference.file} has no ${name}; deploy the site again`);
    return data;
  };
  const mu = take("mu", Float32Array);
  return {
    ...reference,
    latent,
    mu,
    labels: reference.labels ? take("labels", Int32Array) : null,
    embeddings: reference.embeddings.map((each) => ({ ...each, places: take(each.tensor, Float32Array) })),
    colourings: reference.colourings.map((each) => ({
      ...each,
      values: take<Int32Array | Float32Array>(
        each.tensor,
        (each.kind === "categorical" ? Int32Array : Float32Array) as new (
          length: number,
        ) => Int32Array | Float32Array,
      ),
    })),
    pca: { mean: take("pca.mean", Float32Array), components: take("pca.components", Float32Array) },
    codeOf: (row) => mu.subarray(row * latent, (row + 1) * latent),
  };
}
