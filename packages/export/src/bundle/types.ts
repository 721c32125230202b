import type * as tf from "@tensorflow/tfjs-core";
import type { Condition, Conditions, Manifest } from "@vaekit/infer";
import type { ReferenceExamples } from "./codes.js";
import type { BundleWeights } from "./small.js";

type Tensors = Record<string, tf.Tensor>;

/** The part of a VAE that a bundle is made of; `@vaekit/train`'s Vae is one. Shapes as in docs/bundle.md. */
export interface BundleVae {
  readonly data: {
    kind: "image";
    name: string;
    shape: readonly number[];
    dtype: "uint8";
    range: readonly [number, number];
  };
  readonly latent: number;
  readonly likelihood: { readonly name: string };
  readonly prior: {
    readonly name: string;
    /** Uniform numbers that a draw takes beside `latent` normal ones. Default 0. */
    readonly uniforms?: number;
    /** Not null where mu is made of codes, the nearest to what the networks give. */
    readonly quantize?: unknown;
  };
  /** What it is told beside x and z. Default null: nothing. */
  readonly condition?: Condition | null;
  /** x [batch, ...shape] in the data's units, c [batch, conditions] -> mu, logvar [batch, latent] */
  encode(x: tf.Tensor, c?: tf.Tensor): { mu: tf.Tensor; logvar: tf.Tensor };
  /** z [batch, latent], c [batch, conditions] -> x_mean [batch, ...shape] and the likelihood's parameters */
  decode(z: tf.Tensor, c?: tf.Tensor): Tensors;
  /** x, z, mu, logvar and the likelihood's parameters -> log_px, log_pz, log_qz [batch], nats */
  score(inputs: Tensors): Tensors;
  /** eps [samples, latent], uniform [samples, uniforms] -> z [samples, latent]. May be absent for prior "standard-normal". */
  samplePrior?(noise: { eps: tf.Tensor; uniform?: tf.Tensor }): tf.Tensor;
}

export interface BundleOptions {
  /** Replace what is at the place. Default false. */
  force?: boolean;
  /** Examples [rows, ...shape] row-major: verified on beside random ones, and kept as the bundle's reference. */
  samples?: Uint8Array;
  /** What a conditional model is told of the samples: their labels, or rows [rows, conditions] of numbers. */
  conditions?: Conditions;
  /** Examples whose codes the bundle keeps, for maps of the latent space and `nearest`. Default none. */
  reference?: ReferenceExamples;
  /** Of the posterior means over data, for the manifest. */
  statistics?: Manifest["latentStatistics"];
  /** Settings and metrics of the training, for the manifest and the model card. */
  training?: Record<string, unknown>;
  /**
   * How large weights are stored. Default fp32. fp16 and int8 take a half and a quarter of the bytes; what they cost
   * in outputs and, on `samples`, in ELBO is in the manifest.
   */
  weights?: BundleWeights;
  /** Largest relative error of an output. Default 1e-5; fp16 2e-3, int8 5e-2, against the float32 graph. */
  tolerance?: number;
}
