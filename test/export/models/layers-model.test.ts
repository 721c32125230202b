import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import * as kit from "@tensorflow/tfjs-layers";
import { exportOnnx, type LoadModelOptions, loadModel } from "@vaekit/export";
import type { Feeds } from "@vaekit/infer";
import { tf } from "@vaekit/train";
import { afterAll, describe, expect, it, onTestFinished } from "vitest";
import { type Quantization, type SaveOptions, saveLayersModel } from "../../support/saved-models.ts";
import { int, normal, uniform } from "../lower/values.ts";
import { expectSameOutputs, runOnnx, runTfjs } from "../support.ts";

const { layers: kinds, input, model } = kit;
type Symbol = kit.SymbolicTensor;

const folder = mkdtempSync(join(tmpdir(), "vaekit-layers-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));
let count = 0;
const place = () => join(folder, `m${count++}`);

/** Weights of both signs everywhere, biases too; variances positive. */
function fill(built: kit.LayersModel): kit.LayersModel {
  onTestFinished(() => void built.dispose());
  tf.tidy(() =>
    built.setWeights(
      built.weights.map(({ name, shape }, i) => {
        const { data } = uniform(shape as number[], name.includes("variance") ? 0.1 : -1, 1, i + 3);
        return tf.tensor(data as Float32Array, shape as number[]);
      }),
    ),
  );
  return built;
}

/** Save with tfjs, load, export, run in ONNX Runtime: the outputs are the saved model's own. */
async function expectSame(
  built: kit.LayersModel,
  feeds: Feeds,
  { save, load }: { save?: SaveOptions; load?: LoadModelOptions } = {},
): Promise<string[]> {
  const directory = place();
  await saveLayersModel(fill(built), directory, save);
  const before = tf.memory().numTensors;
  const source = await loadModel(directory, load);
  const { graph } = await exportOnnx(source, { verify: false });
  const expected = runTfjs((tensors) => {
    const given = built.inputNames.map((name) => tensors[name]!);
    const outputs = built.apply(given, { training: false }) as tf.Tensor | tf.Tensor[];
    return Object.fromEntries(
      [outputs].flat().map((output, i) => [graph.outputs[i]!.name, output as tf.Tensor]),
    );
  }, feeds);
  expectSameOutputs(await runOnnx(graph, feeds), expected);
  source.dispose();
  expect(tf.memory().numTensors).toBe(before);
  return graph.outputs.map(({ name }) => name);
}

const x = (...shape: (number | null)[]) => input({ shape, name: "x" });
const one = (inputs: Symbol, outputs: unknown) => model({ inputs, outputs: outputs as Symbol });

class Scale extends kinds.Layer {
  static className = "TestScale";
  readonly factor: number;
  constructor(config: { factor: number; name?: string }) {
    super(config as object);
    this.factor = config.factor;
  }
  override call(inputs: tf.Tensor | tf.Tensor[]): tf.Tensor {
    return tf.mul([inputs].flat()[0] as tf.Tensor, this.factor);
  }
  override getConfig() {
    return { ...super.getConfig(), factor: this.factor };
  }
}

describe("saved layers-models give what the model gave before it was saved", () => {
  it("dense layers, in several files and groups", async () => {
    const a = x(6);
    const net = one(
      a,
      kinds.dense({ units: 3 }).apply(kinds.dense({ units: 9, activation: "tanh" }).apply(a)),
    );
    await expectSame(net, { x: normal([4, 6]) }, { save: { shard: 40, group: 1 } });
  });

  it("a first file that is shorter than the last, which tfjs's own reader takes for zeros", async () => {
    const a = x(2);
    const net = one(a, kinds.dense({ units: 50 }).apply(kinds.dense({ units: 1, useBias: false }).apply(a)));
    await expectSame(net, { x: normal([4, 2]) }, { save: { group: 1 } });
  });

  it("a Sequential", async () => {
    const net = kit.sequential({
      layers: [kinds.dense({ units: 5, inputShape: [4], activation: "relu" }), kinds.dense({ units: 2 })],
    });
    net.build();
    const names = await expectSame(net, { [net.inputNames[0]!]: normal([4, 4]) });
    expect(names).toEqual(net.outputNames);
  });

  it("batch normalisation with the averages that were saved", async () => {
    const a = x(6);
    await expectSame(one(a, kinds.batchNormalization().apply(kinds.dense({ units: 5 }).apply(a))), {
      x: normal([4, 6]),
    });
  });

  it("convolutions, pooling and their transposes", async () => {
    const a = x(8, 8, 3);
    const at = [
      kinds.conv2d({ filters: 4, kernelSize: 3, strides: 2, padding: "same", activation: "relu" }),
      kinds.depthwiseConv2d({ kernelSize: 3, padding: "same" }),
      kinds.batchNormalization(),
      kinds.maxPooling2d({ poolSize: 2 }),
      kinds.conv2dTranspose({ filters: 2, kernelSize: 3, strides: 2, padding: "same" }),
      kinds.globalAveragePooling2d({}),
    ].reduce((value, layer) => layer.apply(value) as Symbol, a);
    await expectSame(one(a, at), { x: normal([4, 8, 8, 3]) });
  });

  it("an embedding, whose input is cast to integers", async () => {
    const a = x(5);
    const net = one(
      a,
      kinds.dense({ units: 2 }).apply(kinds.embedding({ inputDim: 7, outputDim: 3 }).apply(a)),
    );
    await expectSame(net, {
      x: { ...normal([4, 5]), data: Float32Array.from({ length: 20 }, (_, i) => i % 7) },
    });
  });

  it("an embedding of an int32 input", async () => {
    const a = input({ shape: [5], name: "x", dtype: "int32" });
    const net = one(a, kinds.embedding({ inputDim: 7, outputDim: 3 }).apply(a));
    await expectSame(net, {
      x: int(
        Array.from({ length: 20 }, (_, i) => (i * 3) % 7),
        [4, 5],
      ),
    });
  });

  it("two inputs and two outputs, in the model's order and under its names", async () => {
    const [b, a] = [input({ shape: [3], name: "b" }), input({ shape: [2], name: "a" })];
    const joined = kinds.concatenate().apply([b, a]) as Symbol;
    const outputs = ["z", "y"].map((name, i) => kinds.dense({ units: i + 1, name }).apply(joined) as Symbol);
    const names = await expectSame(model({ inputs: [b, a], outputs }), {
      b: normal([4, 3]),
      a: normal([4, 2], 2),
    });
    expect(names).toEqual(["z", "y"]);
    const source = await loadModel(join(folder, `m${count - 1}`));
    expect(Object.keys(source.inputs)).toEqual(["b", "a"]);
    source.dispose();
  });

  it("a model within a model", async () => {
    const inner = kit.sequential({ name: "inner", layers: [kinds.dense({ units: 4, inputShape: [6] })] });
    const a = x(6);
    await expectSame(one(a, kinds.dense({ units: 2 }).apply(inner.apply(a) as Symbol)), {
      x: normal([4, 6]),
    });
  });

  it("a layer that is applied twice, both times an output", async () => {
    const [a, b] = [input({ shape: [3], name: "a" }), input({ shape: [3], name: "b" })];
    const shared = kinds.dense({ units: 2, name: "shared" });
    const outputs = [shared.apply(a), shared.apply(b)] as Symbol[];
    const names = await expectSame(model({ inputs: [a, b], outputs }), {
      a: normal([4, 3]),
      b: normal([4, 3], 2),
    });
    expect(names).toEqual(["shared", "shared_1"]);
  });

  it("an LSTM and a bidirectional GRU, step by step", async () => {
    const a = x(4, 3);
    const lstm = kinds
      .lstm({ units: 3, returnSequences: true, recurrentInitializer: "glorotNormal" })
      .apply(a);
    const gru = kinds.gru({ units: 2, recurrentInitializer: "glorotNormal" }) as kit.RNN;
    const both = kinds.bidirectional({ layer: gru, mergeMode: "concat" }).apply(lstm as Symbol);
    await expectSame(one(a, both), { x: normal([4, 4, 3]) });
  });

  it("a custom layer that was registered", async () => {
    tf.serialization.registerClass(Scale as never);
    const a = x(3);
    await expectSame(one(a, new Scale({ factor: 2.5 }).apply(a)), { x: normal([4, 3]) });
  });

  it("an output that is an input", async () => {
    const a = x(3);
    const net = model({ inputs: a, outputs: [a, kinds.dense({ units: 2 }).apply(a) as Symbol] });
    expect((await expectSame(net, { x: normal([4, 3]) }))[0]).toBe("x_1");
  });
});

describe("quantised weights", () => {
  it.each<Quantization>(["uint8", "uint16", "float16"])(
    "%s: each weight is what the scheme says",
    async (quantize) => {
      const a = x(16);
      const net = fill(one(a, kinds.dense({ units: 8, name: "d" }).apply(a)));
      const directory = place();
      const values = await saveLayersModel(net, directory, { quantize, shard: 50 });
      const source = await loadModel(directory);
      const { graph } = await exportOnnx(source, { verify: false });
      source.dispose();
      const constants = graph.nodes.flatMap(({ inputs }) => inputs.filter((value) => value?.data?.length));
      const kernel = constants.find((value) => value!.data!.length === 128)!;
      expect(Array.from(kernel.data as Float32Array)).toEqual(values["d/kernel"]);
      expect(values["d/kernel"]).not.toEqual(Array.from(net.getWeights()[0]!.dataSync()));
    },
  );
});

describe("axes that a model leaves open", () => {
  const open = async () => {
    const image = input({ shape: [null, null, 3], name: "image" });
    const directory = place();
    await saveLayersModel(fill(one(image, kinds.dense({ units: 2 }).apply(image))), directory);
    return directory;
  };

  it("are an error that says how to name or fix them", async () => {
    await expect(loadModel(await open())).rejects.toThrow(
      /input image \[\?, \?, \?, 3\] float32 leaves axes 1, 2 open\. .*--dynamic height,width .*--shape image=1,224,224,3/,
    );
  });

  it("can be fixed or named by shape", async () => {
    const source = await loadModel(await open(), { shapes: { image: ["batch", 4, 5, 3] } });
    expect(source.inputs.image!.shape).toEqual(["batch", 4, 5, 3]);
    const { report } = await exportOnnx(source, { tolerance: 1e-6 });
    expect(report.verified).not.toBeNull();
    source.dispose();
  });

  it("can be named, in order", async () => {
    const directory = await open();
    for (const dynamic of [["height", "width"], { image: ["height", "width"] }]) {
      const source = await loadModel(directory, { dynamic });
      expect(source.inputs.image!.shape).toEqual(["batch", "height", "width", 3]);
      source.dispose();
    }
  });

  it("stay open in the graph under their names", async () => {
    const source = await loadModel(await open(), { dynamic: ["height", "width"] });
    const { graph } = await exportOnnx(source, { tolerance: 1e-6 });
    for (const shape of [
      [2, 3, 5, 3],
      [1, 8, 2, 3],
    ]) {
      const feeds = { image: normal(shape) };
      expectSameOutputs(await runOnnx(graph, feeds), runTfjs(source.fn, feeds));
    }
    source.dispose();
  });

  it.each<[LoadModelOptions, RegExp]>([
    [{ dynamic: ["height"] }, /leaves axis 2 open/],
    [{ dynamic: ["height", "width", "depth"] }, /--dynamic depth: no input has an open axis left/],
    [{ dynamic: { img: ["height"] } }, /--dynamic names the input "img"; the inputs are image/],
    [{ shapes: { img: [1] } }, /--shape names the input "img"; the inputs are image/],
    [{ shapes: { image: [1, 2, 3] } }, /the model's input has 4 axes/],
    [{ shapes: { image: [1, 2, 2, 4] } }, /the model fixes axis 3 at 3/],
    [{ shapes: { image: [1, 0, 2, 3] } }, /0 is no size/],
    [{ shapes: { image: [1, "batch", 2, 3] } }, /batch is the name of the first axis/],
  ])("%j is refused", async (options, says) => {
    await expect(loadModel(await open(), options)).rejects.toThrow(says);
  });
});
