import { encodeModel, type InputSpecs, optimize, trace } from "@vaekit/export";
import { loadRuntime, RandomStream, sizeOf } from "@vaekit/infer";
import { type DataSpec, tf, Vae } from "@vaekit/train";
import { onTestFinished } from "vitest";

type Tensors = Record<string, tf.Tensor>;
type Config = ConstructorParameters<typeof Vae>[0];

/** A model of a configuration, for data that fit it. It goes when the test does. */
export function build(config: Config, seed = 3): Vae {
  tf.setBackend("cpu");
  const data = { kind: "image", name: "any", shape: config.shape, dtype: "uint8", range: [0, 255] } as const;
  const vae = new Vae(config, data as unknown as DataSpec, seed);
  onTestFinished(() => vae.dispose());
  return vae;
}

export const parameterCount = (parameters: Vae["parameters"], part: string) =>
  parameters
    .filter(({ name }) => name.startsWith(`${part}/`))
    .reduce((sum, { variable }) => sum + variable.size, 0);

/** Zeros for biases and ones for scales hide mistakes: give every weight a value of its own. */
export function scatter(vae: Vae, deviation = 0.1, seed = 9): void {
  vae.parameters.forEach(({ variable }, i) => {
    const noise = new RandomStream(seed, "init").fork(i).normal(new Float32Array(variable.size));
    tf.tidy(() => variable.assign(tf.add(variable, tf.mul(tf.tensor(noise, variable.shape), deviation))));
  });
}

/** Inputs of a step, by name, and what they are: normal numbers, or uniform ones for dropout. */
function inputsOf(vae: Vae, rows: number): InputSpecs {
  const noise = { ...vae.encoder.noise, ...vae.decoder.noise };
  return {
    x: { shape: [rows, vae.features] },
    z: { shape: [rows, vae.latent] },
    ...(vae.conditions > 0 && { c: { shape: [rows, vae.conditions] } }),
    ...Object.fromEntries(Object.entries(noise).map(([name, shape]) => [name, { shape: [rows, ...shape] }])),
  };
}

/** Both networks' outputs, the gradients of a sum that weighs each output differently, and the next buffers. */
function step(vae: Vae, inputs: Tensors): Tensors {
  const kept: Tensors = {};
  const keep = (name: string, tensor: tf.Tensor) => {
    kept[name] = tf.keep(tf.clone(tensor));
    const wave = Float32Array.from({ length: tensor.size }, (_, i) => Math.sin(1 + i));
    return tf.sum(tf.mul(tensor, tf.tensor(wave, tensor.shape)));
  };
  const mode = { training: true, noise: inputs };
  const c = inputs.c ? [inputs.c] : [];
  const variables = vae.parameters.map(({ variable }) => variable);
  const { grads, value } = tf.variableGrads(() => {
    const [mu, logvar] = vae.encoder.apply([inputs.x!, ...c], mode);
    const [raw] = vae.decoder.apply([inputs.z!, ...c], mode);
    return tf.addN([keep("mu", mu!), keep("logvar", logvar!), keep("raw", raw!)]) as tf.Scalar;
  }, variables);
  value.dispose();
  const outputs: Tensors = {};
  for (const [name, tensor] of Object.entries(kept)) outputs[name] = tf.clone(tensor);
  tf.dispose(kept);
  for (const { name, variable } of vae.parameters) outputs[`gradient/${name}`] = grads[variable.name]!;
  for (const { name, variable } of vae.buffers) outputs[`next/${name}`] = tf.clone(variable);
  return outputs;
}

export type Values = Record<string, Float32Array>;

/** The step in tfjs's cpu backend and as a traced graph in ONNX Runtime. */
export async function bothWays(vae: Vae, rows = 3): Promise<{ traced: Values; expected: Values }> {
  const specs = inputsOf(vae, rows);
  const feeds = Object.fromEntries(
    Object.entries(specs).map(([name, { shape }], i) => {
      const stream = new RandomStream(11, "noise").fork(i);
      const values = new Float32Array(sizeOf(shape as number[]));
      return [name, name.startsWith("dropout/") ? stream.uniform(values) : stream.normal(values)];
    }),
  );
  const graph = optimize(trace((inputs) => step(vae, inputs), specs));
  const session = await (await loadRuntime()).createSession(encodeModel(graph));
  const run = await session.run(
    Object.fromEntries(
      graph.inputs.map(({ name }) => {
        const shape = specs[name!]!.shape as number[];
        return [name!, { dtype: "float32" as const, shape, data: feeds[name!]! }];
      }),
    ),
  );
  await session.dispose();
  const traced = Object.fromEntries(
    Object.entries(run).map(([name, { data }]) => [name, data as Float32Array]),
  );
  const expected = tf.tidy(() => {
    const inputs = Object.fromEntries(
      Object.entries(specs).map(([name, { shape }]) => [name, tf.tensor(feeds[name]!, shape as number[])]),
    );
    const outputs = Object.entries(step(vae, inputs));
    return Object.fromEntries(outputs.map(([name, tensor]) => [name, tensor.dataSync() as Float32Array]));
  });
  return { traced, expected };
}
