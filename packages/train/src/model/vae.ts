import type { LayersModel, LayerVariable } from "@tensorflow/tfjs-layers";
import { withLayerScopes } from "@vaekit/export";
import { DisposedError, sizeOf, UsageError } from "@vaekit/infer";
import { choose } from "../choose.js";
import type { DataSpec } from "../data/types.js";
import { likelihoods } from "../likelihood/index.js";
import type { Likelihood, Tensors } from "../likelihood/types.js";
import { gaussianLogProb } from "../prior/gaussian.js";
import { priors } from "../prior/index.js";
import type { Prior } from "../prior/types.js";
import { tf } from "../tfjs.js";
import { type AnyModelConfig, modelKinds } from "./index.js";
import { initialize } from "./initialize.js";

/** A weight that training changes, under a name that is the same in every process. */
export interface Parameter {
  /** `encoder/hidden_1/kernel` */
  name: string;
  variable: tf.Variable;
}

/**
 * A variational autoencoder as plain tfjs functions over its variables: what engines train and exports trace.
 * All functions take and return tensors; the caller disposes of them.
 */
export class Vae {
  readonly likelihood: Likelihood;
  readonly prior: Prior;
  readonly parameters: readonly Parameter[];
  readonly features: number;
  private readonly encoder: LayersModel;
  private readonly decoder: LayersModel;
  private disposed = false;

  /** @throws UsageError for a configuration that does not fit the data or itself */
  constructor(
    readonly config: AnyModelConfig,
    readonly data: DataSpec,
    seed = 0,
  ) {
    checkConfig(config, data);
    this.likelihood = choose(likelihoods, config.likelihood, "likelihood");
    this.prior = choose(priors, config.prior, "prior");
    this.features = sizeOf(data.shape);
    const outputs = this.features * this.likelihood.parametersPerFeature;
    const home = tf.getBackend();
    // Weights are made on the cpu backend, whatever runs later, and handed over from there.
    void tf.setBackend("cpu");
    try {
      const kind = choose(modelKinds, config.kind, "model");
      ({ encoder: this.encoder, decoder: this.decoder } = kind.build(config, {
        features: this.features,
        outputs,
      }));
      this.parameters = [...parametersOf("encoder", this.encoder), ...parametersOf("decoder", this.decoder)];
      initialize(this.parameters, seed);
    } finally {
      if (home) void tf.setBackend(home);
    }
  }

  get latent(): number {
    return this.config.latent;
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

  /** x [batch, features] on the model's scale -> mu, logvar [batch, latent]; logvar is ln sigma^2 */
  encodeScaled(x: tf.Tensor): { mu: tf.Tensor; logvar: tf.Tensor } {
    this.assertAlive();
    const [mu, logvar] = applyNamed(this.encoder, x) as [tf.Tensor, tf.Tensor];
    return { mu, logvar };
  }

  /** z [batch, latent] -> the likelihood's parameters, [batch, features] each */
  decodeParameters(z: tf.Tensor): Tensors {
    this.assertAlive();
    return this.likelihood.parameters(applyNamed(this.decoder, z) as tf.Tensor);
  }

  /** x [batch, ...shape] in the data's units -> mu, logvar [batch, latent] */
  encode(x: tf.Tensor): { mu: tf.Tensor; logvar: tf.Tensor } {
    return this.encodeScaled(this.scale(x));
  }

  /** z [batch, latent] -> x_mean [batch, ...shape] in the data's units, and the likelihood's parameters [batch, features] */
  decode(z: tf.Tensor): Tensors {
    const parameters = this.decodeParameters(z);
    return { x_mean: this.unscale(this.likelihood.mean(parameters)), ...parameters };
  }

  /**
   * The densities from which every bound follows, [batch] each, in nats:
   * x [batch, ...shape], z, mu, logvar [batch, latent] and the likelihood's parameters
   * -> log_px = ln p(x|z), log_pz = ln p(z), log_qz = ln q(z|x)
   */
  score({ x, z, mu, logvar, ...parameters }: Tensors): Tensors {
    return {
      log_px: this.likelihood.logProb(this.scale(x!), parameters),
      log_pz: this.prior.logProb(z!),
      log_qz: gaussianLogProb(z!, mu!, logvar!),
    };
  }

  /** The weights' values by name. */
  readWeights(): Record<string, Float32Array> {
    this.assertAlive();
    return Object.fromEntries(
      this.parameters.map(({ name, variable }) => [name, (variable.dataSync() as Float32Array).slice()]),
    );
  }

  /** @throws UsageError when a weight is missing or has another size */
  writeWeights(weights: Readonly<Record<string, Float32Array>>): void {
    this.assertAlive();
    for (const { name, variable } of this.parameters) {
      const values = weights[name];
      if (values?.length !== variable.size) {
        throw new UsageError(
          `weights: ${name} needs ${variable.size} values, got ${values?.length ?? "none"}`,
        );
      }
      tf.tidy(() => variable.assign(tf.tensor(values.slice(), variable.shape)));
    }
  }

  /** Free the variables; safe to call twice. */
  dispose(): void {
    if (this.disposed) return;
    this.disposed = true;
    this.encoder.dispose();
    this.decoder.dispose();
  }

  private assertAlive(): void {
    if (this.disposed) throw new DisposedError("this Vae was disposed; build it or load its run again");
  }
}

function checkConfig(config: AnyModelConfig, data: DataSpec): void {
  choose(modelKinds, config.kind, "model").check(config);
  if (`${config.shape}` !== `${data.shape}`) {
    throw new UsageError(
      `the model takes [${config.shape}], but ${data.name} has [${data.shape}]. Use the data's shape.`,
    );
  }
}

/** tfjs makes its variables' names unique per process (`hidden_1/kernel_3`); ours follow the layers. */
function parametersOf(part: string, model: LayersModel): Parameter[] {
  return model.layers.flatMap((layer) =>
    layer.trainableWeights.map((weight: LayerVariable) => ({
      name: `${part}/${layer.name}/${weight.originalName.split("/").at(-1)!.replace(/_\d+$/, "")}`,
      // LayerVariable keeps its tf.Variable in a protected field and offers only reads of its value.
      variable: (weight as unknown as { val: tf.Variable }).val,
    })),
  );
}

/** A model's outputs; in a recording, its operations carry the names of its layers. */
function applyNamed(model: LayersModel, x: tf.Tensor): tf.Tensor | tf.Tensor[] {
  return withLayerScopes([model], () => model.apply(x) as tf.Tensor | tf.Tensor[]);
}
