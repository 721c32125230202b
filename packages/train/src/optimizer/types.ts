import type { z } from "zod";
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
  /** The scalars' names and values at a step, counted from 1. */
  scalars(learningRate: number, step: number): Record<string, number>;
  /** parameter: the weight's name, `encoder/hidden_1/kernel` */
  update(
    weight: tf.Tensor,
    gradient: tf.Tensor,
    slots: NamedTensors,
    scalars: NamedTensors,
    parameter: string,
  ): Updated;
}

export interface Updated {
  weight: tf.Tensor;
  slots: NamedTensors;
}

/** A kind of optimizer: its configuration as it stands in files, and how it is made. */
export interface OptimizerKind<C extends { kind: string }> {
  /** Fills in defaults: `{ kind }` alone is a whole configuration. Unknown keys are refused. */
  readonly schema: z.ZodType<C>;
  /** Learning rate that the rule is commonly used with. */
  readonly defaultLearningRate: number;
  create(config: C): Optimizer;
}
