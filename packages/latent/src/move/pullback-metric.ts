import { UsageError } from "../errors.js";
import { checkNumber, checkOptions } from "../options.js";
import { checkedDecoder, type Decode } from "./decode.js";
import { checkVector } from "./vector.js";

export interface PullbackOptions {
  /** Half of the difference's width, in units of z. Default 0.005: float32's rounding and the curvature both stay small. */
  epsilon?: number;
  /** Ends the call: it rejects with the signal's reason. */
  signal?: AbortSignal;
}

/**
 * The metric that the output space's Euclidean one gives latent space at z: G = J^T J, J the decoder's Jacobian by central
 * differences, in one call of decode with 2 * latent rows (Arvanitidis et al. 2018, eq. 3). A small step dz changes the
 * output by (dz^T G dz)^(1/2). A decoder that gives bytes needs a larger epsilon, of 0.1 or so.
 *
 * z [latent] -> [latent * latent], symmetric, row by row
 * @throws ShapeError when decode gives another number of rows
 */
export async function pullbackMetric(
  z: Float32Array,
  decode: Decode,
  options: PullbackOptions = {},
): Promise<Float64Array> {
  const call = "pullbackMetric";
  checkOptions(call, options, ["epsilon", "signal"]);
  const { epsilon = 0.005, signal } = options;
  checkVector(call, "z", z);
  checkDecode(call, decode);
  checkNumber(call, "epsilon", epsilon, Number.MIN_VALUE);
  const latent = z.length;
  const moved = new Float32Array(2 * latent * latent);
  for (let j = 0; j < latent; j++) {
    for (const [row, sign] of [
      [2 * j, 1],
      [2 * j + 1, -1],
    ] as const) {
      moved.set(z, row * latent);
      moved[row * latent + j] = z[j]! + sign * epsilon;
    }
  }
  // As float32 has them, which far from 0 is not 2 epsilon.
  const widths = Array.from(z, (_, j) => moved[2 * j * latent + j]! - moved[(2 * j + 1) * latent + j]!);
  if (widths.includes(0)) {
    throw new UsageError(`${call}: epsilon ${epsilon} is lost beside a coordinate of z; give a larger one`);
  }
  const decoder = checkedDecoder(call, decode, latent, signal);
  const outputs = await decoder.decode(moved);
  const { width } = decoder;
  const jacobian = new Float64Array(latent * width);
  for (let j = 0; j < latent; j++) {
    for (let k = 0; k < width; k++) {
      jacobian[j * width + k] =
        (outputs[2 * j * width + k]! - outputs[(2 * j + 1) * width + k]!) / widths[j]!;
    }
  }
  const metric = new Float64Array(latent * latent);
  for (let i = 0; i < latent; i++) {
    for (let j = 0; j <= i; j++) {
      let sum = 0;
      for (let k = 0; k < width; k++) sum += jacobian[i * width + k]! * jacobian[j * width + k]!;
      metric[i * latent + j] = sum;
      metric[j * latent + i] = sum;
    }
  }
  return metric;
}

/** @throws UsageError for what is no function */
export function checkDecode(call: string, decode: Decode): void {
  if (typeof decode === "function") return;
  throw new UsageError(
    `${call}: decode must be a function of z, [rows, latent] -> [rows, ...]; got ${decode}`,
  );
}
