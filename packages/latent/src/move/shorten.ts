import { type RunOptions, runTask, type Task } from "../task.js";
import { solveBanded } from "./banded.js";
import { type Curve, measure, resample, subdivide } from "./curve.js";
import type { Decoder, Outputs } from "./decode.js";

export interface ShortenOptions extends RunOptions {
  latent: number;
  /** Lines of the curve that move. */
  lines: number;
  /** Decoded points of each line when it is measured. */
  parts: number;
  /** Most Newton steps. */
  iterations: number;
  /** Most rows of a decode. */
  batch: number;
  /** Width of the Jacobian's differences, in units of z. */
  epsilon: number;
}

/** Shares of a Newton step that are tried. */
const shares = [1, 0.5, 0.25, 0.125];
/** Less of the length than this is not worth another step. */
const leastGain = 1e-3;
/** Keeps directions that the decoder ignores where they are; relative to the mean curvature. */
const damping = 1e-6;

/**
 * Shorten a curve between its ends: Gauss-Newton steps on the discrete energy sum_i |f(z_i+1) - f(z_i)|^2, whose minimum has the
 * least length and points at equal distances (Chen et al. 2018, section 3; Shao et al. 2018, algorithm 1). A step is kept
 * where it lowers the length, so the curve never gets longer than it was when cut into `lines`.
 */
export async function shorten(decoder: Decoder, start: Curve, options: ShortenOptions): Promise<Curve> {
  const { latent, lines, parts, iterations, batch } = options;
  const measured = (knots: Float32Array) => measure(decoder, subdivide(knots, latent, parts), latent, batch);
  let knots = resample(start, latent, lines + 1);
  let curve = await measured(knots);
  for (let iteration = 0; iteration < iterations && curve.length > 0; iteration++) {
    const step = await newtonStep(decoder, knots, options);
    const before = curve.length;
    for (const share of shares) {
      const moved = knots.slice();
      for (let i = 0; i < step.length; i++) moved[latent + i]! += share * step[i]!;
      const found = await measured(moved);
      if (!(found.length < curve.length)) continue;
      [knots, curve] = [moved, found];
      break;
    }
    options.onProgress?.({ stage: "shorten", done: iteration + 1, total: iterations });
    if (!(curve.length < before * (1 - leastGain))) break;
  }
  return curve;
}

/** Where the inner knots should go, [(lines - 1) * latent]; zeros where the equations have no solution. */
async function newtonStep(
  decoder: Decoder,
  knots: Float32Array,
  { latent, lines, batch, epsilon, signal }: ShortenOptions,
): Promise<Float64Array> {
  const outputs = new Float32Array((lines + 1) * decoder.width);
  for (let at = 0; at <= lines; at += batch) {
    outputs.set(await decoder.decode(knots.slice(at * latent, (at + batch) * latent)), at * decoder.width);
  }
  const system = new Equations((lines - 1) * latent, latent);
  const perCall = Math.max(1, Math.floor(batch / latent));
  let jacobian = new Float32Array(0);
  for (let first = 1; first < lines; first += perCall) {
    const last = Math.min(lines, first + perCall);
    const moved = new Float32Array((last - first) * latent * latent);
    for (let row = 0; row < (last - first) * latent; row++) {
      const knot = first + Math.floor(row / latent);
      moved.set(knots.subarray(knot * latent, (knot + 1) * latent), row * latent);
      moved[row * latent + (row % latent)]! += epsilon;
    }
    const beside = await decoder.decode(moved);
    for (let knot = first; knot < last; knot++) {
      const here = differences(beside, outputs, knot - first, knot, latent, decoder.width, epsilon);
      await runTask(system.add(knot, here, jacobian, outputs), { signal });
      jacobian = here;
    }
  }
  return runTask(system.solve(), { signal });
}

/** J^T of one knot, [latent * width]: (f(z + epsilon e_j) - f(z)) / epsilon */
function differences(
  beside: Outputs,
  outputs: Float32Array,
  place: number,
  knot: number,
  latent: number,
  width: number,
  epsilon: number,
): Float32Array<ArrayBuffer> {
  const jacobian = new Float32Array(latent * width);
  for (let i = 0; i < jacobian.length; i++) {
    jacobian[i] = (beside[place * latent * width + i]! - outputs[knot * width + (i % width)]!) / epsilon;
  }
  return jacobian;
}

/** The normal equations of sum_i |f_i+1 + J_i+1 d_i+1 - f_i - J_i d_i|^2 in the moves d of the inner knots: blocks on three diagonals. */
class Equations {
  private readonly band: Float64Array;
  private readonly right: Float64Array;
  private readonly width: number;

  constructor(
    private readonly size: number,
    private readonly latent: number,
  ) {
    this.width = 2 * latent;
    this.band = new Float64Array(size * this.width);
    this.right = new Float64Array(size);
  }

  /** jacobian, before: J^T of this knot and the one before it, the latter empty for the first. */
  *add(knot: number, jacobian: Float32Array, before: Float32Array, outputs: Float32Array): Task<void> {
    const { latent, width } = this;
    const numbers = jacobian.length / latent;
    const at = knot * numbers;
    for (let a = 0; a < latent; a++) {
      const row = (knot - 1) * latent + a;
      let force = 0;
      for (let k = 0; k < numbers; k++) {
        const bend = outputs[at + numbers + k]! - 2 * outputs[at + k]! + outputs[at - numbers + k]!;
        force += jacobian[a * numbers + k]! * bend;
      }
      this.right[row] = force;
      for (let b = 0; b <= a; b++) {
        this.band[row * width + width - 1 + b - a] = 2 * dot(jacobian, a, jacobian, b, numbers);
      }
      for (let b = 0; b < latent && before.length > 0; b++) {
        this.band[row * width + width - 1 + b - a - latent] = -dot(jacobian, a, before, b, numbers);
      }
      yield { stage: "shorten", done: row, total: this.size };
    }
  }

  *solve(): Task<Float64Array> {
    const { band, width, size } = this;
    let trace = 0;
    for (let i = 0; i < size; i++) trace += band[i * width + width - 1]!;
    for (let i = 0; i < size; i++) band[i * width + width - 1]! += (damping * trace) / size;
    return (yield* solveBanded(band, width, this.right)) ?? new Float64Array(size);
  }
}

function dot(a: Float32Array, i: number, b: Float32Array, j: number, length: number): number {
  let sum = 0;
  for (let k = 0, p = i * length, q = j * length; k < length; k++, p++, q++) sum += a[p]! * b[q]!;
  return sum;
}
