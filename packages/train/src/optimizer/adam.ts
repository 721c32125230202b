import { z } from "zod";
import { tf } from "../tfjs.js";
import type { NamedTensors, Optimizer, OptimizerKind } from "./types.js";

/** What Adam's rule takes. */
export interface AdamSettings {
  /** Share of the gradients' running mean that a step keeps. */
  beta1: number;
  /** Share of their squares' running mean that a step keeps. */
  beta2: number;
  /** Added to the root: 1e-7 is tfjs's and Keras's, 1e-8 the paper's and PyTorch's. */
  epsilon: number;
}

export interface AdamConfig extends AdamSettings {
  kind: "adam";
}

export const adamFields = {
  beta1: z.number().min(0).lt(1).default(0.9),
  beta2: z.number().min(0).lt(1).default(0.999),
  epsilon: z.number().positive().default(1e-7),
};

export const adamSlots = ["M", "V"] as const;

/** The two scalars of the step that is the t-th, counted from 1. */
export function adamScalars({ beta1, beta2, epsilon }: AdamSettings, learningRate: number, t: number) {
  const s = Math.sqrt((1 - beta2) / (1 - beta2 ** t));
  return { rate: (learningRate * (1 - beta1)) / (1 - beta1 ** t) / s, offset: epsilon / s };
}

/** What the rule takes away from the weight, and the next sums. */
export function adamChange(
  { beta1, beta2 }: AdamSettings,
  gradient: tf.Tensor,
  { M, V }: NamedTensors,
  { rate, offset }: NamedTensors,
): { change: tf.Tensor; slots: NamedTensors } {
  const nextM = tf.add(tf.mul(M!, beta1), gradient);
  const nextV = tf.add(tf.mul(V!, beta2), tf.square(gradient));
  const change = tf.mul(rate!, tf.div(nextM, tf.add(tf.sqrt(nextV), offset!)));
  return { change, slots: { M: nextM, V: nextV } };
}

/**
 * Adam (Kingma & Ba 2015, algorithm 1), with the moments kept as plain sums of decayed gradients,
 * m = (1 - beta1) M and v = (1 - beta2) V, so that both factors move into the step's two scalars:
 *
 *   M <- beta1 M + g,  V <- beta2 V + g^2,  w <- w - rate * M / (sqrt(V) + offset)
 *   rate = lr (1 - beta1) / (1 - beta1^t) / s,  offset = epsilon / s,  s = sqrt((1 - beta2) / (1 - beta2^t))
 *
 * The same numbers up to rounding, with ten instead of twelve passes over each weight.
 */
export const adam: OptimizerKind<AdamConfig> = {
  schema: z.strictObject({ kind: z.literal("adam"), ...adamFields }),
  defaultLearningRate: 1e-3,
  create: (config): Optimizer => ({
    name: "adam",
    slots: adamSlots,
    scalars: (learningRate, step) => adamScalars(config, learningRate, step),
    update(weight, gradient, slots, scalars) {
      const { change, slots: next } = adamChange(config, gradient, slots, scalars);
      return { weight: tf.sub(weight, change), slots: next };
    },
  }),
};
