import { checkGraph, optimize, trace } from "@vaekit/export";
import { tf } from "@vaekit/train";
import { beforeAll, describe, expect, it } from "vitest";
import {
  expectSameAsTfjs,
  expectSameOutputs,
  type NamedFunction,
  runOnnx,
  runTfjs,
} from "../export/support.ts";
import { densities, masses } from "./likelihood-cases.ts";

beforeAll(() => void tf.setBackend("cpu"));

const features = 5;
const makes = {
  ...densities,
  ...Object.fromEntries(Object.entries(masses).map(([name, { make }]) => [name, make])),
};

/** Pixels that are of 2, 3 and 256 levels where it needs them, both ends among them. */
const pixels = (batch: number, levels: number) => ({
  dtype: "float32" as const,
  shape: [batch, features],
  data: Float32Array.from(
    { length: batch * features },
    (_, i) => Math.round((((i * 5) % 11) / 10) * (levels - 1)) / (levels - 1),
  ),
});

/** Decoder outputs, with some far out. */
const raws = (batch: number, blocks: number) => ({
  dtype: "float32" as const,
  shape: [batch, blocks * features],
  data: Float32Array.from(
    { length: batch * blocks * features },
    (_, i) => (i % 7 === 3 ? 12 : 2) * Math.sin(1.1 * i),
  ),
});

describe.each(Object.entries(makes))("%s in ONNX", (name, make) => {
  const likelihood = make(features);
  const blocks = likelihood.parametersPerFeature;
  const levels = masses[name]?.levels ?? 256;
  const forward: NamedFunction = ({ x, raw }) => {
    const parameters = likelihood.parameters(raw!);
    return { log_px: likelihood.logProb(x!, parameters), x_mean: likelihood.mean(parameters), ...parameters };
  };

  it("has tfjs's values and gradients, those of its own variables too", async () => {
    const variables = likelihood.variables.map(({ variable }) => variable);
    const step: NamedFunction = ({ x, raw }) => {
      const loss = (given: tf.Tensor) => tf.mean(likelihood.logProb(x!, likelihood.parameters(given)));
      const own = variables.length ? tf.variableGrads(() => loss(raw!) as tf.Scalar, variables).grads : {};
      const named = variables.map(({ name }, i) => [`variable_${i}`, own[name]!] as const);
      return {
        ...forward({ x: x!, raw: raw! }),
        gradient: tf.grad(loss)(raw!),
        ...Object.fromEntries(named),
      };
    };
    const feeds = { x: pixels(6, levels), raw: raws(6, blocks) };
    const expected = runTfjs(step, feeds);
    for (const { data } of Object.values(expected))
      expect((data as Float32Array).every(Number.isFinite)).toBe(true);
    await expectSameAsTfjs(step, feeds);
  });

  it("takes any batch", async () => {
    const graph = optimize(
      trace(forward, {
        x: { shape: ["batch", features] },
        raw: { shape: ["batch", blocks * features] },
      }),
    );
    checkGraph(graph);
    for (const batch of [1, 4]) {
      const feeds = { x: pixels(batch, levels), raw: raws(batch, blocks) };
      expectSameOutputs(await runOnnx(graph, feeds), runTfjs(forward, feeds));
    }
  });
});
