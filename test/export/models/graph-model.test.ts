import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { loadGraphModel } from "@tensorflow/tfjs-converter";
import type { io } from "@tensorflow/tfjs-core";
import { exportOnnx, type LoadModelOptions, loadModel, trace } from "@vaekit/export";
import type { Feeds } from "@vaekit/infer";
import { tf } from "@vaekit/train";
import { afterAll, describe, expect, it } from "vitest";
import { readSaved } from "../../support/read-saved.ts";
import {
  float,
  int,
  ints,
  type NodeDef,
  op,
  placeholder,
  port,
  type SaveOptions,
  text,
  type,
  type Weight,
  writeGraphModel,
} from "../../support/saved-models.ts";
import { normal, uniform } from "../lower/values.ts";
import { expectSameOutputs, runOnnx, runTfjs } from "../support.ts";

const folder = mkdtempSync(join(tmpdir(), "vaekit-graph-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));
let count = 0;

function save(
  nodes: NodeDef[],
  weights: Weight[] = [],
  options: SaveOptions & { signature?: object } = {},
): string {
  const directory = join(folder, `g${count++}`);
  writeGraphModel(directory, nodes, weights, options);
  return directory;
}

/** Export and run in ONNX Runtime; expected is tfjs-converter's own predict on a model that it loaded itself. */
async function expectSame(directory: string, feeds: Feeds, load: LoadModelOptions = {}): Promise<string[]> {
  const before = tf.memory().numTensors;
  const source = await loadModel(directory, load);
  const { graph } = await exportOnnx(source, { verify: false });
  source.dispose();
  expect(tf.memory().numTensors).toBe(before);
  const own = await loadGraphModel(readSaved(directory) as io.IOHandler);
  const names = graph.outputs.map(({ name }) => name);
  const expected = runTfjs((tensors) => {
    const outputs = own.predict(Object.values(tensors)) as
      | tf.Tensor
      | tf.Tensor[]
      | Record<string, tf.Tensor>;
    const list = outputs instanceof tf.Tensor ? [outputs] : Object.values(outputs);
    return Object.fromEntries(list.map((output, i) => [names[i]!, output as tf.Tensor]));
  }, feeds);
  own.dispose();
  expectSameOutputs(await runOnnx(graph, feeds), expected);
  return names;
}

const kernel = (name: string, rows: number, columns: number, seed = 1) =>
  float(name, [rows, columns], uniform([rows, columns], -1, 1, seed).data as Float32Array);

const dense = [
  placeholder("x", [-1, 4]),
  op("y/MatMul", "MatMul", ["x", "w"]),
  op("y", "BiasAdd", ["y/MatMul", "b"]),
];
const denseWeights = [kernel("w", 4, 3), float("b", [3], [0.5, -1, 2])];

/** What TensorFlow makes of Flatten and Reshape with an open batch: the shape is computed in the graph. */
const flatten = (from: string, size: number): [NodeDef[], Weight[]] => [
  [
    op("f/Shape", "Shape", [from]),
    op("f/slice", "StridedSlice", ["f/Shape", "f/zero", "f/one", "f/one"], { shrink_axis_mask: { i: "1" } }),
    op("f/pack", "Pack", ["f/slice", "f/size"], { N: { i: "2" }, axis: { i: "0" } }),
    op("f/out", "Reshape", [from, "f/pack"]),
  ],
  [int("f/zero", [0]), int("f/one", [1]), int("f/size", [size], [])],
];

describe("graph-models give what tfjs-converter gives", () => {
  it("without a signature: names are those of the nodes", async () => {
    const directory = save(dense, denseWeights);
    expect(await expectSame(directory, { x: normal([5, 4]) })).toEqual(["y"]);
  });

  it("with a signature: names and order are its own, :0 is left out", async () => {
    const nodes = [
      placeholder("in_a", [-1, 4]),
      placeholder("in_b", [-1, 4]),
      op("s", "AddV2", ["in_a", "in_b"]),
      op("d", "Sub", ["in_a", "in_b"]),
    ];
    const signature = {
      inputs: { "second:0": port("in_b:0", [-1, 4]), first: port("in_a:0", [-1, 4]) },
      outputs: { "difference:0": port("d:0", [-1, 4]), sum: port("s:0", [-1, 4]) },
    };
    const directory = save(nodes, [], { signature });
    const source = await loadModel(directory);
    expect(Object.keys(source.inputs)).toEqual(["second", "first"]);
    source.dispose();
    const names = await expectSame(directory, { second: normal([5, 4]), first: normal([5, 4], 2) });
    expect(names).toEqual(["difference", "sum"]);
  });

  it("several outputs of one node, which tfjs-converter gives one key", async () => {
    const nodes = [placeholder("x", [-1, 4]), op("parts", "Split", ["axis", "x"], { num_split: { i: "2" } })];
    const signature = {
      inputs: { x: port("x:0", [-1, 4]) },
      outputs: { left: port("parts:0", [-1, 2]), right: port("parts:1", [-1, 2]) },
    };
    const source = await loadModel(save(nodes, [int("axis", [1], [])], { signature }));
    const { graph } = await exportOnnx(source, { verify: false });
    source.dispose();
    const x = normal([3, 4]);
    const { left, right } = await runOnnx(graph, { x });
    const row = (data: ArrayLike<number>, i: number) => [...Array.from(data).slice(2 * i, 2 * i + 2)];
    for (const i of [0, 1, 2]) {
      const all = Array.from(x.data as Float32Array).slice(4 * i, 4 * i + 4);
      expect([...row(left!.data as Float32Array, i), ...row(right!.data as Float32Array, i)]).toEqual(all);
    }
  });

  it("names that a model gives its structured outputs", async () => {
    const nodes = [placeholder("x", [-1, 4]), op("Identity", "Relu", ["x"]), op("Identity_1", "Tanh", ["x"])];
    const signature = {
      inputs: { x: port("x:0", [-1, 4]) },
      outputs: { "Identity:0": port("Identity:0", [-1, 4]), "Identity_1:0": port("Identity_1:0", [-1, 4]) },
    };
    const extra = { userDefinedMetadata: { signature, structuredOutputKeys: ["mask", "score"] } };
    expect(await expectSame(save(nodes, [], { signature, extra }), { x: normal([5, 4]) })).toEqual([
      "mask",
      "score",
    ]);
  });

  it("a shape that the graph computes from the batch", async () => {
    const [nodes, weights] = flatten("x", 6);
    const all = [placeholder("x", [-1, 2, 3]), ...nodes, op("y", "MatMul", ["f/out", "w"])];
    await expectSame(save(all, [...weights, kernel("w", 6, 2)]), { x: normal([5, 2, 3]) });
  });

  it("convolution, pooling and a flattened end", async () => {
    const conv = {
      strides: ints([1, 2, 2, 1]),
      dilations: ints([1, 1, 1, 1]),
      padding: text("SAME"),
      data_format: text("NHWC"),
    };
    const pool = { ksize: ints([1, 2, 2, 1]), strides: ints([1, 2, 2, 1]), padding: text("VALID") };
    const [nodes, weights] = flatten("p", 4 * 5);
    const all = [
      placeholder("x", [-1, 8, 8, 3]),
      op("c", "_FusedConv2D", ["x", "k", "b"], {
        ...conv,
        fused_ops: { list: { s: ["BiasAdd", "Relu"].map((name) => Buffer.from(name).toString("base64")) } },
        num_args: { i: "1" },
      }),
      op("p", "MaxPool", ["c"], pool),
      ...nodes,
      op("y", "MatMul", ["f/out", "w"]),
    ];
    const k = float("k", [3, 3, 3, 5], uniform([3, 3, 3, 5], -1, 1).data as Float32Array);
    const b = float("b", [5], uniform([5], -1, 1).data as Float32Array);
    await expectSame(save(all, [...weights, k, b, kernel("w", 20, 2)]), { x: normal([5, 8, 8, 3]) });
  });

  it.each(["uint8", "uint16", "float16"] as const)(
    "weights quantised to %s in several files",
    async (quantize) => {
      await expectSame(save(dense, denseWeights, { quantize, shard: 7 }), { x: normal([5, 4]) });
    },
  );

  it("what is traced carries the nodes' names", async () => {
    const source = await loadModel(save(dense, denseWeights));
    const graph = trace(source.fn, source.inputs);
    expect(graph.nodes.map(({ op, origin }) => `${origin.scope} ${op}`)).toEqual(["y/MatMul Gemm", "y Add"]);
    source.dispose();
  });

  it("int32 and bool inputs", async () => {
    const nodes = [
      placeholder("which", [-1, 3], "BOOL"),
      placeholder("count", [-1, 3], "INT32"),
      op("c", "Cast", ["count"], { SrcT: type("INT32"), DstT: type("FLOAT") }),
      op("y", "SelectV2", ["which", "c", "other"]),
    ];
    const directory = save(nodes, [float("other", [3], [-1, -2, -3])]);
    await expectSame(directory, {
      which: { dtype: "bool", shape: [2, 3], data: Uint8Array.of(1, 0, 1, 0, 0, 1) },
      count: { dtype: "int32", shape: [2, 3], data: Int32Array.of(1, 2, 3, 4, 5, 6) },
    });
  });

  it("an input whose shape is not said needs it", async () => {
    const nodes = [
      {
        name: "x",
        op: "Placeholder",
        attr: { dtype: type("FLOAT"), shape: { shape: { unknownRank: true } } },
      },
      op("y", "Relu", ["x"]),
    ];
    const directory = save(nodes);
    await expect(loadModel(directory)).rejects.toThrow(
      /input x does not say how many axes it has\. .*--shape x=/,
    );
    await expectSame(directory, { x: normal([2, 3]) }, { shapes: { x: ["batch", 3] } });
  });
});

describe("what a graph cannot hold", () => {
  it("control flow, value-sized outputs, strings and unknown ops: all are listed, with their names", async () => {
    const nodes = [
      placeholder("x", [-1, 4]),
      op("loop", "While", ["x"]),
      op("found", "Where", ["loop"]),
      op("odd", "MyOwnOp", ["found"]),
      op("unused", "StatelessIf", ["x"]),
    ];
    const directory = save(nodes, [], {
      signature: { inputs: { x: port("x:0", [-1, 4]) }, outputs: { y: port("odd:0", [-1]) } },
    });
    const error = await loadModel(directory).catch((caught: Error) => caught);
    expect(error).toMatchObject({ code: "UNSUPPORTED_KERNEL", exitCode: 3 });
    const { message } = error as Error;
    expect(message).toContain("3 nodes of this graph-model");
    expect(message).toMatch(/While {2}\(loop\): control flow/);
    expect(message).toMatch(/Where {2}\(found\): its output's size/);
    expect(message).toMatch(/MyOwnOp {2}\(odd\): an op that tfjs-converter does not know/);
    expect(message).not.toContain("unused");
  });

  it("an input of strings", async () => {
    await expect(
      loadModel(save([placeholder("x", [-1], "STRING"), op("y", "Identity", ["x"])])),
    ).rejects.toThrow(/input x is string/);
  });

  it("a loader that fails leaves no tensors behind", async () => {
    const directory = save([placeholder("x", [-1, 4]), op("y", "Where", ["w"])], [kernel("w", 2, 2)]);
    const before = tf.memory().numTensors;
    await expect(loadModel(directory)).rejects.toThrow(/Where/);
    expect(tf.memory().numTensors).toBe(before);
  });
});
