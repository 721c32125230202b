import type { Tree } from "./tree.js";

/** What a group of points is pushed by: centres of mass of nodes and single points, one entry each. Made once, for all groups. */
export interface Sources {
  at: Float64Array[];
  mass: Float64Array;
}

export function createSources(rows: number, dimensions: number): Sources {
  return {
    at: Array.from({ length: dimensions }, () => new Float64Array(rows)),
    mass: new Float64Array(rows),
  };
}

/**
 * Repulsion of the points of groups `from` .. `to` - 1: force[k][i] = sum_j q_ij w_ij (y_i - y_j) for row i, with
 * w = 1 / (1 + d^2 / nu), q = w^((nu + 1) / 2), nu = dimensions - 1 (Student's t; van der Maaten 2009, 2014). Returns their part of
 * sum_ij q_ij, with i = j, which is 1 for every row. Two and three dimensions have loops of their own, since t-SNE spends its time
 * in them.
 */
export function repel(
  tree: Tree,
  sources: Sources,
  angle: number,
  from: number,
  to: number,
  force: readonly Float64Array[],
): number {
  let total = 0;
  const flatland = force.length === 2;
  for (let g = from; g < to; g++) {
    const group = tree.groups[g]!;
    if (flatland) total += push2(tree, sources, collect2(tree, sources, group, angle * angle), group, force);
    else total += push3(tree, sources, collect3(tree, sources, group, angle * angle), group, force);
  }
  return total;
}

/**
 * The sources of a group: nodes of a side below angle x their distance from the group's box, and what is left as points. A node that
 * holds the group itself is opened, however far its centre: `total` counts each point's pair with itself as 1.
 */
function collect2(tree: Tree, sources: Sources, group: number, angle2: number): number {
  const { size, skip, start, end, flat, nodes } = tree;
  const [centerX, centerY] = tree.center as [Float64Array, Float64Array];
  const [sortedX, sortedY] = tree.sorted as [Float64Array, Float64Array];
  const [atX, atY] = sources.at as [Float64Array, Float64Array];
  const { mass } = sources;
  const lowX = tree.low[0]![group]!;
  const lowY = tree.low[1]![group]!;
  const highX = tree.high[0]![group]!;
  const highY = tree.high[1]![group]!;
  const first = start[group]!;
  let count = 0;
  let node = 0;
  while (node < nodes) {
    const x = centerX[node]!;
    const y = centerY[node]!;
    const dx = x < lowX ? lowX - x : x > highX ? x - highX : 0;
    const dy = y < lowY ? lowY - y : y > highY ? y - highY : 0;
    const next = skip[node]!;
    const isFar = size[node]! < angle2 * (dx * dx + dy * dy) && (start[node]! > first || end[node]! <= first);
    if (isFar || flat[node] === 1) {
      atX[count] = x;
      atY[count] = y;
      mass[count++] = end[node]! - start[node]!;
      node = next;
      continue;
    }
    if (next === node + 1) {
      for (let i = start[node]!; i < end[node]!; i++) {
        atX[count] = sortedX[i]!;
        atY[count] = sortedY[i]!;
        mass[count++] = 1;
      }
    }
    node++;
  }
  return count;
}

function push2(
  tree: Tree,
  sources: Sources,
  count: number,
  group: number,
  force: readonly Float64Array[],
): number {
  const { order } = tree;
  const [sortedX, sortedY] = tree.sorted as [Float64Array, Float64Array];
  const [atX, atY] = sources.at as [Float64Array, Float64Array];
  const [forceX, forceY] = force as [Float64Array, Float64Array];
  const { mass } = sources;
  let total = 0;
  for (let i = tree.start[group]!; i < tree.end[group]!; i++) {
    const x = sortedX[i]!;
    const y = sortedY[i]!;
    let fx = 0;
    let fy = 0;
    for (let s = 0; s < count; s++) {
      const dx = x - atX[s]!;
      const dy = y - atY[s]!;
      const kernel = 1 / (1 + dx * dx + dy * dy);
      const weight = mass[s]! * kernel;
      const pull = weight * kernel;
      total += weight;
      fx += pull * dx;
      fy += pull * dy;
    }
    forceX[order[i]!] = fx;
    forceY[order[i]!] = fy;
  }
  return total;
}

function collect3(tree: Tree, sources: Sources, group: number, angle2: number): number {
  const { size, skip, start, end, flat, nodes } = tree;
  const [centerX, centerY, centerZ] = tree.center as [Float64Array, Float64Array, Float64Array];
  const [sortedX, sortedY, sortedZ] = tree.sorted as [Float64Array, Float64Array, Float64Array];
  const [atX, atY, atZ] = sources.at as [Float64Array, Float64Array, Float64Array];
  const { mass } = sources;
  const lowX = tree.low[0]![group]!;
  const lowY = tree.low[1]![group]!;
  const lowZ = tree.low[2]![group]!;
  const highX = tree.high[0]![group]!;
  const highY = tree.high[1]![group]!;
  const highZ = tree.high[2]![group]!;
  const first = start[group]!;
  let count = 0;
  let node = 0;
  while (node < nodes) {
    const x = centerX[node]!;
    const y = centerY[node]!;
    const z = centerZ[node]!;
    const dx = x < lowX ? lowX - x : x > highX ? x - highX : 0;
    const dy = y < lowY ? lowY - y : y > highY ? y - highY : 0;
    const dz = z < lowZ ? lowZ - z : z > highZ ? z - highZ : 0;
    const next = skip[node]!;
    const isFar =
      size[node]! < angle2 * (dx * dx + dy * dy + dz * dz) && (start[node]! > first || end[node]! <= first);
    if (isFar || flat[node] === 1) {
      atX[count] = x;
      atY[count] = y;
      atZ[count] = z;
      mass[count++] = end[node]! - start[node]!;
      node = next;
      continue;
    }
    if (next === node + 1) {
      for (let i = start[node]!; i < end[node]!; i++) {
        atX[count] = sortedX[i]!;
        atY[count] = sortedY[i]!;
        atZ[count] = sortedZ[i]!;
        mass[count++] = 1;
      }
    }
    node++;
  }
  return count;
}

function push3(
  tree: Tree,
  sources: Sources,
  count: number,
  group: number,
  force: readonly Float64Array[],
): number {
  const { order } = tree;
  const [sortedX, sortedY, sortedZ] = tree.sorted as [Float64Array, Float64Array, Float64Array];
  const [atX, atY, atZ] = sources.at as [Float64Array, Float64Array, Float64Array];
  const [forceX, forceY, forceZ] = force as [Float64Array, Float64Array, Float64Array];
  const { mass } = sources;
  let total = 0;
  for (let i = tree.start[group]!; i < tree.end[group]!; i++) {
    const x = sortedX[i]!;
    const y = sortedY[i]!;
    const z = sortedZ[i]!;
    let fx = 0;
    let fy = 0;
    let fz = 0;
    for (let s = 0; s < count; s++) {
      const dx = x - atX[s]!;
      const dy = y - atY[s]!;
      const dz = z - atZ[s]!;
      const kernel = 1 / (1 + 0.5 * (dx * dx + dy * dy + dz * dz));
      const weight = mass[s]! * kernel * Math.sqrt(kernel);
      const pull = weight * kernel;
      total += weight;
      fx += pull * dx;
      fy += pull * dy;
      fz += pull * dz;
    }
    forceX[order[i]!] = fx;
    forceY[order[i]!] = fy;
    forceZ[order[i]!] = fz;
  }
  return total;
}
