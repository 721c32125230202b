import { UsageError } from "../errors.js";
import { checkInteger, checkOptions, checkWord, shown } from "../options.js";
import { type Rows, rowsOf } from "../rows.js";
import { checkVector } from "./vector.js";

const paths = ["linear", "slerp"] as const;

export interface InterpolateOptions {
  /** Default 9; both ends are among them. */
  steps?: number;
  /** Shares of the way from 0 to 1, in place of steps that are evenly spaced. */
  at?: readonly number[];
  /**
   * Along a straight line, or the arc around the origin (Shoemake 1985; for latents White 2016) at lengths that go evenly from that
   * of a to that of b. Default "linear".
   */
  path?: (typeof paths)[number];
}

/** Vectors nearer than this to parallel or opposite, in radians, have no arc of their own: the line stands in for it. */
const leastAngle = 1e-4;

/**
 * Latents on the way from a to b, both of them included: a, b [latent] -> [steps or at, latent].
 * slerp: ((1 - t) |a| + t |b|) (sin((1 - t) w) / sin(w) a / |a| + sin(t w) / sin(w) b / |b|), w the angle between a and b
 * @throws ShapeError when a and b differ in length; UsageError for fewer than 2 steps, shares that are not from 0 to 1, or both
 */
export function interpolate(a: Float32Array, b: Float32Array, options: InterpolateOptions = {}): Rows {
  const call = "interpolate";
  checkOptions(call, options, ["steps", "at", "path"]);
  const { steps = 9, at, path = "linear" } = options;
  checkVector(call, "a", a);
  checkVector(call, "b", b, a.length);
  checkInteger(call, "steps", steps, 2, 2 ** 16);
  checkWord(call, "path", path, paths);
  if (at !== undefined) checkShares(call, at, options.steps);
  const shares = at ?? Array.from({ length: steps }, (_, step) => step / (steps - 1));
  const latent = a.length;
  const weights = path === "slerp" ? arcWeights(a, b) : lineWeights;
  const z = new Float32Array(shares.length * latent);
  for (let step = 0; step < shares.length; step++) {
    const [ofA, ofB] = weights(shares[step]!);
    for (let i = 0; i < latent; i++) z[step * latent + i] = ofA * a[i]! + ofB * b[i]!;
  }
  return rowsOf(z, latent);
}

function checkShares(call: string, at: readonly number[], steps: number | undefined): void {
  if (steps !== undefined) {
    throw new UsageError(`${call}: give steps or at, not both: at has as many rows as shares`);
  }
  if (
    Array.isArray(at) &&
    at.length > 0 &&
    at.every((share) => Number.isFinite(share) && share >= 0 && share <= 1)
  )
    return;
  throw new UsageError(`${call}: at must be an array of numbers from 0 to 1, at least one; got ${shown(at)}`);
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
