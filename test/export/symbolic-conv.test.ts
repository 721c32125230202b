import { input, type LayersModel, layers, model, type SymbolicTensor } from "@tensorflow/tfjs-layers";
import { dimText, encodeModel, type Graph, opCounts, optimize, trace, verify } from "@vaekit/export";
import { loadRuntime } from "@vaekit/infer";
import { tf } from "@vaekit/train";
import { describe, expect, it, onTestFinished } from "vitest";
import { normal, uniform } from "./lower/values.ts";
import { expectSameOutputs, type NamedFunction, runOnnx, runTfjs } from "./support.ts";
import { expectAnySize, type Sizes } from "./symbolic-support.ts";

/** None of them is recorded; odd and even, in all combinations. */
const neverTraced: Sizes[] = [
  { batch: 1, height: 17, width: 18 },
  { batch: 2, height: 30, width: 21 },
  { batch: 1, height: 33, width: 45 },
  { batch: 2, height: 64, width: 16 },
];

/** Weights of both signs, biases too; variances are positive. The test disposes of it. */
function withWeights(built: LayersModel): LayersModel {
  tf.tidy(() =>
    built.setWeights(
      built.weights.map(({ name, shape }, i) => {
        const low = name.includes("variance") ? 0.5 : -0.5;
        return tf.tensor(
          uniform(shape as number[], low, low + 1, i + 3).data as Float32Array,
          shape as number[],
        );
      }),
    ),
  );
  onTestFinished(() => void built.dispose());
  return built;
}

async function expectSameInference(built: LayersModel, dynamic = ["height", "width"]): Promise<Graph> {
  const graph = optimize(trace(built, { dynamic }));
  const [name] = built.outputNames as [string];
  const [inputName] = built.inputNames as [string];
  for (const sizes of neverTraced) {
    const feeds = { [inputName]: normal([sizes.batch!, sizes.height!, sizes.width!, 3], 2) };
    const expected = runTfjs((given) => ({ [name]: built.apply(given[inputName]!) as tf.Tensor }), feeds);
    expectSameOutputs(await runOnnx(graph, feeds), expected, 2e-6);
  }
  return graph;
}

const conv = (filters: number, options: object = {}) =>
  layers.conv2d({ filters, kernelSize: 3, strides: 2, padding: "same", activation: "relu", ...options });
const up = (filters: number, options: object = {}) =>
  layers.conv2dTranspose({
    filters,
    kernelSize: 4,
    strides: 2,
    padding: "same",
    activation: "tanh",
    ...options,
  });

interface Layer {
  apply(x: SymbolicTensor): unknown;
}

function through(...parts: unknown[]): LayersModel {
  const x = input({ shape: [null, null, 3], name: "x" });
  const outputs = (parts as Layer[]).reduce((at, part) => part.apply(at) as SymbolicTensor, x);
  return withWeights(model({ inputs: x, outputs }));
}

const shapeOf = (graph: Graph) => graph.outputs[0]!.value.shape.map(dimText).join(" ");

