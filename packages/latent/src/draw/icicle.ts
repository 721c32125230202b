/** A condensed tree as HDBSCAN has it: rows parent -> child, a point or a branch, which leaves its parent at density lambda. */
export interface TreeData {
  parent: ArrayLike<number>;
  child: ArrayLike<number>;
  lambda: ArrayLike<number>;
  size: ArrayLike<number>;
}

/** A branch of the tree in pixels. */
export interface Column {
  node: number;
  /** SVG path data of its outline, which narrows as points leave. */
  path: string;
  /** Its middle, upper end and largest width. */
  middle: number;
  top: number;
  width: number;
  height: number;
  /** [y, width from there on] with growing y; the last has the y of its end. */
  outline: [y: number, width: number][];
}

export interface Icicle {
  columns: Column[];
  /** Parent of each branch but the root. */
  parents: Map<number, number>;
  /** Densities of the upper and of the lower end. */
  lambda: [number, number];
  points: number;
  /** All branches, drawn or not. */
  branches: number;
}

/** Narrower branches are left out. */
const narrowest = 0.6;

/** Place the branches: a root as wide as `width`, and each branch in the place of its points in its parent. */
export function icicle(tree: TreeData, { width, height }: { width: number; height: number }): Icicle {
  const { parent, child, lambda, size } = tree;
  const rows = new Map<number, number[]>();
  for (let i = 0; i < parent.length; i++) {
    const own = rows.get(parent[i]!);
    if (own) own.push(i);
    else rows.set(parent[i]!, [i]);
  }
  const sizeOf = (node: number) => rows.get(node)!.reduce((sum, i) => sum + size[i]!, 0);
  let root = parent[0]!;
  for (const node of rows.keys()) root = Math.min(root, node);
  const points = sizeOf(root);
  const ends = densities(tree, rows);
  const place = (value: number) => Math.min(Math.max((value - ends[0]) / (ends[1] - ends[0]), 0), 1) * height;

  const columns: Column[] = [];
  const parents = new Map<number, number>();
  const open = [{ node: root, middle: width / 2, top: 0 }];
  for (let next = open.pop(); next; next = open.pop()) {
    const { node, middle, top } = next;
    const own = rows.get(node)!.sort((a, b) => order(lambda[a]!, lambda[b]!));
    const branches = own.filter((i) => rows.has(child[i]!));
    const split = branches.length > 0 ? place(lambda[branches[0]!]!) : Number.POSITIVE_INFINITY;
    const whole = (sizeOf(node) / points) * width;
    const outline = narrowing(own, whole, { top, split, unit: width / points, place, size, lambda });
    if (whole >= narrowest) columns.push(column(node, middle, outline));

    const together = branches.reduce((sum, i) => sum + size[i]!, 0);
    let left = middle - ((together / points) * width) / 2;
    for (const i of branches) {
      const wide = (size[i]! / points) * width;
      parents.set(child[i]!, node);
      open.push({ node: child[i]!, middle: left + wide / 2, top: split });
      left += wide;
    }
  }
  return { columns, parents, lambda: ends, points, branches: rows.size };
}

/** Widths of a branch at growing y: [y, width from there on]; the last has the y of its end. */
function narrowing(
  own: readonly number[],
  whole: number,
  at: {
    top: number;
    split: number;
    unit: number;
    place: (value: number) => number;
    size: ArrayLike<number>;
    lambda: ArrayLike<number>;
  },
): [y: number, width: number][] {
  const outline: [number, number][] = [[at.top, whole]];
  let wide = whole;
  for (const i of own) {
    const y = at.place(at.lambda[i]!);
    if (y >= at.split) break;
    wide -= at.size[i]! * at.unit;
    const last = outline.at(-1)!;
    // A point less in each pixel of height and half a pixel of width is not seen.
    if (y - last[0] < 1 && last[1] - wide < 0.5 && outline.length > 1) continue;
    outline.push([Math.max(y, last[0]), wide]);
  }
  const last = outline.at(-1)!;
  const end = Number.isFinite(at.split) ? at.split : Math.max(last[0], at.place(at.lambda[own.at(-1)!]!));
  outline.push([end, last[1]]);
  return outline;
}

function column(node: number, middle: number, outline: [number, number][]): Column {
  const right = outline.flatMap(([y, wide], i) => {
    const before = outline[i - 1]?.[1] ?? wide;
    return [
      [middle + before / 2, y],
      [middle + wide / 2, y],
    ];
  });
  const left = right.map(([x, y]) => [2 * middle - x!, y!]).reverse();
  const path = `M${[...right, ...left].map(([x, y]) => `${round(x!)},${round(y!)}`).join("L")}Z`;
  const top = outline[0]![0];
  return { node, path, middle, top, width: outline[0]![1], height: outline.at(-1)![0] - top, outline };
}

/** Where branches part, and most points leave: the densest few, far below, would press all else together. */
function densities({ child, lambda }: TreeData, rows: ReadonlyMap<number, unknown>): [number, number] {
  const all = Array.from(lambda as ArrayLike<number>).filter(Number.isFinite);
  if (all.length === 0) return [0, 1];
  all.sort(order);
  const first = all[0]!;
  let last = all[Math.floor(0.97 * (all.length - 1))]!;
  for (let i = 0; i < child.length; i++) {
    if (rows.has(child[i]!) && Number.isFinite(lambda[i]!))
      last = Math.max(last, lambda[i]! + 0.1 * (lambda[i]! - first));
  }
  const margin = (last - first) * 0.04 || Math.max(last, 1) * 0.5;
  return [Math.max(first - margin, 0), last + (last > first ? 0 : margin)];
}

/** Also of infinite densities, those of equal points. */
function order(a: number, b: number): number {
  return a < b ? -1 : Number(a > b);
}

function round(value: number): number {
  return Math.round(value * 100) / 100;
}
