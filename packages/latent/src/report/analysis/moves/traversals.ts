import { traversal } from "../../../move/traversal.js";
import { type Rows, rowsOf } from "../../../rows.js";
import type { CheckedInput, Pictures } from "../../input.js";
import type { Step } from "../../step.js";
import type { Decode } from "./decode.js";
import { pointQuantiles } from "./quantiles.js";

/** One dimension moved, the others held. */
export interface Traversal {
  dimension: number;
  /** Of the dimension, in units of z. */
  values: number[];
  pictures: Pictures;
}

const steps = 9;

export async function traversals(
  { codes, posteriors }: CheckedInput,
  dimensions: readonly number[],
  decode: Decode,
  step: Step,
): Promise<Traversal[]> {
  const moved: Traversal[] = [];
  for (const dimension of dimensions) {
    const { z, values } = posteriors
      ? traversal(posteriors, { dimension, steps })
      : throughPoints(codes.mu, dimension);
    moved.push({ dimension, values, pictures: await step.run("traversals", () => decode(z, "traversals")) });
  }
  return moved;
}

/** As traversal goes through posteriors: from the 1 % to the 99 % quantile, the other dimensions at their median. */
function throughPoints(mu: Rows, dimension: number): { z: Rows; values: number[] } {
  const latent = mu.shape[1]!;
  const values = pointQuantiles(
    mu,
    dimension,
    Array.from({ length: steps }, (_, i) => 0.01 + (0.98 * i) / (steps - 1)),
  );
  const medians = Float32Array.from({ length: latent }, (_, j) => pointQuantiles(mu, j, [0.5])[0]!);
  const z = new Float32Array(steps * latent);
  for (let i = 0; i < steps; i++) {
    z.set(medians, i * latent);
    z[i * latent + dimension] = values[i]!;
  }
  return { z: rowsOf(z, latent), values };
}
