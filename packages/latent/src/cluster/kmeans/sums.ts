import type { WeightedRows } from "./distinct.js";

/** Sums of the clusters' rows, kept up as rows go from one to another, and the means that they give. */
export class ClusterSums {
  /** [clusters, columns], weighted. */
  private readonly sums: Float64Array;
  private readonly mass: Float64Array;
  /** Rows of positive weight: what tells an empty cluster, free of rounding. */
  private readonly members: Int32Array;

  constructor(
    private readonly points: WeightedRows,
    private readonly clusters: number,
  ) {
    this.sums = new Float64Array(clusters * points.columns);
    this.mass = new Float64Array(clusters);
    this.members = new Int32Array(clusters);
  }

  /** A row changes its cluster; from -1 it comes new. */
  move(row: number, from: number, to: number): void {
    const { sums, mass, members } = this;
    const { data, columns, weights } = this.points;
    const weight = weights ? weights[row]! : 1;
    if (weight === 0) return;
    const base = row * columns;
    if (from >= 0) {
      for (let j = 0; j < columns; j++) sums[from * columns + j]! -= weight * data[base + j]!;
      mass[from]! -= weight;
      members[from]!--;
    }
    for (let j = 0; j < columns; j++) sums[to * columns + j]! += weight * data[base + j]!;
    mass[to]! += weight;
    members[to]!++;
  }

  hasEmpty(): boolean {
    return this.members.includes(0);
  }

  /** The clusters' means; an empty cluster takes the row that is farthest from its center, which its old cluster loses. */
  centers(before: Float64Array, labels: Int32Array): Float64Array {
    const { columns } = this.points;
    const means = this.sums.slice();
    const mass = this.mass.slice();
    const taken = this.hasEmpty() ? this.refill(before, labels, means, mass) : this.members;
    for (let c = 0; c < this.clusters; c++) {
      for (let j = c * columns; j < (c + 1) * columns; j++) {
        means[j] = taken[c]! > 0 ? means[j]! / mass[c]! : before[j]!;
      }
    }
    return means;
  }

  private refill(
    before: Float64Array,
    labels: Int32Array,
    sums: Float64Array,
    mass: Float64Array,
  ): Int32Array {
    const { data, columns, weights } = this.points;
    const members = this.members.slice();
    const distance = distancesTo(this.points, before, labels);
    for (let empty = 0; empty < this.clusters; empty++) {
      if (members[empty]! > 0) continue;
      let far = -1;
      for (let row = 0; row < distance.length; row++) {
        if (members[labels[row]!]! > 1 && distance[row]! > (far < 0 ? 0 : distance[far]!)) far = row;
      }
      if (far < 0) break;
      const weight = weights ? weights[far]! : 1;
      const old = labels[far]!;
      for (let j = 0; j < columns; j++) {
        const value = weight * data[far * columns + j]!;
        sums[old * columns + j]! -= value;
        sums[empty * columns + j] = value;
      }
      mass[old]! -= weight;
      mass[empty] = weight;
      members[old]!--;
      members[empty] = 1;
      distance[far] = 0;
    }
    return members;
  }
}

/** Squared distance of each row to its center; 0 for rows without weight. */
function distancesTo(
  { data, rows, columns, weights }: WeightedRows,
  centers: Float64Array,
  labels: Int32Array,
): Float64Array {
  const distance = new Float64Array(rows);
  for (let row = 0; row < rows; row++) {
    if (weights?.[row] === 0) continue;
    for (let j = 0; j < columns; j++) {
      distance[row]! += (data[row * columns + j]! - centers[labels[row]! * columns + j]!) ** 2;
    }
  }
  return distance;
}
