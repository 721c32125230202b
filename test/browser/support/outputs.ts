import type { BaseVae, NdArray } from "@vaekit/infer";

export interface Given {
  /** Rows of pixels. */
  x: number[];
  /** Labels, one for each; null for a model without. */
  labels: number[] | null;
}

/** What every call makes of a few rows: runs in Node and in pages alike. */
export async function outputsOf(vae: BaseVae, { x, labels }: Given): Promise<Record<string, number[]>> {
  const each = labels ? { c: labels } : {};
  const one = labels ? { c: labels.slice(0, 1) } : {};
  const pixels = Uint8Array.from(x);
  const { mu, logvar } = await vae.encode(pixels, each);
  const { elbo, log_px } = await vae.score(pixels, { seed: 3, ...each });
  const sampled = await vae.sample(4, { seed: 5, temperature: 0.8, ...one });
  const way = await vae.interpolate(mu.data.slice(0, vae.latent), mu.data.slice(-vae.latent), {
    steps: 5,
    path: "slerp",
    ...one,
  });
  const neighbours = await vae.nearest(mu, { count: 2 });
  const arrays: Record<string, NdArray<Float32Array | Int32Array>> = {
    mu,
    logvar,
    elbo,
    log_px,
    decoded: (await vae.decode(mu, each)).x_mean,
    reconstructed: await vae.reconstruct(pixels, each),
    sampled: sampled.x_mean,
    interpolated: way.x_mean,
    traversed: (await vae.traverse(1, { from: -2, to: 2, steps: 3 }, one)).x_mean,
    nearest: neighbours.index,
    distance: neighbours.distance,
  };
  return Object.fromEntries(
    Object.entries(arrays).map(([name, { data }]) => [name, Array.from<number>(data)]),
  );
}
