import { RandomStream } from "@vaekit/infer";
import type { Parameter } from "../parameter.js";
import { tf } from "../tfjs.js";

/** Apart from the networks' parameters, which take the forks from 0 up. */
const priorFork = 2 ** 24;

/** The random numbers that a prior's variables start from. */
export function initialStream(seed: number): RandomStream {
  return new RandomStream(seed, "init").fork(priorFork);
}

/** A variable with values, row-major. trained: whether its gradient changes it */
export function variableOf(
  name: string,
  values: Float32Array,
  shape: readonly number[],
  trained = true,
): Parameter {
  return { name, variable: tf.tidy(() => tf.variable(tf.tensor(values, [...shape]), trained)) };
}
