/**
 * Lines around where a grid's values are above `level`, as SVG path data: marching squares (Lorensen & Cline 1987, in the plane), straight
 * between the middles of cells. Outside the grid lies nothing, so lines close along its edge. scale: pixels of a cell.
 */
export function contourPath(
  { values, width, height }: { values: Float64Array; width: number; height: number },
  level: number,
  scale: number,
): string {
  if (!(level > 0)) return "";
  const at = (x: number, y: number) =>
    x < 0 || y < 0 || x >= width || y >= height ? 0 : values[y * width + x]!;
  /** End of each piece of line, by its start: a key of the edge that it crosses. */
  const next = new Map<number, number>();
  const edge = (x: number, y: number, upright: boolean) =>
    2 * ((y + 1) * (width + 2) + x + 1) + Number(upright);
  for (let y = -1; y < height; y++) {
    for (let x = -1; x < width; x++) {
      const a = at(x, y) >= level;
      const b = at(x + 1, y) >= level;
      const c = at(x + 1, y + 1) >= level;
      const d = at(x, y + 1) >= level;
      const corners = Number(a) | (Number(b) << 1) | (Number(c) << 2) | (Number(d) << 3);
      if (corners === 0 || corners === 15) continue;
      const sides = [edge(x, y, false), edge(x + 1, y, true), edge(x, y + 1, false), edge(x, y, true)];
      for (const [from, to] of pieces[corners]!) next.set(sides[from]!, sides[to]!);
    }
  }
  const point = (key: number): string => {
    const cell = key >> 1;
    const x = (cell % (width + 2)) - 1;
    const y = Math.floor(cell / (width + 2)) - 1;
    const upright = key & 1;
    const one = at(x, y);
    const other = upright ? at(x, y + 1) : at(x + 1, y);
    const share = Math.min(Math.max((level - one) / (other - one), 0), 1);
    const [px, py] = upright ? [x, y + share] : [x + share, y];
    return `${round((px + 0.5) * scale)},${round((py + 0.5) * scale)}`;
  };
  let path = "";
  while (next.size > 0) {
    const start = next.keys().next().value!;
    const line: string[] = [];
    for (let key: number | undefined = start; key !== undefined; ) {
      line.push(point(key));
      const following: number | undefined = next.get(key);
      next.delete(key);
      key = following;
    }
    path += `M${line.join("L")}Z`;
  }
  return path;
}

/** Pieces of line from side to side (0 above, 1 right, 2 below, 3 left), what is above the level on their right, by which corners are. */
const pieces: readonly (readonly (readonly [from: number, to: number])[])[] = [
  [],
  [[0, 3]],
  [[1, 0]],
  [[1, 3]],
  [[2, 1]],
  [
    [0, 3],
    [2, 1],
  ],
  [[2, 0]],
  [[2, 3]],
  [[3, 2]],
  [[0, 2]],
  [
    [1, 0],
    [3, 2],
  ],
  [[1, 2]],
  [[3, 1]],
  [[0, 1]],
  [[3, 0]],
  [],
];

function round(value: number): number {
  return Math.round(value * 10) / 10;
}
