import type { Vae } from "../model/vae.js";
import { gaussianLogProb } from "../prior/gaussian.js";
import { tf } from "../tfjs.js";
import { type KlControl, weighKl } from "./kl-control.js";
import type { Tensors } from "./types.js";

/** A batch that goes through a VAE: what objectives are written with. */
export interface Pass {
  readonly vae: Vae;
  /** What is to be reconstructed, [batch, features] on the model's scale; drawn black and white where the run says so. */
  readonly x: tf.Tensor;
  readonly batch: number;
  /** [batch, latent]; logvar is ln sigma^2 */
  readonly mu: tf.Tensor;
  readonly logvar: tf.Tensor;
  /** Standard normal noise [samples * batch, latent]. */
  readonly eps: tf.Tensor;
  /** All of the step's inputs: the objective's own noise is among them, by its names. */
  readonly inputs: Tensors;
  /** Weight of the KL, a scalar. */
  readonly beta: tf.Tensor;
  /** z = mu + exp(logvar / 2) * eps [samples * batch, latent], all examples' first samples first (Kingma & Welling 2013, eq. 10) */
  sample(): tf.Tensor;
  /** z [samples * batch, latent] -> ln p(x|z) [samples * batch], nats */
  logPx(z: tf.Tensor): tf.Tensor;
  /** z [samples * batch, latent] -> ln p(z) [samples * batch], nats */
  logPz(z: tf.Tensor): tf.Tensor;
  /** z [samples * batch, latent] -> ln q(z|x) of each one's own example [samples * batch], nats */
  logQz(z: tf.Tensor): tf.Tensor;
  /** KL(q(z|x) || p(z)): in closed form [batch, latent], else ln q(z|x) - ln p(z) at z [batch, 1]; z [batch, latent] */
  kl(z: tf.Tensor): tf.Tensor;
  /** kl [batch, latent] or [batch, 1] -> its part of the loss, a scalar: weight, capacity, free bits */
  weigh(kl: tf.Tensor): tf.Tensor;
}

export interface PassOptions {
  /** Draws of z per example. */
  samples: number;
  training: boolean;
  control: KlControl;
}

/** inputs: x [batch, ...shape] in the data's units, eps, uniform (dynamic binarisation), c, dropout noise, beta, capacity */
export function startPass(vae: Vae, inputs: Tensors, { samples, training, control }: PassOptions): Pass {
  const grey = vae.scale(inputs.x!);
  const x = inputs.uniform ? tf.cast(tf.less(inputs.uniform, grey), "float32") : grey;
  const c = inputs.c ? vae.scaleCondition(inputs.c) : null;
  const mode = { training, noise: inputs };
  const repeat = (rows: tf.Tensor) => (samples === 1 ? rows : tf.tile(rows, [samples, 1]));
  const { mu, logvar } = vae.encodeScaled(x, c, mode);
  const batch = x.shape[0]!;
  return {
    vae,
    x,
    batch,
    mu,
    logvar,
    eps: inputs.eps!,
    inputs,
    beta: inputs.beta ?? tf.scalar(1),
    sample: () => tf.add(repeat(mu), tf.mul(repeat(tf.exp(tf.mul(logvar, 0.5))), inputs.eps!)),
    logPx: (z) => vae.likelihood.logProb(repeat(x), vae.decodeParameters(z, c && repeat(c), mode)),
    logPz: (z) => vae.prior.logProb(z),
    logQz: (z) => gaussianLogProb(z, repeat(mu), repeat(logvar)),
    kl(z) {
      if (vae.prior.kl) return vae.prior.kl(mu, logvar);
      return tf.expandDims(tf.sub(gaussianLogProb(z, mu, logvar), vae.prior.logProb(z)), 1);
    },
    weigh: (kl) => weighKl(kl, control, inputs),
  };
}
