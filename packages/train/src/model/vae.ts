import { DisposedError, sizeOf, UsageError } from "@vaekit/infer";
import type { DataSpec } from "../data/types.js";
import { type LikelihoodConfig, likelihoods } from "../likelihood/index.js";
import type { Likelihood, LikelihoodKind, Tensors } from "../likelihood/types.js";
import type { Parameter } from "../parameter.js";
import { gaussianLogProb } from "../prior/gaussian.js";
import { type PriorConfig, priors } from "../prior/index.js";
import type { Prior, PriorKind, PriorNoise } from "../prior/types.js";
import { kindOf } from "../schema.js";
import { tf } from "../tfjs.js";
import { type ConditionConfig, conditionSize } from "./condition.js";
import { type AnyModelConfig, modelKinds } from "./index.js";
import { initialize } from "./initialize.js";
import { inference, isLayersModel, layersNetwork, type Mode, type Network } from "./network.js";
import type { ModelKind } from "./types.js";

/** ln sigma^2 of a posterior without width: its standard deviation, 1e-13, is nothing beside float32's own error. */
const noWidth = -60;

/**
 * A variational autoencoder as plain tfjs functions over its variables: what engines train and exports trace.
 * All functions take and return tensors; the caller disposes of them. Where the model is conditional, c is
 * [batch, conditions]: one-hot labels, or columns in their own units.
 */
export class Vae {
  readonly likelihood: Likelihood;
  readonly prior: Prior;
  readonly condition: ConditionConfig | null;
  /** Changed by gradients. */
  readonly parameters: readonly Parameter[];
  /** Set by training steps without a gradient: moving statistics, a codebook. */
  readonly buffers: readonly Parameter[];
  readonly features: number;
  readonly encoder: Network;
  readonly decoder: Network;
  private disposed = false;

  /** @throws UsageError for a configuration that does not fit the data or itself */
  constructor(
    readonly config: AnyModelConfig,
    readonly data: DataSpec,
    seed = 0,
  ) {
    const { condition, latent } = config;
    const kind = kindOf<ModelKind<AnyModelConfig>>(modelKinds, config, "model");
    const likelihoodKind = kindOf<LikelihoodKind<LikelihoodConfig>>(
      likelihoods,
      config.likelihood,
      "likelihood",
    );
    const priorKind = kindOf<PriorKind<PriorConfig>>(priors, config.prior, "prior");
    kind.check(config);
    priorKind.check(config.prior, { latent, conditional: condition !== null });
    checkShape(config, data);
    this.condition = condition;
    this.features = sizeOf(data.shape);
    const home = tf.getBackend();
    // Weights are made on the cpu backend, whatever runs later, and handed over from there.
    void tf.setBackend("cpu");
    try {
      this.likelihood = likelihoodKind.create(config.likelihood, { features: this.features });
      const { parametersPerFeature } = this.likelihood;
      const built = kind.build(config, {
        features: this.features,
        parametersPerFeature,
        outputs: this.features * parametersPerFeature,
        conditions: conditionSize(condition),
      });
      this.encoder = isLayersModel(built.encoder) ? layersNetwork("encoder", built.encoder) : built.encoder;
      this.decoder = isLayersModel(built.decoder) ? layersNetwork("decoder", built.decoder) : built.decoder;
      const networks = [...this.encoder.parameters, ...this.decoder.parameters];
      initialize(networks, seed, built.initialization ?? kind.initialization);
      this.prior = priorKind.create(config.prior, {
        latent,
        features: this.features,
        seed,
        encode: (x) => this.encodeScaled(x, null, inference),
      });
      this.parameters = [...networks, ...this.likelihood.variables, ...this.prior.variables];
      this.buffers = [...this.encoder.buffers, ...this.decoder.buffers, ...this.prior.buffers];
    } finally {
      if (home) void tf.setBackend(home);
    }
  }

  get latent(): number {
    return this.config.latent;
  }

  /** Numbers of c per example; 0 where the model takes none. */
  get conditions(): number {
    return conditionSize(this.condition);
  }

  /** Values in the data's units [batch, ...shape] -> model scale [batch, features], [0, 1] */
  scale(x: tf.Tensor): tf.Tensor {
    const [low, high] = this.data.range;
    const flat = tf.reshape(x, [-1, this.features]);
    return tf.mul(low === 0 ? flat : tf.sub(flat, low), 1 / (high - low));
  }

  /** Model scale [batch, features] -> the data's units [batch, ...shape] */
  unscale(x: tf.Tensor): tf.Tensor {
    const [low, high] = this.data.range;
    const values = tf.mul(x, high - low);
    return tf.reshape(low === 0 ? values : tf.add(values, low), [-1, ...this.data.shape]);
  }

