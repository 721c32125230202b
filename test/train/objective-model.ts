import { readFileSync } from "node:fs";
import { encodeModel, type InputSpecs, optimize, trace } from "@vaekit/export";
import { loadRuntime } from "@vaekit/infer";
import { tf } from "@vaekit/train";
import { onTestFinished } from "vitest";
import type { Vae } from "../../packages/train/src/model/vae.ts";
import type { KlControl } from "../../packages/train/src/objective/kl-control.ts";
import { startPass } from "../../packages/train/src/objective/pass.ts";
import type { Objective, Outcome, Tensors } from "../../packages/train/src/objective/types.ts";
import { priors } from "../../packages/train/src/prior/index.ts";
import type { Prior, PriorSizes } from "../../packages/train/src/prior/types.ts";

/** What oracles/objectives.py wrote. */
export const oracle = JSON.parse(readFileSync(new URL("oracles/objectives.json", import.meta.url), "utf8"));

export const [batch, features, latent] = [4, 3, 4];

/** scale * sin(phase + 1.7 i), rounded to float32: the oracle makes the same numbers. */
export function grid(size: number, scale: number, phase: number): Float32Array {
  return Float32Array.from({ length: size }, (_, i) => scale * Math.sin(phase + 1.7 * i));
}

export const standardNormal = () => priors["standard-normal"].create({ kind: "standard-normal" }, sizes);
export const sizes: PriorSizes = {
  latent,
  features,
  seed: 3,
  encode: () => {
    throw new Error("this prior has no use for an encoder");
  },
};

export interface LinearVae {
  vae: Vae;
  variables: Record<"A" | "B" | "C", tf.Variable>;
}

/** mu = x A, logvar = x B, a Bernoulli decoder with logits z C; the oracle's weights. */
export function linearVae(prior: Prior): LinearVae {
  const variable = (shape: [number, number], scale: number, phase: number) => {
    const made = tf.tidy(() => tf.variable(tf.tensor2d(grid(shape[0] * shape[1], scale, phase), shape)));
    onTestFinished(() => made.dispose());
    return made;
  };
  const A = variable([features, latent], 0.9, 0.3);
  const B = variable([features, latent], 0.7, 1.1);
  const C = variable([latent, features], 0.8, 2.0);
  const matMul = (a: tf.Tensor, b: tf.Tensor) => tf.matMul(a as tf.Tensor2D, b as tf.Tensor2D);
  const vae = {
    prior,
    scale: (x: tf.Tensor) => x,
    scaleCondition: (c: tf.Tensor) => c,
    encodeScaled: (x: tf.Tensor) => ({ mu: matMul(x, A), logvar: matMul(x, B) }),
    decodeParameters: (z: tf.Tensor) => ({ logits: matMul(z, C) }),
    likelihood: {
      logProb: (x: tf.Tensor, { logits }: Tensors) =>
        tf.sum(tf.sub(tf.mul(x, logits!), tf.softplus(logits!)), 1),
    },
  };
  return { vae: vae as unknown as Vae, variables: { A, B, C } };
}

/** The oracle's examples, and noise for a number of draws. */
export function inputsFor(draws: number): Record<string, { shape: number[]; data: Float32Array }> {
  return {
    x: {
      shape: [batch, features],
      data: grid(batch * features, 1, 0.5).map((value) => (value > 0 ? 1 : 0)),
    },
    eps: { shape: [draws * batch, latent], data: grid(draws * batch * latent, 1.3, 0.9) },
    beta: { shape: [], data: Float32Array.of(1) },
  };
}

type Values = Record<string, Float32Array>;

/** loss, kl, logPx, the terms, next buffers and grad/A, grad/B, grad/C of a step, as a pure function of its inputs. */
export function gradientsOf({ vae, variables }: LinearVae, objective: Objective) {
  const control: KlControl = { capacity: false, freeBits: null };
  return (inputs: Tensors): Tensors => {
    const kept: Tensors = {};
    const { value, grads } = tf.variableGrads(() => {
      const pass = startPass(vae, inputs, { samples: objective.samples, training: true, control });
      const outcome: Outcome = objective.loss(pass);
      const { loss, terms, buffers, ...rest } = outcome;
      for (const [name, tensor] of Object.entries({ ...rest, ...terms, ...buffers }))
        kept[name] = tf.keep(tf.clone(tensor));
      return loss as tf.Scalar;
    }, Object.values(variables));
    const outputs: Tensors = { loss: value };
    for (const [name, tensor] of Object.entries(kept)) outputs[name] = tf.clone(tensor);
    tf.dispose(kept);
    for (const [name, variable] of Object.entries(variables))
      outputs[`grad/${name}`] = grads[variable.name] ?? tf.zeros(variable.shape);
    return outputs;
  };
}

type Inputs = ReturnType<typeof inputsFor>;

/** Run on tfjs's cpu backend; nothing but the numbers is left. */
export function runEager(fn: (inputs: Tensors) => Tensors, inputs: Inputs): Values {
  return tf.tidy(() => {
    const outputs = fn(
      Object.fromEntries(
        Object.entries(inputs).map(([name, { shape, data }]) => [name, tf.tensor(data, shape)]),
      ),
    );
    return Object.fromEntries(
      Object.entries(outputs).map(([name, tensor]) => [name, tensor.dataSync() as Float32Array]),
    ) as never;
  });
}

/** Trace, and run in ONNX Runtime; the variables' values are constants of the graph. */
export async function runTraced(fn: (inputs: Tensors) => Tensors, inputs: Inputs): Promise<Values> {
  const specs: InputSpecs = Object.fromEntries(
    Object.entries(inputs).map(([name, { shape }]) => [name, { shape }]),
  );
  const graph = optimize(trace(fn, specs));
  const session = await (await loadRuntime()).createSession(encodeModel(graph));
  try {
    const feeds = graph.inputs.map(({ name }) => [name!, { dtype: "float32", ...inputs[name!]! }] as const);
    const outputs = await session.run(Object.fromEntries(feeds));
    return Object.fromEntries(
      Object.entries(outputs).map(([name, { data }]) => [name, data as Float32Array]),
    );
  } finally {
    await session.dispose();
  }
}
