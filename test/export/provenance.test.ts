import {
  input,
  type LayersModel,
  layers,
  model,
  type SymbolicTensor,
  sequential,
} from "@tensorflow/tfjs-layers";
import {
  decodeModel,
  encodeModel,
  type Graph,
  optimize,
  type TensorFunction,
  trace,
  UnsupportedKernelError,
} from "@vaekit/export";
import { tf } from "@vaekit/train";
import { describe, expect, it, onTestFinished } from "vitest";
import { onnx } from "../../packages/export/src/proto/generated/onnx.js";

/** Names of a file's nodes. */
function nodeNames(graph: Graph): string[] {
  return onnx.ModelProto.decode(encodeModel(graph)).graph!.node!.map(({ name }) => name!);
}

const scopesOf = (graph: Graph) => [...new Set(graph.nodes.map(({ origin }) => origin.scope))];
const dense = (name: string, options: object = {}) => layers.dense({ units: 4, name, ...options });
/** Without tfjs-core's chained methods the default initializer does not run. */
const recurrent = { units: 4, recurrentInitializer: "glorotUniform" } as const;
const apply = (layer: unknown, x: SymbolicTensor) =>
  (layer as { apply(x: SymbolicTensor): SymbolicTensor }).apply(x);

function disposed<M extends LayersModel>(built: M): M {
  onTestFinished(() => void built.dispose());
  return built;
}

describe("nodes are named after the layers that they come from", () => {
  it("layers of a sequential model, with their activations", () => {
    const built = disposed(
      sequential({
        layers: [
          layers.dense({ units: 4, inputShape: [3], activation: "relu", name: "hidden" }),
          layers.dense({ units: 2, activation: "tanh", name: "out" }),
        ],
      }),
    );
    expect(nodeNames(optimize(trace(built)))).toEqual(["hidden/Gemm", "hidden/Relu", "out/Gemm", "out/Tanh"]);
  });

  it("models inside models", () => {
    const encoder = sequential({
      name: "encoder",
      layers: [dense("dense_1", { inputShape: [3] }), dense("mu")],
    });
    const x = input({ shape: [3], name: "x" });
    const decoder = dense("decoder");
    const built = disposed(model({ inputs: x, outputs: apply(decoder, apply(encoder, x)), name: "vae" }));
    expect(nodeNames(optimize(trace(built)))).toEqual([
      "encoder/dense_1/Gemm",
      "encoder/mu/Gemm",
      "decoder/Gemm",
    ]);
  });

  it("a layer that is applied twice numbers its second use", () => {
    const shared = dense("shared", { activation: "tanh" });
    const x = input({ shape: [4], name: "x" });
    const built = disposed(model({ inputs: x, outputs: apply(shared, apply(shared, x)) }));
    expect(nodeNames(optimize(trace(built)))).toEqual([
      "shared/Gemm",
      "shared/Tanh",
      "shared/Gemm_2",
      "shared/Tanh_2",
    ]);
  });

  it.each<[string, () => unknown, string[]]>([
    [
      "TimeDistributed",
      () => layers.timeDistributed({ layer: dense("each"), name: "steps" }),
      ["steps/each"],
    ],
    ["an LSTM's cell", () => layers.lstm({ ...recurrent, name: "memory" }), ["memory"]],
    ["a GRU's cell", () => layers.gru({ ...recurrent, name: "memory" }), ["memory"]],
    [
      "both sides of Bidirectional",
      () =>
        layers.bidirectional({
          layer: layers.simpleRNN({ ...recurrent, name: "rnn" }),
          name: "both",
        } as never),
      ["both/forward_rnn/rnn", "both/backward_rnn/rnn"],
    ],
    [
      "stacked cells",
      () =>
        layers.rnn({
          cell: layers.stackedRNNCells({
            cells: [1, 2].map((i) => layers.simpleRNNCell({ ...recurrent, name: `cell_${i}` })),
            name: "cells",
          } as never),
          name: "stack",
        }),
      ["stack/cells/cell_1", "stack/cells/cell_2"],
    ],
  ])("%s", (_, make, expected) => {
    const x = input({ shape: [2, 3], name: "x" });
    const built = disposed(model({ inputs: x, outputs: apply(make(), x) }));
    const { nodes } = trace(built);
    const scopes = new Set(nodes.map(({ origin }) => origin.scope));
    expect([...scopes]).toEqual(expect.arrayContaining(expected));
    const nowhere = nodes.filter(({ origin }) => origin.scope === "" && origin.kernel !== "sizes");
    expect(nowhere).toEqual([]);
  });

  it("named scopes of a function, nested", () => {
    const fn: TensorFunction = ({ x }) => ({
      y: tf.tidy("head", () => tf.tanh(tf.tidy("norm", () => tf.sub(x!, tf.mean(x!))))),
      z: tf.exp(x!),
    });
    expect(nodeNames(trace(fn, { x: { shape: [3] } }))).toEqual([
      "head/norm/ReduceMean",
      "head/norm/Sub",
      "head/Tanh",
      "Exp/Exp",
    ]);
  });

  it("and files that are read back keep them", () => {
    const fn: TensorFunction = ({ x }) => ({ y: tf.tidy("head", () => tf.tanh(tf.exp(x!))) });
    const names = nodeNames(trace(fn, { x: { shape: [3] } }));
    const again = decodeModel(encodeModel(trace(fn, { x: { shape: [3] } }))).graph;
    expect(nodeNames(again)).toEqual(names);
  });

  it("leaves the layers as they were", () => {
    const built = disposed(sequential({ layers: [dense("only", { inputShape: [3] })] }));
    const before = tf.memory().numTensors;
    trace(built);
    expect(tf.memory().numTensors).toBe(before);
    expect(Object.hasOwn(built.layers[0]!, "call")).toBe(false);
    expect(Object.hasOwn(tf.engine(), "addTapeNode")).toBe(false);
  });
});

