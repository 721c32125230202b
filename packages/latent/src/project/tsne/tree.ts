/**
 * A tree over the points of an embedding for the forces of Barnes & Hut (1986): boxes that fit their points, cut in half across their
 * longest side. Nodes lie in depth-first order, so that a walk goes to node + 1, or past everything below to skip[node]. All arrays
 * are made once and filled anew for every layout.
 */
export interface Tree {
  /** Points in the tree's order: order[k] is the row of the k-th; those of a node are start .. end - 1. */
  order: Int32Array;
  /** Their coordinates in that order, one array per dimension. */
  sorted: Float64Array[];
  start: Int32Array;
  end: Int32Array;
  skip: Int32Array;
  /** 1 where all points of the node are so close together that they count as one, 0 elsewhere. */
  flat: Uint8Array;
  /** Square of the longest side. */
  size: Float64Array;
  /** Centre of mass, and the box, one array per dimension. */
  center: Float64Array[];
  low: Float64Array[];
  high: Float64Array[];
  nodes: number;
  /** Nodes whose points walk the tree together; they hold each point once. */
  groups: Int32Array;
  groupCount: number;
}

/** Most points of a leaf, and of a group. */
const leafPoints = 4;
const groupPoints = 32;

/** Side of a box within which the kernel 1 / (1 + d^2) is 1 to 1e-8: its points act as one, however many they are. */
const flatSide = 1e-4;

export function createTree(rows: number, dimensions: number): Tree {
  // Each cut leaves two parts that are not empty: fewer leaves than points, fewer nodes than twice that.
  const most = 2 * rows;
  const perDimension = (length: number) => Array.from({ length: dimensions }, () => new Float64Array(length));
  return {
    order: Int32Array.from({ length: rows }, (_, i) => i),
    sorted: perDimension(rows),
    start: new Int32Array(most),
    end: new Int32Array(most),
    skip: new Int32Array(most),
    flat: new Uint8Array(most),
    size: new Float64Array(most),
    center: perDimension(most),
    low: perDimension(most),
    high: perDimension(most),
    nodes: 0,
    groups: new Int32Array(rows),
    groupCount: 0,
  };
}

/** Build the tree of positions, one array of `rows` numbers per dimension; the last order makes it quick where little has moved. */
export function buildTree(tree: Tree, positions: readonly Float64Array[]): void {
  const { order, sorted } = tree;
  for (let k = 0; k < positions.length; k++) {
    const from = positions[k]!;
    const to = sorted[k]!;
    for (let i = 0; i < order.length; i++) to[i] = from[order[i]!]!;
  }
  tree.nodes = 0;
  tree.groupCount = 0;
  addNode(tree, 0, order.length, false);
}

function addNode(tree: Tree, start: number, end: number, grouped: boolean): void {
  const { sorted, low, high, center, size } = tree;
  const node = tree.nodes++;
  const count = end - start;
  tree.start[node] = start;
  tree.end[node] = end;
  let widest = 0;
  let side = -1;
  for (let k = 0; k < sorted.length; k++) {
    const values = sorted[k]!;
    let least = values[start]!;
    let most = least;
    for (let i = start + 1; i < end; i++) {
      const value = values[i]!;
      if (value < least) least = value;
      if (value > most) most = value;
    }
    low[k]![node] = least;
    high[k]![node] = most;
    if (most - least > side) {
      side = most - least;
      widest = k;
    }
  }
  size[node] = side * side;
  const isGroup = !grouped && count <= groupPoints;
  let middle = start;
  if (count > leafPoints && side > flatSide) {
    const values = sorted[widest]!;
    middle = divide(tree, values, start, end, (low[widest]![node]! + high[widest]![node]!) / 2);
  }
  const isLeaf = middle === start || middle === end;
  tree.flat[node] = isLeaf && side <= flatSide ? 1 : 0;
  if (isGroup || (isLeaf && !grouped)) tree.groups[tree.groupCount++] = node;
  if (isLeaf) {
    for (let k = 0; k < sorted.length; k++) center[k]![node] = meanOf(sorted[k]!, start, end);
    tree.skip[node] = tree.nodes;
    return;
  }
  addNode(tree, start, middle, grouped || isGroup);
  const right = tree.nodes;
  addNode(tree, middle, end, grouped || isGroup);
  const share = (middle - start) / count;
  for (let k = 0; k < sorted.length; k++) {
    const values = center[k]!;
    values[node] = values[node + 1]! * share + values[right]! * (1 - share);
  }
  tree.skip[node] = tree.nodes;
}

/** Move the points with values below `cut` to the front of start .. end - 1; returns where the others begin. */
function divide(tree: Tree, values: Float64Array, start: number, end: number, cut: number): number {
  const { sorted, order } = tree;
  let i = start;
  let j = end - 1;
  for (;;) {
    while (i <= j && values[i]! < cut) i++;
    while (i <= j && values[j]! >= cut) j--;
    if (i >= j) return i;
    const row = order[i]!;
    order[i] = order[j]!;
    order[j] = row;
    for (let k = 0; k < sorted.length; k++) {
      const coordinates = sorted[k]!;
      const held = coordinates[i]!;
      coordinates[i] = coordinates[j]!;
      coordinates[j] = held;
    }
    i++;
    j--;
  }
}

function meanOf(values: Float64Array, start: number, end: number): number {
  let sum = 0;
  for (let i = start; i < end; i++) sum += values[i]!;
  return sum / (end - start);
}
