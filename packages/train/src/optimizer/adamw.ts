import { z } from "zod";
import { tf } from "../tfjs.js";
import { type AdamSettings, adamChange, adamFields, adamScalars, adamSlots } from "./adam.js";
import type { OptimizerKind } from "./types.js";

export interface AdamWConfig extends AdamSettings {
  kind: "adamw";
  /** Share of a weight that a step with learning rate 1 would take away. */
  weightDecay: number;
  /**
   * "kernels": the networks' weights of two and more axes. Biases, normalisation's scales and what belongs to a
   * likelihood or a prior (a learned sigma, a mixture's means) keep their size: pulled to zero, they would make
   * another model, not a simpler one. "all": every parameter, as PyTorch's and Keras's defaults.
   */
  decay: keyof typeof decays;
}

const decays = {
  kernels: (weight: tf.Tensor, parameter: string) =>
    weight.rank >= 2 && /^(encoder|decoder)\//.test(parameter),
  all: () => true,
} as const;

/**
 * Adam with decoupled weight decay (Loshchilov & Hutter 2019, algorithm 2, with the learning rate as their
 * schedule multiplier alpha eta): w <- w (1 - lr * weightDecay) - Adam's change
 */
export const adamw: OptimizerKind<AdamWConfig> = {
  schema: z.strictObject({
    kind: z.literal("adamw"),
    weightDecay: z.number().min(0).default(0.01),
    decay: z.enum(["kernels", "all"]).default("kernels"),
    ...adamFields,
  }),
  defaultLearningRate: 1e-3,
  create: (config) => ({
    name: "adamw",
    slots: adamSlots,
    scalars: (learningRate, step) => ({
      ...adamScalars(config, learningRate, step),
      keep: 1 - learningRate * config.weightDecay,
    }),
    update(weight, gradient, slots, scalars, parameter) {
      const { change, slots: next } = adamChange(config, gradient, slots, scalars);
      const kept = decays[config.decay](weight, parameter) ? tf.mul(weight, scalars.keep!) : weight;
      return { weight: tf.sub(kept, change), slots: next };
    },
  }),
};
