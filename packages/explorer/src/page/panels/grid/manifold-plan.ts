import type { SiteDimension } from "../../../site/manifest.js";
import { normalQuantile } from "./normal-quantile.js";
import type { Plan } from "./plan.js";

/** At the standard normal's quantiles, or evenly over what 98 % of the codes have. */
export type Spread = "normal" | "data";

export interface ManifoldChoice {
  /** Dimensions from left to right and from the bottom up; the same one twice: a single row. */
  x: number;
  y: number;
  size: number;
  spread: Spread;
}

/** Ascending values of a dimension, float32. "normal": as in Kingma & Welling 2013, figure 4. */
export function positions(size: number, spread: Spread, { mean, quantiles }: SiteDimension): number[] {
  const [low, , , , high] = quantiles;
  // A dimension that the codes do not use has no range of its own.
  const [from, to] = high - low > 1e-3 ? [low, high] : [mean - 1, mean + 1];
  return Array.from({ length: size }, (_, i) =>
    Math.fround(
      spread === "normal" ? normalQuantile((i + 0.5) / size) : from + ((to - from) * i) / (size - 1),
    ),
  );
}

/** Two dimensions of a code moved over a square, the others as they are in z. */
export function manifoldPlan(
  z: Float32Array,
  condition: Float32Array | null,
  { x, y, size, spread }: ManifoldChoice,
  dimensions: readonly SiteDimension[],
): Plan {
  const across = positions(size, spread, dimensions[x]!);
  const down = x === y ? [z[y]!] : positions(size, spread, dimensions[y]!).reverse();
  const codes = new Float32Array(across.length * down.length * z.length);
  down.forEach((vertical, row) => {
    across.forEach((horizontal, column) => {
      const start = (row * size + column) * z.length;
      codes.set(z, start);
      codes[start + y] = vertical;
      codes[start + x] = horizontal;
    });
  });
  const text = (value: number) => value.toFixed(2);
  return {
    title: x === y ? `The way along z ${x}` : `The plane of z ${x} and z ${y}`,
    columns: size,
    parts: [{ z: codes, condition }],
    across: { title: `z ${x}`, ticks: across.map(text) },
    down: x === y ? null : { title: `z ${y}`, ticks: down.map(text) },
    shown: x === y ? [x] : [x, y],
    plane: { x, y, across, down },
    nameOf: (cell) => {
      const [left, top] = [text(across[cell % size]!), text(down[Math.floor(cell / size)]!)];
      return x === y ? `z ${x} = ${left}` : `z ${x} = ${left}, z ${y} = ${top}`;
    },
  };
}
