import { RandomStream } from "@vaekit/infer/web";

/** Standard normal numbers that follow from the seed alone. */
export function normals(count: number, seed: number): Float32Array {
  return new RandomStream(seed, "sample").normal(new Float32Array(count));
}

/** A seed that the page has not had before; where reproducibility counts, the seed itself is in the link. */
export function newSeed(): number {
  return crypto.getRandomValues(new Uint32Array(1))[0]! % 1_000_000;
}
