import type { InputSpecs } from "@vaekit/export";
import type { Pass } from "../objective/pass.js";
import { startPass } from "../objective/pass.js";
import type { Outcome } from "../objective/types.js";
import { clipByGlobalNorm } from "../optimizer/clip.js";
import { emaShare, updateEma } from "../optimizer/ema.js";
import { tf } from "../tfjs.js";
import { noiseSpecs } from "./noise.js";
import type { Job, Schedule } from "./types.js";

export type Tensors = Record<string, tf.Tensor>;

/** Names of state tensors, in one order for all engines. */
export function stateNames({ vae, optimizer, ema }: Job): { weights: string[]; slots: string[] } {
  const parameters = vae.parameters.map(({ name }) => name);
  const slots = [...optimizer.slots, ...(ema === null ? [] : ["ema"])];
  return {
    weights: vae.variables().map(({ name }) => `weights/${name}`),
    slots: slots.flatMap((slot) => parameters.map((name) => `${slot}/${name}`)),
  };
}

/** Shape of each state tensor. */
export function stateShapes(job: Job): Record<string, readonly number[]> {
  const shapes = Object.fromEntries(job.vae.variables().map(({ name, variable }) => [name, variable.shape]));
  const { weights, slots } = stateNames(job);
  return Object.fromEntries(
    [...weights, ...slots].map((name) => [name, shapes[name.slice(name.indexOf("/") + 1)]!]),
  );
}

/** Names of the scalars that a step reports. */
export function termNames({ objective, clip }: Job): string[] {
  return ["loss", "reconstruction", "kl", ...objective.terms, ...(clip === null ? [] : ["gradient_norm"])];
}

/** The scalars that the host gives to each step. */
export function scalarsOf({ optimizer, control, ema }: Job, schedule: Schedule): Record<string, number> {
  const { learningRate, step, beta = 1, capacity = 0 } = schedule;
  return {
    beta,
    ...(control.capacity && { capacity }),
    ...(ema !== null && { ema_share: emaShare(ema, step) }),
    ...optimizer.scalars(learningRate, step),
  };
}

/**
 * One training step as a pure function over the Vae's variables: x, noise, (c), scalars and slots in; the terms and the
 * next weights, buffers and slots, named next/..., out. Buffers that a layer assigns hold their next values after it.
 */
export function stepFunction(job: Job): (inputs: Tensors) => Tensors {
  const { vae, objective, optimizer, control, clip, ema } = job;
  return (inputs) => {
    const kept: Tensors = {};
    const keep = (name: string, tensor: tf.Tensor) => {
      kept[name] = tf.keep(tf.clone(tensor));
    };
    const loss = () => {
      const pass = startPass(vae, inputs, { samples: objective.samples, training: true, control });
      const { loss, logPx, kl, terms = {}, buffers = {} } = objective.loss(pass);
      // variableGrads disposes of everything but the loss, so these are kept and given back to the caller's scope.
      keep("reconstruction", tf.neg(tf.mean(logPx)));
      keep("kl", tf.mean(tf.sum(kl, 1)));
      for (const name of objective.terms) keep(name, terms[name]!);
      for (const [name, next] of Object.entries(buffers)) keep(`next/weights/${name}`, next);
      return loss as tf.Scalar;
    };
    const variables = vae.parameters.map(({ variable }) => variable);
    const { value, grads } = tf.variableGrads(loss, variables);
    const outputs: Tensors = { loss: value };
    for (const [name, tensor] of Object.entries(kept)) outputs[name] = tf.clone(tensor);
    tf.dispose(kept);
    // tfjs has no gradient for what the loss does not depend on: logvar, where the objective leaves the noise out.
    let gradients = variables.map((variable) => grads[variable.name] ?? tf.zeros(variable.shape));
    if (clip !== null) {
      const clipped = clipByGlobalNorm(gradients, clip);
      gradients = clipped.gradients;
      outputs.gradient_norm = clipped.norm;
    }
    vae.parameters.forEach(({ name, variable }, i) => {
      const slots = Object.fromEntries(optimizer.slots.map((slot) => [slot, inputs[`${slot}/${name}`]!]));
      const next = optimizer.update(variable, gradients[i]!, slots, inputs, name);
      outputs[`next/weights/${name}`] = next.weight;
      for (const slot of optimizer.slots) outputs[`next/${slot}/${name}`] = next.slots[slot]!;
      if (ema !== null) {
        outputs[`next/ema/${name}`] = updateEma(inputs[`ema/${name}`]!, next.weight, inputs.ema_share!);
      }
    });
    for (const { name, variable } of vae.buffers) {
      outputs[`next/weights/${name}`] ??= tf.clone(variable);
    }
    return outputs;
  };
}

/** The forward pass, per example: x, (c), eps, (uniform) in; logPx [batch], kl, mu and logvar [batch, latent] out. */
export function evaluateFunction({ vae, objective, control }: Job): (inputs: Tensors) => Tensors {
  const evaluate = objective.evaluate ?? sampled;
  return (inputs) => {
    const pass = startPass(vae, inputs, { samples: 1, training: false, control });
    const { logPx, kl } = evaluate(pass);
    return { logPx, kl, mu: pass.mu, logvar: pass.logvar };
  };
}

function sampled(pass: Pass): Pick<Outcome, "logPx" | "kl"> {
  const z = pass.sample();
  return { logPx: pass.logPx(z), kl: pass.kl(z) };
}

/** All inputs of a training step of `job.rows` examples: tfjs's gradients bake the batch in. */
export function stepSpecs(job: Job): InputSpecs {
  const shapes = stateShapes(job);
  const scalars = Object.keys(scalarsOf(job, { step: 1, learningRate: 1 }));
  return {
    ...batchSpecs(job, job.rows),
    ...Object.fromEntries(scalars.map((name) => [name, { shape: [] }])),
    ...Object.fromEntries(stateNames(job).slots.map((name) => [name, { shape: shapes[name]! }])),
  };
}

/** The examples and their noise as inputs, for a training step or an evaluation of an open number of rows. */
export function batchSpecs(job: Job, rows: number | "batch"): InputSpecs {
  const { vae } = job;
  const training = rows !== "batch";
  const noise = Object.entries(noiseSpecs(job, training ? rows : 1, training));
  return {
    x: { shape: [rows, ...vae.data.shape], storage: vae.data.dtype },
    ...(vae.conditions > 0 && { c: { shape: [rows, vae.conditions] } }),
    ...Object.fromEntries(
      noise.map(([name, { shape }]) => [name, { shape: training ? shape : [rows, ...shape.slice(1)] }]),
    ),
  };
}
