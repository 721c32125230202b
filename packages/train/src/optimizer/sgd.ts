import { tf } from "../tfjs.js";
import type { Optimizer } from "./types.js";

/** Stochastic gradient descent: w <- w - lr g. */
export const sgd: Optimizer = {
  name: "sgd",
  slots: [],
  defaultLearningRate: 1e-3,
  scalars: (learningRate) => ({ rate: learningRate }),
  update: (weight, gradient, _slots, { rate }) => ({
    weight: tf.sub(weight, tf.mul(rate!, gradient)),
    slots: {},
  }),
};
