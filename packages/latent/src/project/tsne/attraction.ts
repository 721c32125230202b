import type { Joint } from "./joint.js";

/**
 * Attraction of pairs from rows `from` .. `to` - 1, added to both ends: force[k][i] += p_ij w_ij (y_i - y_j),
 * w = 1 / (1 + d^2 / nu), nu = dimensions - 1.
 */
export function attract(
  joint: Joint,
  positions: readonly Float64Array[],
  from: number,
  to: number,
  force: readonly Float64Array[],
): void {
  if (positions.length === 2) attract2(joint, positions, from, to, force);
  else attract3(joint, positions, from, to, force);
}

function attract2(
  { start, other, probability }: Joint,
  positions: readonly Float64Array[],
  from: number,
  to: number,
  force: readonly Float64Array[],
): void {
  const [atX, atY] = positions as [Float64Array, Float64Array];
  const [forceX, forceY] = force as [Float64Array, Float64Array];
  for (let i = from; i < to; i++) {
    const x = atX[i]!;
    const y = atY[i]!;
    let fx = 0;
    let fy = 0;
    for (let k = start[i]!; k < start[i + 1]!; k++) {
      const j = other[k]!;
      const dx = x - atX[j]!;
      const dy = y - atY[j]!;
      const weight = probability[k]! / (1 + dx * dx + dy * dy);
      fx += weight * dx;
      fy += weight * dy;
      forceX[j]! -= weight * dx;
      forceY[j]! -= weight * dy;
    }
    forceX[i]! += fx;
    forceY[i]! += fy;
  }
}

function attract3(
  { start, other, probability }: Joint,
  positions: readonly Float64Array[],
  from: number,
  to: number,
  force: readonly Float64Array[],
): void {
  const [atX, atY, atZ] = positions as [Float64Array, Float64Array, Float64Array];
  const [forceX, forceY, forceZ] = force as [Float64Array, Float64Array, Float64Array];
  for (let i = from; i < to; i++) {
    const x = atX[i]!;
    const y = atY[i]!;
    const z = atZ[i]!;
    let fx = 0;
    let fy = 0;
    let fz = 0;
    for (let k = start[i]!; k < start[i + 1]!; k++) {
      const j = other[k]!;
      const dx = x - atX[j]!;
      const dy = y - atY[j]!;
      const dz = z - atZ[j]!;
      const weight = probability[k]! / (1 + 0.5 * (dx * dx + dy * dy + dz * dz));
      fx += weight * dx;
      fy += weight * dy;
      fz += weight * dz;
      forceX[j]! -= weight * dx;
      forceY[j]! -= weight * dy;
      forceZ[j]! -= weight * dz;
    }
    forceX[i]! += fx;
    forceY[i]! += fy;
    forceZ[i]! += fz;
  }
}