describe("a fully convolutional model with open height and width", () => {
  it("three strided SAME convolutions round up", async () => {
    const graph = await expectSameInference(through(conv(4), conv(5), conv(6)));
    expect(shapeOf(graph)).toBe("batch floor((height+7)/8) floor((width+7)/8) 6");
    expect(opCounts(graph)).toMatchObject({ Conv: 3, Relu: 3 });
  });

  it("VALID convolutions and pooling round down", async () => {
    const graph = await expectSameInference(
      through(conv(4, { padding: "valid" }), layers.maxPooling2d({ poolSize: 2 }), conv(3, { strides: 1 })),
    );
    expect(shapeOf(graph)).toBe("batch floor((height-1)/4) floor((width-1)/4) 3");
  });

  it.each<[number[], number | number[]]>([
    [[3, 1], 2],
    [[1, 3], 2],
    [[2, 1], 2],
    [[4, 1], 2],
    [[2, 2], 3],
    [[1, 1], 4],
  ])("SAME convolutions of %j whose stride %j exceeds them", async (kernelSize, strides) => {
    const depthwise = { kernelSize: kernelSize as [number, number], strides: strides as number };
    const graph = await expectSameInference(
      through(conv(4, { kernelSize, strides }), layers.depthwiseConv2d({ ...depthwise, padding: "same" })),
    );
    expect(opCounts(graph)).toMatchObject({ Conv: 2 });
  });

  it("an encoder and a decoder of transposed convolutions", async () => {
    const graph = await expectSameInference(through(conv(4), conv(5), up(4), up(3)));
    expect(shapeOf(graph)).toBe("batch 4*floor((height+3)/4) 4*floor((width+3)/4) 3");
  });

  it("a decoder of upsampling and convolutions, with batch normalisation", async () => {
    const bigger = () => layers.upSampling2d({ size: [2, 2] });
    await expectSameInference(
      through(
        conv(4),
        layers.batchNormalization(),
        conv(5),
        bigger(),
        conv(4, { strides: 1 }),
        bigger(),
        conv(3, { strides: 1 }),
      ),
    );
  });

  it("global average pooling and a dense layer", async () => {
    const graph = await expectSameInference(
      through(
        conv(4),
        layers.averagePooling2d({ poolSize: 3, strides: 2, padding: "same" }),
        layers.globalAveragePooling2d({}),
        layers.dense({ units: 7 }),
      ),
    );
    expect(shapeOf(graph)).toBe("batch 7");
  });

  it("separable and dilated convolutions", async () => {
    await expectSameInference(
      through(
        layers.separableConv2d({ filters: 4, kernelSize: 3, strides: 2, padding: "same" }),
        conv(4, { strides: 1, dilationRate: 2 }),
        layers.depthwiseConv2d({ kernelSize: 3, padding: "valid" }),
      ),
    );
  });
});

describe("a model of series with an open time axis", () => {
  const series = (...parts: unknown[]): LayersModel => {
    const x = input({ shape: [null, 3], name: "x" });
    const outputs = (parts as Layer[]).reduce((at, part) => part.apply(at) as SymbolicTensor, x);
    return withWeights(model({ inputs: x, outputs }));
  };

  it("convolutions over time, pooling and a dense layer on each step", async () => {
    const built = series(
      layers.conv1d({ filters: 4, kernelSize: 3, strides: 2, padding: "same", activation: "relu" }),
      layers.conv1d({ filters: 4, kernelSize: 3, dilationRate: 2, padding: "same" }),
      layers.maxPooling1d({ poolSize: 2, strides: 2 }),
      layers.dense({ units: 5 }),
    );
    const graph = optimize(trace(built, { dynamic: ["time"] }));
    expect(shapeOf(graph)).toBe("batch floor((time+1)/4) 5");
    for (const time of [4, 17, 34, 257]) {
      const feeds = { x: normal([2, time, 3], 2) };
      const [name] = built.outputNames as [string];
      const expected = runTfjs(({ x }) => ({ [name]: built.apply(x!) as tf.Tensor }), feeds);
      expectSameOutputs(await runOnnx(graph, feeds), expected, 2e-6);
    }
  });

  it("a recurrent layer is unrolled, which an open axis cannot be", () => {
    const built = series(
      layers.simpleRNN({ units: 2, recurrentInitializer: "glorotUniform", name: "memory" }),
    );
    expect(() => trace(built, { dynamic: ["time"] })).toThrow(
      /one recording has \d+ operations, another \d+; .*in memory.*operations at time 37, .*unrolled, .* Fix time: --shape x=batch,20,3/,
    );
  });
});

describe("open axes of a LayersModel", () => {
  it("get the names that are given, in order, and are verified at sizes never traced", async () => {
    const built = through(conv(4), up(3));
    const source = { dynamic: ["rows", "columns"] };
    const graph = optimize(trace(built, source));
    expect(graph.inputs[0]!.shape.map(dimText)).toEqual(["batch", "rows", "columns", "3"]);
    expect(shapeOf(graph)).toBe("batch 2*floor((rows+1)/2) 2*floor((columns+1)/2) 3");
    const fn: NamedFunction = ({ x }) => ({ y: built.apply(x!) as tf.Tensor });
    const inputs = { x: { shape: ["batch", "rows", "columns", 3] } } as const;
    const session = await (await loadRuntime()).createSession(encodeModel(optimize(trace(fn, inputs))));
    const report = await verify(fn, inputs, session, { batches: [1, 2] });
    await session.dispose();
    expect(report.sizes).toEqual([
      { batch: 1, rows: 66, columns: 18 },
      { batch: 2, rows: 33, columns: 66 },
      { batch: 1, rows: 18, columns: 33 },
    ]);
  });

  it("are an error without a name, which says how to give one", () => {
    const built = through(conv(4));
    expect(() => trace(built)).toThrow(/input x \[\?, \?, \?, 3\].*axes 1, 2 open.*--dynamic height,width/);
    expect(() => trace(built, { dynamic: ["height"] })).toThrow(/axis 2 open/);
  });
});

