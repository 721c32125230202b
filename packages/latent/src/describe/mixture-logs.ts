import type { Task } from "../task.js";
import { logSumExp } from "./log-sum-exp.js";
import type { CheckedCodes } from "./posteriors.js";

const halfLog2Pi = 0.5 * Math.log(2 * Math.PI);
/** ln sigma^2 below this counts as this, so that no density overflows float64. */
const narrowest = -300;

/** ln N(value; 0, 1), nats. */
export function logStandardNormal(value: number): number {
  return -0.5 * value * value - halfLog2Pi;
}

/** Densities at one draw of each row, nats. */
export interface MixtureLogs {
  /** ln q(z_n|x_n) [rows] */
  own: Float64Array;
  /** ln q(z_n) [rows], of all rows and of all others. */
  mixture: Float64Array;
  others: Float64Array;
  /** ln q(z_n,j) [rows, latent], of all rows and of all others. */
  dimension: Float64Array;
  otherDimension: Float64Array;
}

/** mu, logvar of the rows at `index` and their draws z [index, latent] -> densities under the mixture of these rows' posteriors */
export function* mixtureLogsTask(
  { mu, logvar, latent }: CheckedCodes,
  index: ArrayLike<number>,
  z: Float64Array,
): Task<MixtureLogs> {
  const count = index.length;
  const columns = Array.from({ length: latent }, (_, j) => {
    const of = (values: Float32Array) =>
      Float64Array.from({ length: count }, (_, m) => values[index[m]! * latent + j]!);
    const lnVar = of(logvar).map((value) => Math.max(narrowest, value));
    return {
      means: of(mu),
      precision: lnVar.map((value) => -0.5 * Math.exp(-value)),
      constant: lnVar.map((value) => -0.5 * value - halfLog2Pi),
    };
  });
  const own = new Float64Array(count);
  const mixture = new Float64Array(count);
  const others = new Float64Array(count);
  const dimension = new Float64Array(count * latent);
  const otherDimension = new Float64Array(count * latent);
  const single = new Float64Array(count);
  const joint = new Float64Array(count);
  const batch = Math.max(1, Math.floor(2e5 / (count * latent)));
  for (let n = 0; n < count; n++) {
    if (n % batch === 0) yield { stage: "aggregated posterior", done: n, total: count };
    joint.fill(0);
    for (let j = 0; j < latent; j++) {
      const { means, precision, constant } = columns[j]!;
      const at = z[n * latent + j]!;
      for (let m = 0; m < count; m++) {
        const difference = at - means[m]!;
        const value = precision[m]! * difference * difference + constant[m]!;
        single[m] = value;
        joint[m]! += value;
      }
      const all = logSumExp(single);
      dimension[n * latent + j] = all - Math.log(count);
      otherDimension[n * latent + j] = without(single, n, all) - Math.log(count - 1);
    }
    own[n] = joint[n]!;
    const all = logSumExp(joint);
    mixture[n] = all - Math.log(count);
    others[n] = without(joint, n, all) - Math.log(count - 1);
  }
  return { own, mixture, others, dimension, otherDimension };
}

/** ln sum exp of all but one, from that of all: taken off where that leaves its digits, summed anew where it does not. */
function without(values: Float64Array, left: number, all: number): number {
  const share = Math.exp(values[left]! - all);
  return share < 0.99 ? all + Math.log(1 - share) : logSumExp(values, left);
}
