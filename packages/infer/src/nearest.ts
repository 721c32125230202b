import { NdArray } from "./nd-array.js";

/** For each code its neighbours, nearest first; distances are Euclidean, in units of z. */
export interface Neighbours {
  /** Rows of what was searched [batch, count] int32 */
  index: NdArray<Int32Array>;
  /** [batch, count] */
  distance: NdArray;
}

/** Exact search: codes [batch, latent], among [points, latent] -> count (at most points) neighbours each. Ties: lower row first. */
export function nearestRows(codes: NdArray, among: NdArray, count: number): Neighbours {
  const latent = codes.shape[1]!;
  const kept = Math.min(count, among.length);
  const index = new Int32Array(codes.length * kept);
  const distance = new Float32Array(codes.length * kept);
  const best = new Float64Array(kept);
  for (let row = 0; row < codes.length; row++) {
    const places = index.subarray(row * kept, (row + 1) * kept);
    best.fill(Number.POSITIVE_INFINITY);
    for (let point = 0; point < among.length; point++) {
      const limit = best[kept - 1]!;
      let sum = 0;
      for (let i = 0; i < latent && sum < limit; i++) {
        const difference = codes.data[row * latent + i]! - among.data[point * latent + i]!;
        sum += difference * difference;
      }
      if (!(sum < limit)) continue;
      let place = kept - 1;
      for (; place > 0 && best[place - 1]! > sum; place--) {
        best[place] = best[place - 1]!;
        places[place] = places[place - 1]!;
      }
      best[place] = sum;
      places[place] = point;
    }
    for (let i = 0; i < kept; i++) distance[row * kept + i] = Math.sqrt(best[i]!);
  }
  const shape = [codes.length, kept];
  return { index: new NdArray(index, shape), distance: new NdArray(distance, shape) };
}
