import type { SiteDimension } from "../../../site/manifest.js";
import { byImportance } from "../../core/order.js";
import type { Axis, Part, Plan } from "./plan.js";

/** Numbers of a code that there is room for. */
const shownAtMost = 6;

export function shownOf(dimensions: readonly SiteDimension[]): number[] {
  return byImportance(dimensions).slice(0, shownAtMost);
}

export interface PriorDraw {
  count: number;
  seed: number;
  temperature: number;
}

/** Samples in a square, all under one condition. */
export function samplesPlan(
  z: Float32Array,
  condition: Float32Array | null,
  draw: PriorDraw,
  shown: number[],
): Plan {
  return {
    title: "Samples from the prior",
    columns: Math.round(Math.sqrt(draw.count)),
    parts: [{ z, condition }],
    across: null,
    down: null,
    shown,
    plane: null,
    nameOf: (cell) => `sample ${cell + 1} of seed ${draw.seed}`,
  };
}

/** One row for each label, with the same codes z [columns, latent] in each. */
export function labelsPlan(
  z: Float32Array,
  conditions: readonly Float32Array[],
  labels: Axis,
  draw: PriorDraw,
  shown: number[],
): Plan {
  return {
    title: `The same samples as each ${labels.title}`,
    columns: draw.count,
    parts: conditions.map((condition): Part => ({ z, condition })),
    across: null,
    down: labels,
    shown,
    plane: null,
    nameOf: (cell) =>
      `sample ${(cell % draw.count) + 1} of seed ${draw.seed}, ${labels.title} ${labels.ticks[Math.floor(cell / draw.count)]}`,
  };
}
