import "@tensorflow/tfjs-backend-cpu";
import * as tf from "@tensorflow/tfjs-core";
import { encodeModel, opCounts, optimize, type TensorFunction, trace } from "@vaekit/export";
import { loadRuntime } from "@vaekit/infer";
import { describe, expect, it } from "vitest";
import { foldComputed } from "../../packages/export/src/bundle/fold-computed.ts";

const normal = (...shape: number[]) => tf.randomNormal(shape, 0, 1, "float32", shape.length + shape[0]!);
const inputs = { x: { shape: ["batch", 4] } };

async function fold(fn: TensorFunction) {
  const graph = optimize(trace(fn, inputs));
  const folded = await foldComputed(graph, await loadRuntime());
  const bytes = (of: typeof graph) => encodeModel(of, { name: "graph" }).length;
  return { folded, graph, shrunk: bytes(folded) / bytes(graph) };
}

describe("foldComputed", () => {
  it("stores what layers make of constants in place of the layers, and computes the same", async () => {
    const [points, first, second] = [normal(5, 30), normal(30, 100), normal(100, 4)];
    const fn: TensorFunction = ({ x }) => {
      const made = tf.matMul(tf.tanh(tf.matMul(points, first)), second);
      return { y: tf.matMul(x!, made, false, true) };
    };
    const { folded, shrunk } = await fold(fn);
    expect(opCounts(folded)).toEqual({ Gemm: 1 });
    expect(shrunk).toBeLessThan(0.2);
    const session = await (await loadRuntime()).createSession(encodeModel(folded, { name: "graph" }));
    const x = Float32Array.of(1, -2, 0.5, 3);
    const { y } = await session.run({ x: { dtype: "float32", shape: [1, 4], data: x } });
    await session.dispose();
    const expected = tf.tidy(() => fn({ x: tf.tensor(x, [1, 4]) }).y!.dataSync());
    expect(y!.data as Float32Array).toBeAllClose(expected as Float32Array, { scaleTol: 1e-6 });
  });

  it("leaves what would take more room as a result than as weights", async () => {
    const [column, row] = [normal(60, 1), normal(1, 60)];
    const { folded, graph } = await fold(({ x }) => ({
      y: tf.mul(
        tf.sum(tf.matMul(x!, tf.ones([4, 60])), 1, true),
        tf.reshape(tf.tanh(tf.matMul(column, row)), [1, -1]),
      ),
    }));
    expect(folded).toBe(graph);
  });

  it("leaves weights that something else needs as they are", async () => {
    const [weights, other] = [normal(4, 50), normal(50, 4)];
    const { folded, graph } = await fold(({ x }) => ({
      y: tf.matMul(tf.matMul(x!, weights), other),
      z: tf.matMul(x!, tf.matMul(tf.matMul(weights, other), tf.matMul(weights, other))),
    }));
    expect(folded).toBe(graph);
  });
});