describe("gradients are named after what they are gradients of", () => {
  const weights = tf.tidy(() => tf.keep(tf.ones([3, 4]))) as tf.Tensor2D;
  const network = (x: tf.Tensor) =>
    tf.tidy("encoder", () => tf.tanh(tf.tidy("dense_1", () => tf.matMul(x as tf.Tensor2D, weights))));
  const loss = (x: tf.Tensor) => tf.tidy("loss", () => tf.mean(tf.square(network(x))));

  it("forward and backward", () => {
    const graph = trace(({ x }) => ({ dx: tf.grad(loss)(x!) }), { x: { shape: ["batch", 3] } });
    const names = nodeNames(graph).filter((name) => !name.startsWith("sizes/"));
    for (const name of ["forward/loss/encoder/dense_1/Gemm", "backward/loss/encoder/dense_1/Gemm"]) {
      expect(names).toContain(name);
    }
    expect(names.filter((name) => name.startsWith("backward/loss/encoder/"))).not.toEqual([]);
    expect(names.every((name) => /^(forward|backward)\//.test(name))).toBe(true);
  });

  it("the scopes around a training step stand once", () => {
    const step: TensorFunction = ({ x }) => ({ dx: tf.tidy("step", () => tf.grad(loss)(x!)) });
    const scopes = scopesOf(trace(step, { x: { shape: [2, 3] } }));
    expect(scopes).toContain("step/forward/loss/encoder/dense_1");
    expect(scopes).toContain("step/backward/loss/encoder/dense_1");
    expect(scopes.filter((scope) => scope.split("/").filter((name) => name === "step").length > 1)).toEqual(
      [],
    );
  });

  it("of weights, through a layer", () => {
    const built = disposed(
      sequential({ layers: [dense("hidden", { inputShape: [3], activation: "tanh" })] }),
    );
    const variables = built.trainableWeights.map((weight) => (weight as unknown as { val: tf.Variable }).val);
    const fn: TensorFunction = ({ x }) => {
      const run = () => tf.tidy("decoder", () => tf.mean(built.apply(x!) as tf.Tensor)) as tf.Scalar;
      return tf.variableGrads(run, variables).grads;
    };
    const scopes = scopesOf(trace(fn, { x: { shape: ["batch", 3] } }));
    expect(scopes).toContain("forward/decoder");
    expect(scopes).toContain("backward/decoder");
  });

  it("and are the same numbers", () => {
    const x = tf.tensor2d([[1, -2, 0.5]]);
    const values = tf.tidy(() => tf.grad(loss)(x).dataSync());
    const traced = trace((given) => ({ dx: tf.grad(loss)(given.x!) }), { x: { shape: [1, 3] } });
    expect(traced.outputs).toHaveLength(1);
    expect(tf.tidy(() => tf.grad(loss)(x).dataSync())).toEqual(values);
    x.dispose();
  });
});

describe("errors name the user's layer", () => {
  const custom = (name: string, call: (x: tf.Tensor) => tf.Tensor) => {
    class Custom extends layers.Layer {
      static className = "Custom";
      override call(inputs: tf.Tensor | tf.Tensor[]): tf.Tensor {
        return call(Array.isArray(inputs) ? inputs[0]! : inputs);
      }
      override computeOutputShape(shape: number[]): number[] {
        return shape;
      }
    }
    return new Custom({ name });
  };
  const inside = (layer: unknown) => {
    const x = input({ shape: [3], name: "x" });
    const inner = model({ inputs: x, outputs: apply(layer, x), name: "decoder" });
    const outer = input({ shape: [3], name: "outer" });
    return disposed(model({ inputs: outer, outputs: apply(inner, outer) }));
  };

  it("a kernel without a lowering", () => {
    const built = inside(custom("pick", (x) => tf.unique(tf.reshape(x, [-1])).values));
    expect(() => trace(built)).toThrow(UnsupportedKernelError);
    expect(() => trace(built)).toThrow(/Unique x1 {2}\(decoder\/pick, input float32 \[9\]\)/);
  });

  it.each<[string, (x: tf.Tensor) => tf.Tensor, RegExp]>([
    [
      "a constant that depends on the batch",
      (x) => tf.mul(x, Math.sqrt(x.shape[0]!)),
      /Mul of tfjs Multiply in decoder\/odd: a constant is float32 \[\] \{1\.73.*\} at batch 3/,
    ],
    [
      "another operation at another batch",
      (x) => (x.shape[0]! > 3 ? tf.exp(x) : tf.tanh(x)),
      /operation \d+ \(Tanh of tfjs Tanh in decoder\/odd\) is Exp in another recording/,
    ],
    [
      "other attributes at another batch",
      (x) => tf.add(x, tf.max(tf.mean(tf.expandDims(x, 2), x.shape[0]! > 3 ? 1 : 2, true))),
      /operation \d+ \(ReduceMean of tfjs Mean in decoder\/odd\) has other attributes/,
    ],
    [
      "a read on the host",
      (x) => tf.mul(x, x.dataSync()[0]!),
      /tensor\.dataSync\(\) in decoder\/odd reads a value/,
    ],
    [
      "random numbers",
      (x) => tf.add(x, tf.randomNormal(x.shape)),
      /tf\.randomNormal in decoder\/odd draws random/,
    ],
  ])("%s", (_, call, message) => {
    expect(() => trace(inside(custom("odd", call)))).toThrow(message);
  });
});
