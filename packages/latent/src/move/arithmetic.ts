import { DataError, UsageError } from "../errors.js";
import { type Rows, rowsOf } from "../rows.js";
import { checkVector } from "./vector.js";

/** One summand of `combine`. */
export interface Term {
  /** [latent] */
  code: Float32Array;
  weight: number;
}

/**
 * A weighted sum of codes: "with glasses" - "without" + "woman" (Radford et al. 2016, section 6.3.2). [latent] each -> [latent]
 * @throws UsageError for no terms; ShapeError for codes of different lengths
 */
export function combine(terms: readonly Term[]): Float32Array {
  const call = "combine";
  if (!Array.isArray(terms) || terms.length === 0) {
    throw new UsageError(`${call}: give at least one term, { code: Float32Array, weight: number }`);
  }
  const { code: first } = terms[0]!;
  terms.forEach(({ code, weight }, i) => {
    checkVector(call, `the code of term ${i}`, code, first?.length);
    if (!Number.isFinite(weight)) throw new DataError(`${call}: the weight of term ${i} is ${weight}`);
  });
  return Float32Array.from(first, (_, j) =>
    terms.reduce((sum, { code, weight }) => sum + weight * code[j]!, 0),
  );
}

/**
 * A code moved along a direction: row i is code + steps[i] * direction, in units of z where the direction is of length 1.
 * code, direction [latent] -> [steps, latent]
 */
export function moveAlong(code: Float32Array, direction: Float32Array, steps: readonly number[]): Rows {
  const call = "moveAlong";
  checkVector(call, "code", code);
  checkVector(call, "direction", direction, code.length);
  if (!Array.isArray(steps) || steps.length === 0 || !steps.every(Number.isFinite)) {
    throw new UsageError(`${call}: steps must be finite numbers, at least one; got ${steps}`);
  }
  const latent = code.length;
  const z = new Float32Array(steps.length * latent);
  for (let i = 0; i < z.length; i++) {
    z[i] = code[i % latent]! + steps[Math.floor(i / latent)]! * direction[i % latent]!;
  }
  return rowsOf(z, latent);
}
