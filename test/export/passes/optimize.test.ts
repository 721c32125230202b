import {
  checkGraph,
  graphText,
  optimize,
  optimizeWithReport,
  type Pass,
  passes,
  trace,
} from "@vaekit/export";
import { tf } from "@vaekit/train";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { normal, uniform } from "../lower/values.ts";
import { expectSameOutputs, type NamedFunction, runOnnx, runTfjs, specsOf } from "../support.ts";

/** A constant of the graph, other than w, which is an input. */
const weights = tf.tensor2d(normal([4, 4], 8).data as Float32Array, [4, 4]);

/** Each step takes earlier tensors, all [3, 4], and makes another: what the passes look for, in any order. */
const steps: Record<string, (a: tf.Tensor, b: tf.Tensor, w: tf.Tensor) => tf.Tensor> = {
  add: (a, b) => tf.add(a, b),
  mul: (a, b) => tf.mul(a, b),
  plusZero: (a) => tf.add(a, 0),
  timesOne: (a) => tf.mul(1, a),
  fromOne: (a) => tf.sub(1, a),
  addN: (a, b) => tf.addN([a, b]),
  ones: (a) => tf.mul(tf.tanh(a), tf.ones([3, 4])),
  spreadRow: (a, b) => tf.add(a, tf.tile(tf.mean(b, 0, true), [3, 1])),
  spreadMean: (a, b) => tf.add(a, tf.mul(tf.ones([3, 4]), tf.mean(b))),
  columns: (a) => tf.add(tf.exp(tf.fill([3, 1], -0.5)), tf.mul(a, tf.fill([1, 4], 2))),
  relu: (a) => tf.relu(a),
  masked: (a, b) => tf.mul(b, tf.step(a)),
  reshaped: (a) => tf.reshape(tf.reshape(a, [12]), [3, 4]),
  turned: (a) => tf.transpose(tf.transpose(a)),
  product: (a, _b, w) => tf.matMul(tf.tanh(a), w),
  dense: (a, b, w) => tf.add(tf.matMul(tf.tanh(a), w), tf.mean(b, 0)),
  gradient: (a) => tf.grad((v) => tf.mean(tf.square(tf.relu(v))))(a),
  clone: (a) => tf.clone(a),
  affine: (a) => tf.div(tf.sub(tf.mul(a, [1, 2, 3, 0.5]), 1), 3),
  scaledProduct: (a, _b, w) => tf.mul(tf.matMul(tf.tanh(a), w), [[0.5, 1, -1, 2]]),
  constantProduct: (a) => tf.sub(tf.matMul(tf.mul(tf.tanh(a), 0.5), weights), [1, 2, 3, 4]),
  gelu: (a) => tf.mul(a, tf.mul(0.5, tf.add(1, tf.erf(tf.div(a, Math.SQRT2))))),
  relu6: (a) => tf.relu6(a),
  cast: (a) => tf.cast(tf.cast(a, "float32"), "float32"),
};

const program = fc.array(
  fc.record({ step: fc.constantFrom(...Object.keys(steps)), a: fc.nat(20), b: fc.nat(20) }),
  { minLength: 1, maxLength: 12 },
);

describe("optimize", () => {
  it("keeps what any program computes, and every pass keeps the graph valid", async () => {
    const feeds = { x: normal([3, 4]), w: uniform([4, 4], -0.5, 0.5) };
    const property = fc.asyncProperty(program, async (lines) => {
      const fn: NamedFunction = ({ x, w }) => {
        const made = [x!];
        for (const { step, a, b } of lines) {
          made.push(steps[step]!(made[a % made.length]!, made[b % made.length]!, w!));
        }
        return { last: made.at(-1)!, sum: tf.addN(made) };
      };
      const traced = trace(fn, specsOf(feeds));
      let graph = traced;
      for (const pass of Object.values(passes) as Pass[]) {
        graph = pass(graph).graph;
        checkGraph(graph);
      }
      const { graph: once, report } = optimizeWithReport(traced, { check: true });
      expect(report.settled).toBe(true);
      expect(graphText(optimize(once))).toBe(graphText(once));
      const expected = runTfjs(fn, feeds);
      expectSameOutputs(await runOnnx(traced, feeds), expected, 1e-5);
      expectSameOutputs(await runOnnx(graph, feeds), expected, 1e-5);
      expectSameOutputs(await runOnnx(once, feeds), expected, 1e-5);
    });
    await fc.assert(property, { numRuns: 60, seed: 3 });
  });

  it("leaves nothing to do, and the graph that came in as it was", () => {
    const fn: NamedFunction = ({ x, w }) => ({ y: tf.grad((v) => tf.mean(tf.relu(tf.matMul(v, w!))))(x!) });
    const traced = trace(fn, { x: { shape: ["batch", 4] }, w: { shape: [4, 4] } });
    const before = graphText(traced);
    const once = optimize(traced);
    expect(graphText(traced)).toBe(before);
    for (const pass of Object.values(passes) as Pass[]) expect(pass(once).modified).toBe(false);
  });

  it("a dense layer's training graph comes down to products, bias inside", () => {
    const fn: NamedFunction = ({ x, w, b }) => {
      const loss = (...[k, c]: tf.Tensor[]) => tf.mean(tf.square(tf.relu(tf.add(tf.matMul(x!, k!), c!))));
      const [dw, db] = tf.grads(loss)([w!, b!]);
      return { dw: dw!, db: db! };
    };
    const graph = optimize(trace(fn, { x: { shape: [5, 4] }, w: { shape: [4, 3] }, b: { shape: [3] } }));
    expect(graphText(graph)).toBe(
      "Gemm:5x3 -> Relu:5x3 -> Mul:5x3 -> Ceil:5x3 -> Clip:5x3 -> Mul:5x3 -> ReduceSum:3 -> Gemm:4x3",
    );
  });
});
