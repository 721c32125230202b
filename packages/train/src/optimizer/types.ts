import type { tf } from "../tfjs.js";

export type NamedTensors = Record<string, tf.Tensor>;

/**
 * One rule that turns a gradient into a new weight, as plain tensor arithmetic: it can be traced. What depends on
 * the step alone is computed on the host in double precision and comes in as scalars.
 */
export interface Optimizer {
  readonly name: string;
  /** State per weight, each of the weight's shape, zero at the start. */
  readonly slots: readonly string[];
  /** Learning rate that the rule is commonly used with. */
  readonly defaultLearningRate: number;
  /** The scalars' names and values at a step, counted from 1. */
  scalars(learningRate: number, step: number): Record<string, number>;
  update(weight: tf.Tensor, gradient: tf.Tensor, slots: NamedTensors, scalars: NamedTensors): Updated;
}

export interface Updated {
  weight: tf.Tensor;
  slots: NamedTensors;
}
