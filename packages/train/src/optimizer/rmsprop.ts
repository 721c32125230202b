import { tf } from "../tfjs.js";
import type { Optimizer } from "./types.js";

const decay = 0.9;
const epsilon = 1e-7;

/**
 * RMSProp (Tieleman & Hinton 2012), with epsilon under the root as in tfjs:
 * s <- decay s + (1 - decay) g^2,  w <- w - lr g / sqrt(s + epsilon)
 */
export const rmsprop: Optimizer = {
  name: "rmsprop",
  slots: ["square"],
  defaultLearningRate: 1e-3,
  scalars: (learningRate) => ({ rate: learningRate }),
  update(weight, gradient, { square }, { rate }) {
    const next = tf.add(tf.mul(square!, decay), tf.mul(tf.square(gradient), 1 - decay));
    const change = tf.mul(rate!, tf.div(gradient, tf.sqrt(tf.add(next, epsilon))));
    return { weight: tf.sub(weight, change), slots: { square: next } };
  },
};