  /** c as users have it -> c as the networks take it, both [batch, conditions]: columns with mean 0 and deviation 1 */
  scaleCondition(c: tf.Tensor): tf.Tensor {
    if (this.condition?.kind !== "columns") return c;
    const { mean, std } = this.condition;
    return tf.div(tf.sub(c, tf.tensor2d([mean])), tf.tensor2d([std]));
  }

  /** x [batch, features] on the model's scale, c scaled -> the encoder's mu, logvar [batch, latent]; logvar is ln sigma^2 */
  encodeScaled(x: tf.Tensor, c: tf.Tensor | null, mode: Mode): { mu: tf.Tensor; logvar: tf.Tensor } {
    this.assertAlive();
    const [mu, logvar] = this.encoder.apply(c ? [x, c] : [x], mode);
    return { mu: mu!, logvar: logvar! };
  }

  /** z [batch, latent], c scaled -> the likelihood's parameters, [batch, features] each */
  decodeParameters(z: tf.Tensor, c: tf.Tensor | null, mode: Mode): Tensors {
    this.assertAlive();
    const [raw] = this.decoder.apply(c ? [z, c] : [z], mode);
    return this.likelihood.parameters(raw!);
  }

  /**
   * x [batch, ...shape] in the data's units -> mu, logvar [batch, latent]. Where the prior is a codebook, mu is made of
   * its codes and logvar says that they have no width.
   */
  encode(x: tf.Tensor, c?: tf.Tensor): { mu: tf.Tensor; logvar: tf.Tensor } {
    const encoded = this.encodeScaled(this.scale(x), c ? this.scaleCondition(c) : null, inference);
    if (!this.prior.quantize) return encoded;
    const { z } = this.prior.quantize(encoded.mu);
    return { mu: z, logvar: tf.add(tf.mul(z, 0), noWidth) };
  }

  /** z [batch, latent] -> x_mean [batch, ...shape] in the data's units, and the likelihood's parameters [batch, features] */
  decode(z: tf.Tensor, c?: tf.Tensor): Tensors {
    const parameters = this.decodeParameters(z, c ? this.scaleCondition(c) : null, inference);
    return { x_mean: this.unscale(this.likelihood.mean(parameters)), ...parameters };
  }

  /**
   * The densities from which every bound follows, [batch] each, in nats:
   * x [batch, ...shape], z, mu, logvar [batch, latent] and the likelihood's parameters
   * -> log_px = ln p(x|z), log_pz = ln p(z), log_qz = ln q(z|x). Codes of a codebook are discrete: ln q of the one is 0.
   */
  score({ x, z, mu, logvar, ...parameters }: Tensors): Tensors {
    return {
      log_px: this.likelihood.logProb(this.scale(x!), parameters),
      log_pz: this.prior.logProb(z!),
      log_qz: this.prior.quantize ? tf.mul(tf.sum(z!, 1), 0) : gaussianLogProb(z!, mu!, logvar!),
    };
  }

  /** Noise, eps [samples, latent] (and uniform), -> draws of the prior z [samples, latent] */
  samplePrior(noise: PriorNoise): tf.Tensor {
    this.assertAlive();
    return this.prior.sample(noise);
  }

  /** The weights' values by name, buffers included. */
  readWeights(): Record<string, Float32Array> {
    this.assertAlive();
    return Object.fromEntries(
      this.variables().map(({ name, variable }) => [name, (variable.dataSync() as Float32Array).slice()]),
    );
  }

  /** @throws UsageError when a weight is missing or has another size */
  writeWeights(weights: Readonly<Record<string, Float32Array>>): void {
    this.assertAlive();
    for (const { name, variable } of this.variables()) {
      const values = weights[name];
      if (values?.length !== variable.size) {
        throw new UsageError(
          `weights: ${name} needs ${variable.size} values, got ${values?.length ?? "none"}`,
        );
      }
      tf.tidy(() => variable.assign(tf.tensor(values.slice(), variable.shape)));
    }
  }

  /** Parameters, then buffers: all that a checkpoint's weights are. */
  variables(): Parameter[] {
    return [...this.parameters, ...this.buffers];
  }

  /** Free the variables; safe to call twice. */
  dispose(): void {
    if (this.disposed) return;
    this.disposed = true;
    this.encoder.dispose();
    this.decoder.dispose();
    for (const { variable } of [
      ...this.likelihood.variables,
      ...this.prior.variables,
      ...this.prior.buffers,
    ]) {
      variable.dispose();
    }
  }

  private assertAlive(): void {
    if (this.disposed) throw new DisposedError("this Vae was disposed; build it or load its run again");
  }
}

function checkShape(config: AnyModelConfig, data: DataSpec): void {
  if (`${config.shape}` !== `${data.shape}`) {
    throw new UsageError(
      `the model takes [${config.shape}], but ${data.name} has [${data.shape}]. Use the data's shape.`,
    );
  }
}
