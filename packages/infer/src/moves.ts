import { UsageError } from "./errors.js";
import { NdArray } from "./nd-array.js";

export const paths = ["linear", "slerp"] as const;
/**
 * Along a straight line, or along the arc around the origin (Shoemake 1985; for latents White 2016) at lengths that go evenly from
 * that of one end to that of the other.
 */
export type Path = (typeof paths)[number];

/** Vectors nearer than this to parallel or opposite, in radians, have no arc of their own: the line stands in for it. */
const leastAngle = 1e-4;

/**
 * Latents on the way from a to b, both of them included: a, b [latent], steps at least 2 -> [steps, latent].
 * slerp: ((1 - t) |a| + t |b|) (sin((1 - t) w) / sin(w) a / |a| + sin(t w) / sin(w) b / |b|), w the angle between a and b
 */
export function pathBetween(a: Float32Array, b: Float32Array, steps: number, path: Path): NdArray {
  const latent = a.length;
  const weights = path === "slerp" ? arcWeights(a, b) : lineWeights;
  const z = new Float32Array(steps * latent);
  for (let step = 0; step < steps; step++) {
    const [ofA, ofB] = weights(step / (steps - 1));
    for (let i = 0; i < latent; i++) z[step * latent + i] = ofA * a[i]! + ofB * b[i]!;
  }
  return new NdArray(z, [steps, latent]);
}

type Weights = (t: number) => [number, number];

const lineWeights: Weights = (t) => [1 - t, t];

function arcWeights(a: Float32Array, b: Float32Array): Weights {
  let [aa, bb, ab] = [0, 0, 0];
  for (let i = 0; i < a.length; i++) {
    aa += a[i]! * a[i]!;
    bb += b[i]! * b[i]!;
    ab += a[i]! * b[i]!;
  }
  // NaN for a vector of zeros, which has no direction, and where rounding takes a cosine of 1 or -1 farther.
  const angle = Math.acos(ab / Math.sqrt(aa * bb));
  const sine = Math.sin(angle);
  if (!(sine > leastAngle)) return lineWeights;
  /** Of the end that is near at t = 1, the other being `ratio` times as long. */
  const weight = (t: number, ratio: number) => ((t + (1 - t) * ratio) * Math.sin(t * angle)) / sine;
  const ratio = Math.sqrt(bb / aa);
  return (t) => [weight(1 - t, ratio), weight(t, 1 / ratio)];
}

/** Values that one latent dimension takes: the values themselves, or evenly spaced ones, both ends included. */
export type Range = readonly number[] | Float32Array | { from: number; to: number; steps?: number };

export const defaultSteps = 16;

/** @throws UsageError for no values, or values that are no numbers */
export function rangeValues(range: Range): number[] {
  const values = Object(range) !== range ? [] : "from" in range ? spaced(range) : Array.from(range);
  if (values.length === 0 || !values.every(Number.isFinite)) {
    throw new UsageError("traverse: range must be finite numbers, or { from, to, steps }");
  }
  return values;
}

function spaced({ from, to, steps = defaultSteps }: { from: number; to: number; steps?: number }): number[] {
  checkSteps("traverse", steps);
  return Array.from({ length: steps }, (_, i) => from + ((to - from) * i) / (steps - 1));
}

/** @throws UsageError for steps that are no integer from 2 to 65,536 */
export function checkSteps(call: string, steps: number): void {
  if (Number.isInteger(steps) && steps >= 2 && steps <= 2 ** 16) return;
  throw new UsageError(`${call}: steps must be an integer of at least 2, both ends included; got ${steps}`);
}