describe("functions of pictures with open height and width", () => {
  const pictures = { x: { shape: ["batch", "height", "width", 3] } } as const;
  const filter = tf.tidy(() =>
    tf.keep(tf.tensor4d(normal([3, 3, 3, 3], 7).data as Float32Array, [3, 3, 3, 3])),
  );
  const one =
    (op: (x: tf.Tensor4D, height: number, width: number, batch: number) => tf.Tensor): NamedFunction =>
    ({ x }) => {
      const [batch, height, width] = x!.shape as [number, number, number];
      return { y: op(x as tf.Tensor4D, height, width, batch) };
    };
  const gradient = (of: (x: tf.Tensor4D) => tf.Tensor) =>
    one((x) => tf.grad((v) => tf.mean(tf.square(of(v as tf.Tensor4D))))(x));

  it.each<[string, NamedFunction]>([
    ["resized to twice the size, linear", one((x, h, w) => tf.image.resizeBilinear(x, [2 * h, 2 * w]))],
    ["with aligned corners", one((x, h, w) => tf.image.resizeBilinear(x, [2 * h, 2 * w], true))],
    ["with half-pixel centres", one((x, h, w) => tf.image.resizeBilinear(x, [2 * h, 2 * w], false, true))],
    ["resized to a fixed size", one((x) => tf.image.resizeBilinear(x, [20, 20]))],
    [
      "resized to twice the size, nearest",
      one((x, h, w) => tf.image.resizeNearestNeighbor(x, [2 * h, 2 * w])),
    ],
    ["depth to space", one((x) => tf.depthToSpace(tf.concat([x, x, x, x], 3) as tf.Tensor4D, 2))],
    [
      "transposed convolution to 2 * size + 1",
      one((x, h, w, b) => tf.conv2dTranspose(x, filter, [b, 2 * h + 1, 2 * w + 1, 3], 2, "valid")),
    ],
    [
      "mirrored at the borders",
      one((x) =>
        tf.mirrorPad(
          x,
          [
            [0, 0],
            [1, 1],
            [2, 2],
            [0, 0],
          ],
          "reflect",
        ),
      ),
    ],
    ["gradient of a convolution", gradient((x) => tf.conv2d(x, filter, 1, "same"))],
    [
      "places as coordinates",
      one((x, h, w) => {
        const rows = tf.reshape(tf.range(0, h), [h, 1, 1]);
        const columns = tf.reshape(tf.range(w, 0, -1), [w, 1]);
        return tf.add(tf.add(x, rows), columns);
      }),
    ],
  ])("%s", async (_, fn) => {
    // ONNX Runtime resizes with places in float32, so that the weights between two elements lose digits.
    await expectAnySize(fn, pictures, neverTraced, 5e-6);
  });

  it.each<[string, NamedFunction, RegExp]>([
    [
      "padding of a gradient that depends on parity",
      gradient((x) => tf.conv2d(x, filter, 2, "same")),
      /ConvTranspose of tfjs Conv2DBackpropInput.*pads \[1,1,1,1\] at height 37, pads \[0,1,1,1\] at height 32.*padding depends on whether height and width are even: fix height and width/,
    ],
    [
      "a skip connection that only fits even sizes",
      one((x) =>
        tf.concat(
          [
            x,
            tf.image.resizeNearestNeighbor(tf.maxPool(x, 2, 2, "same"), [
              2 * Math.ceil(x.shape[1] / 2),
              2 * Math.ceil(x.shape[2] / 2),
            ]),
          ],
          3,
        ),
      ),
      /fails at batch 3, height 37, width 29: Error in concat4D.*\n.*must work at any height and width, odd ones too/,
    ],
  ])("%s is an error", (_, fn, message) => {
    expect(() => trace(fn, pictures)).toThrow(message);
  });
});
