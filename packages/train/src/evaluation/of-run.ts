import { createHash } from "node:crypto";
import { availableParallelism } from "node:os";
import { encodeModel, type InputSpecs, optimize, type TensorFunction, trace } from "@vaekit/export";
import { createInPlaceSession, type RuntimeTensor, sizeOf } from "@vaekit/infer";
import type { Vae } from "../model/vae.js";
import { tf } from "../tfjs.js";
import type { Run } from "../train-run.js";
import { type EvaluatedModel, type ExampleBatch, type ModelPass, trainedSchema } from "./types.js";

type Tensors = Record<string, tf.Tensor>;

export interface EvaluatedOptions {
  /** Threads of the runtime. Default: all. */
  threads?: number;
}

/**
 * A run's model: graphs of fixed sizes, traced when they are asked for, in ONNX Runtime. `dispose` leaves the run's Vae
 * to its owner.
 */
export function evaluatedRun(
  { vae, config, directory }: Pick<Run, "vae" | "config" | "directory">,
  { threads = availableParallelism() }: EvaluatedOptions = {},
): EvaluatedModel {
  const open = async <T>(
    fn: TensorFunction,
    { rows, samples }: { rows: number; samples: number },
    pick: (outputs: Record<string, Float32Array>) => T,
  ): Promise<ModelPass<T>> => {
    const shapes = inputShapes(vae, rows, samples);
    const compiled = await compile(fn, shapes, threads);
    return {
      async run({ x, c }, eps) {
        const all: Record<string, ExampleBatch["x"] | Float32Array> = c ? { x, c, eps } : { x, eps };
        return pick(await compiled.run(all));
      },
      dispose: compiled.dispose,
    };
  };
  return {
    kind: "run",
    path: directory ?? "a run in memory",
    data: vae.data,
    latent: vae.latent,
    condition: vae.condition,
    likelihood: vae.likelihood,
    prior: { name: vae.prior.name, uniforms: vae.prior.uniforms },
    trained: trainedSchema.parse(config),
    digest: digestOf(vae),
    densities: (sizes) =>
      open(drawFunction(vae, sizes), sizes, ({ log_px, log_pz, log_qz }) => ({
        logPx: log_px!,
        logPz: log_pz!,
        logQz: log_qz!,
      })),
    reconstruction: ({ rows }) =>
      open(reconstructFunction(vae), { rows, samples: 1 }, ({ mu, logvar, z, log_pz, x_mean }) => ({
        mu: mu!,
        logvar: logvar!,
        z: z!,
        logPz: log_pz!,
        mean: x_mean!,
      })),
    async samplePrior(eps, uniform) {
      const count = eps.length / vae.latent;
      const { uniforms } = vae.prior;
      const specs: InputSpecs = {
        eps: { shape: [count, vae.latent] },
        ...(uniforms > 0 && { uniform: { shape: [count, uniforms] } }),
      };
      const draw: TensorFunction = (inputs) => ({
        z: vae.samplePrior({ eps: inputs.eps!, uniform: inputs.uniform }),
      });
      const compiled = await compile(draw, specs, threads);
      try {
        return (await compiled.run({ eps, uniform })).z!;
      } finally {
        await compiled.dispose();
      }
    },
    async dispose() {},
  };
}

function inputShapes(vae: Vae, rows: number, samples: number): InputSpecs {
  return {
    x: { shape: [rows, ...vae.data.shape], storage: vae.data.dtype },
    ...(vae.conditions > 0 && { c: { shape: [rows, vae.conditions] } }),
    eps: { shape: [rows * samples, vae.latent] },
  };
}

/** A single example is not repeated: its x, mu and logvar broadcast against all of its draws. */
function drawFunction(vae: Vae, { rows, samples }: { rows: number; samples: number }): TensorFunction {
  return ({ x, c, eps }) => {
    const posterior = vae.encode(x!, c);
    const repeat = (tensor: tf.Tensor) => {
      if (samples === 1) return tensor;
      return tf.tile(tensor, [samples, ...tensor.shape.slice(1).map(() => 1)]);
    };
    const spread = (tensor: tf.Tensor) => (rows === 1 ? tensor : repeat(tensor));
    const mu = spread(posterior.mu);
    const logvar = spread(posterior.logvar);
    const z = drawn(mu, logvar, eps!);
    const { x_mean: _, ...parameters } = vae.decode(z, c && repeat(c));
    return vae.score({ x: spread(x!), z, mu, logvar, ...parameters });
  };
}

function reconstructFunction(vae: Vae): TensorFunction {
  return ({ x, c, eps }) => {
    const { mu, logvar } = vae.encode(x!, c);
    const z = drawn(mu, logvar, eps!);
    return { mu, logvar, z, log_pz: vae.prior.logProb(z), x_mean: vae.decode(z, c).x_mean! } as Tensors;
  };
}

function drawn(mu: tf.Tensor, logvar: tf.Tensor, eps: tf.Tensor): tf.Tensor {
  return tf.add(mu, tf.mul(tf.exp(tf.mul(logvar, 0.5)), eps));
}

async function compile(fn: TensorFunction, specs: InputSpecs, threads: number) {
  const graph = optimize(trace(fn, specs));
  const session = await createInPlaceSession(encodeModel(graph), { threads });
  return {
    async run(values: Record<string, Uint8Array | Float32Array>): Promise<Record<string, Float32Array>> {
      // A session takes the inputs that its graph has and no others: codes of a codebook have no noise.
      const feeds = Object.fromEntries(
        graph.inputs.map(({ name }): [string, RuntimeTensor] => {
          const { shape, storage } = specs[name!]!;
          return [name!, { dtype: storage ?? "float32", shape: shape as number[], data: values[name!]! }];
        }),
      );
      const outputs = Object.fromEntries(
        graph.outputs.map(({ name, value }) => {
          const shape = value.shape as number[];
          return [name, { dtype: "float32" as const, shape, data: new Float32Array(sizeOf(shape)) }];
        }),
      );
      await session.run(feeds, outputs);
      return Object.fromEntries(Object.entries(outputs).map(([name, { data }]) => [name, data]));
    },
    dispose: () => session.dispose(),
  };
}

function digestOf(vae: Vae): string {
  const hash = createHash("sha256");
  for (const [name, values] of Object.entries(vae.readWeights())) {
    hash.update(name).update(new Uint8Array(values.buffer, values.byteOffset, values.byteLength));
  }
  return hash.digest("hex");
}
