/** Codes that are decoded under one condition. */
export interface Part {
  /** [rows, latent] */
  z: Float32Array;
  condition: Float32Array | null;
}

export interface Axis {
  title: string;
  /** One for each column from the left, or row from the top. */
  ticks: readonly string[];
}

/** What a grid shows: cells row by row, `columns` of them in each. */
export interface Plan {
  /** For those who do not see it. */
  title: string;
  columns: number;
  /** Cells in their order, one part after another. */
  parts: readonly Part[];
  across: Axis | null;
  down: Axis | null;
  /** Dimensions whose numbers are shown for a cell. */
  shown: readonly number[];
  /** Where the rows' and columns' values of two dimensions are; null for grids that are no plane. */
  plane: Plane | null;
  /** "sample 3 of seed 1" */
  nameOf(cell: number): string;
}

export interface Plane {
  x: number;
  y: number;
  /** Ascending. */
  across: readonly number[];
  /** Of the rows from the top: descending. */
  down: readonly number[];
}

export function cellCount({ parts }: Plan, latent: number): number {
  return parts.reduce((sum, { z }) => sum + z.length / latent, 0);
}

/** The code of a cell [latent], a view, and what the decoder is told with it. */
export function cellAt({ parts }: Plan, latent: number, cell: number): Part {
  let row = cell;
  for (const { z, condition } of parts) {
    if (row * latent < z.length) return { z: z.subarray(row * latent, (row + 1) * latent), condition };
    row -= z.length / latent;
  }
  throw new RangeError(`the grid has no cell ${cell}`);
}

/** The cell that holds just this code under this condition; -1 where none does. */
export function cellOf(plan: Plan, z: Float32Array, condition: Float32Array | null): number {
  let before = 0;
  for (const part of plan.parts) {
    const rows = part.z.length / z.length;
    if (same(part.condition, condition)) {
      for (let row = 0; row < rows; row++) {
        if (z.every((value, i) => part.z[row * z.length + i] === value)) return before + row;
      }
    }
    before += rows;
  }
  return -1;
}

function same(a: Float32Array | null, b: Float32Array | null): boolean {
  return a === b || (a !== null && b !== null && a.every((value, i) => value === b[i]));
}

/** Where a code's two dimensions lie on a plane, as shares of its width and height; null outside of it. */
export function placeOn(
  { x, y, across, down }: Plane,
  z: Float32Array,
): { left: number; top: number } | null {
  const left = shareOf(across, z[x]!);
  const top = down.length > 1 ? shareOf(down.toReversed(), z[y]!) : 0.5;
  return left === null || top === null ? null : { left, top: down.length > 1 ? 1 - top : top };
}

/** Middles of cells are at the values; between them it is linear. */
function shareOf(values: readonly number[], value: number): number | null {
  for (let i = 0; i + 1 < values.length; i++) {
    const [low, high] = [values[i]!, values[i + 1]!];
    if (value >= low && value <= high) return (i + 0.5 + (value - low) / (high - low)) / values.length;
  }
  return null;
}
