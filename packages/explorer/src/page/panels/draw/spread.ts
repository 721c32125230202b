import { placeOf } from "../../core/places.js";
import { normals } from "../../core/random.js";
import type { Embedding, Reference } from "../../core/reference.js";
import { type Covariance, exactCovariance, linearCovariance, sampleCovariance } from "./ellipse.js";

/** Draws from q(z|x) that stand for it on a map without inverse. */
export const draws = 64;
/** Always the same draws: an ellipse does not tremble. */
const seed = 1;
const atOnce = 8;

/** Where a code is in the first two dimensions of a map; a map of one has 0 for its second. */
export function flatPlaceOf(
  reference: Reference,
  embedding: Embedding,
  z: ArrayLike<number>,
): [number, number] {
  const [x, y] = placeOf(reference, embedding, z);
  return [x!, y !== undefined && Number.isFinite(y) ? y : 0];
}

/** What q(z|x) is on a map, where that is a Gaussian, or about one. */
export interface Spread {
  /** Its mean. */
  place: [number, number];
  covariance: Covariance;
}

/**
 * Mean and covariance of q(z|x) = N(mu, diag(exp(logvar))) in the first two dimensions of a map: in closed form where the map is
 * the code or linear in it, else those of the places of 64 draws. In pieces that leave the page time to answer.
 * @throws AbortError
 */
export async function spreadOn(
  reference: Reference,
  { embedding, mu, logvar }: { embedding: Embedding; mu: Float32Array; logvar: Float32Array },
  signal: AbortSignal,
): Promise<Spread> {
  const { latent, pca } = reference;
  if (embedding.kind !== "neighbours") {
    const covariance =
      embedding.kind === "exact" ? exactCovariance(logvar) : linearCovariance(pca.components, logvar, latent);
    return { place: flatPlaceOf(reference, embedding, mu), covariance };
  }
  const noise = normals(draws * latent, seed);
  const places: [number, number][] = [];
  for (let i = 0; i < draws; i++) {
    if (i > 0 && i % atOnce === 0) {
      await new Promise((resolve) => setTimeout(resolve));
      signal.throwIfAborted();
    }
    const z = mu.map((value, k) => value + Math.exp(logvar[k]! / 2) * noise[i * latent + k]!);
    places.push(flatPlaceOf(reference, embedding, z));
  }
  const mean = (k: 0 | 1) => places.reduce((sum, place) => sum + place[k], 0) / draws;
  return { place: [mean(0), mean(1)], covariance: sampleCovariance(places) };
}

/** The flat embedding that belongs to the chosen one: itself, the one of its name in two dimensions, or its first two. */
export function flatEmbedding(embeddings: readonly Embedding[], chosen: number): Embedding {
  const wanted = embeddings[chosen] ?? embeddings[0]!;
  if (wanted.dimensions === 2) return wanted;
  return embeddings.find(({ name, dimensions }) => name === wanted.name && dimensions === 2) ?? wanted;
}
