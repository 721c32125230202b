import type { Factor } from "./factors.js";

export interface Gap {
  name: string;
  /** Best score less the second best. */
  value: number;
  /** The latent dimension of the best score. */
  dimension: number;
}

/** scores [latent, factors] -> for each factor the distance between its two best dimensions. */
export function gaps(scores: Float64Array, factors: readonly Factor[]): Gap[] {
  const latent = scores.length / factors.length;
  return factors.map(({ name }, j) => {
    const order = Array.from({ length: latent }, (_, i) => i).sort(
      (a, b) => scores[b * factors.length + j]! - scores[a * factors.length + j]!,
    );
    const [first, second] = [order[0]!, order[1]!];
    const value = scores[first * factors.length + j]! - scores[second * factors.length + j]!;
    return { name, value, dimension: first };
  });
}
