import { rowsOf } from "../../../rows.js";
import type { CheckedInput, Pictures } from "../../input.js";
import type { Step } from "../../step.js";
import type { Decode } from "./decode.js";
import { meanOf } from "./mean.js";
import { quantiles } from "./quantiles.js";

/** A plane of the latent space, decoded. */
export interface Manifold {
  dimensions: [number, number];
  /** Values of the first dimension, left to right, and of the second, top down. */
  across: number[];
  down: number[];
  pictures: Pictures;
}

const steps = 15;

/** Over the quantiles of the two dimensions that come first in `order`, the others at their mean; null for one dimension. */
export async function manifold(
  input: CheckedInput,
  order: readonly number[],
  decode: Decode,
  step: Step,
): Promise<Manifold | null> {
  const { codes, latent } = input;
  if (latent < 2) return null;
  const [x, y] = latent === 2 ? [0, 1] : [order[0]!, order[1]!];
  const at = Array.from({ length: steps }, (_, i) => 0.02 + (0.96 * i) / (steps - 1));
  const [across, down] = [quantiles(input, x, at), quantiles(input, y, at).reverse()];
  const middle = meanOf(codes.mu);
  const z = rowsOf(new Float32Array(steps * steps * latent), latent);
  for (let row = 0; row < steps; row++) {
    for (let column = 0; column < steps; column++) {
      const start = (row * steps + column) * latent;
      z.data.set(middle, start);
      z.data[start + x] = across[column]!;
      z.data[start + y] = down[row]!;
    }
  }
  return {
    dimensions: [x, y],
    across,
    down,
    pictures: await step.run("manifold", () => decode(z, "manifold")),
  };
}
