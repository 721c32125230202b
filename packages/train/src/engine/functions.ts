import type { InputSpecs } from "@vaekit/export";
import { forward } from "../objective/types.js";
import { tf } from "../tfjs.js";
import type { Job } from "./types.js";

export type Tensors = Record<string, tf.Tensor>;

/** Names of state tensors, in one order for all engines. */
export function stateNames({ vae, optimizer }: Job): { weights: string[]; slots: string[] } {
  const names = vae.parameters.map(({ name }) => name);
  return {
    weights: names.map((name) => `weights/${name}`),
    slots: optimizer.slots.flatMap((slot) => names.map((name) => `${slot}/${name}`)),
  };
}

/** Shape of each state tensor. */
export function stateShapes(job: Job): Record<string, readonly number[]> {
  const { weights, slots } = stateNames(job);
  const { parameters } = job.vae;
  const shapeAt = (i: number) => parameters[i % parameters.length]!.variable.shape;
  return Object.fromEntries([...weights, ...slots].map((name, i) => [name, shapeAt(i)]));
}

/**
 * One training step as a pure function over the Vae's variables: x, eps, (uniform), beta, the optimizer's scalars
 * and slots in; the loss's terms and the next weights and slots, named next/..., out.
 */
export function stepFunction(job: Job): (inputs: Tensors) => Tensors {
  const { vae, objective, optimizer } = job;
  return (inputs) => {
    const kept: Tensors = {};
    const loss = () => {
      const pass = forward(vae, objective, { x: inputs.x!, eps: inputs.eps!, uniform: inputs.uniform });
      // variableGrads disposes of everything but the loss, so these are kept and given back to the caller's scope.
      kept.reconstruction = tf.keep(tf.neg(tf.mean(pass.logPx)));
      kept.kl = tf.keep(tf.mean(tf.sum(pass.kl, 1)));
      return objective.loss(pass, inputs.beta!) as tf.Scalar;
    };
    const variables = vae.parameters.map(({ variable }) => variable);
    const { value, grads } = tf.variableGrads(loss, variables);
    const outputs: Tensors = {
      loss: value,
      reconstruction: tf.clone(kept.reconstruction!),
      kl: tf.clone(kept.kl!),
    };
    tf.dispose(kept);
    for (const { name, variable } of vae.parameters) {
      const slots = Object.fromEntries(optimizer.slots.map((slot) => [slot, inputs[`${slot}/${name}`]!]));
      // tfjs has no gradient for what the loss does not depend on: logvar, where the objective leaves the noise out.
      const gradient = grads[variable.name] ?? tf.zeros(variable.shape);
      const next = optimizer.update(variable, gradient, slots, inputs);
      outputs[`next/weights/${name}`] = next.weight;
      for (const slot of optimizer.slots) outputs[`next/${slot}/${name}`] = next.slots[slot]!;
    }
    return outputs;
  };
}

/** The forward pass, per example: x, eps, (uniform) in; logPx [batch], kl and mu [batch, latent] out. */
export function evaluateFunction({ vae, objective }: Job): (inputs: Tensors) => Tensors {
  return (inputs) => {
    const { logPx, kl, mu } = forward(vae, objective, {
      x: inputs.x!,
      eps: inputs.eps!,
      uniform: inputs.uniform,
    });
    return { logPx, kl, mu };
  };
}

/** The inputs that both functions share, for `rows` examples. */
export function batchSpecs({ vae, binarize }: Job, rows: number | "batch"): InputSpecs {
  return {
    x: { shape: [rows, ...vae.data.shape], storage: vae.data.dtype },
    eps: { shape: [rows, vae.latent] },
    ...(binarize && { uniform: { shape: [rows, vae.features] } }),
  };
}
