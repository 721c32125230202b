import { nearest } from "./nearest.js";
import type { Embedding, Reference } from "./reference.js";

/** Rows that a place without inverse is made of. */
const neighbours = 6;

/**
 * The code at a place of a map [dimensions]: exact where the place is the code (of one latent dimension its first number is); on a
 * linear map the point of its plane; else the mean of the nearest rows' codes, weighted by inverse squared distance on the map
 * (Shepard 1968).
 * near: take neighbours on a linear map too
 */
export function codeAt(
  reference: Reference,
  embedding: Embedding,
  place: readonly number[],
  near = false,
): Float32Array {
  const { latent, mu, pca } = reference;
  if (embedding.kind === "exact") return Float32Array.from(place.slice(0, latent));
  const z = new Float32Array(latent);
  if (embedding.kind === "linear" && !near) {
    z.set(pca.mean);
    place.forEach((amount, k) => {
      for (let i = 0; i < latent; i++) z[i]! += amount * pca.components[k * latent + i]!;
    });
    return z;
  }
  const found = nearest(embedding.places, place, neighbours);
  const weights = weightsOf(found.map(({ distance }) => distance));
  found.forEach(({ row }, k) => {
    for (let i = 0; i < latent; i++) z[i]! += weights[k]! * mu[row * latent + i]!;
  });
  return z;
}

/**
 * Where a code is on a map [dimensions]. On exact and linear maps the inverse of codeAt for the places of the map; else the mean of
 * the places of the rows whose codes are nearest, by inverse squared distance of the codes, which codeAt does not lead back to.
 */
export function placeOf(reference: Reference, embedding: Embedding, z: ArrayLike<number>): number[] {
  const { latent, mu, pca } = reference;
  const { dimensions, kind, places } = embedding;
  if (kind === "exact") return Array.from({ length: dimensions }, (_, k) => z[k] ?? 0);
  if (kind === "linear") {
    return Array.from({ length: dimensions }, (_, k) => {
      let sum = 0;
      for (let i = 0; i < latent; i++) sum += (z[i]! - pca.mean[i]!) * pca.components[k * latent + i]!;
      return sum;
    });
  }
  const found = nearest(mu, z, neighbours);
  const weights = weightsOf(found.map(({ distance }) => distance));
  return Array.from({ length: dimensions }, (_, k) =>
    found.reduce((sum, { row }, n) => sum + weights[n]! * places[row * dimensions + k]!, 0),
  );
}

/** Inverse squares, together 1; all of it to what is at no distance. */
function weightsOf(distances: readonly number[]): number[] {
  const least = Math.max(1e-12, (distances[0] ?? 0) * 1e-3);
  const raw = distances.map((distance) => 1 / Math.max(distance, least) ** 2);
  const total = raw.reduce((a, b) => a + b, 0);
  return raw.map((weight) => weight / total);
}
