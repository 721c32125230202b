import { input, layers, type LayersModel, model, type SymbolicTensor } from "@tensorflow/tfjs-layers";
import { dimText, type Graph, opCounts, optimize, trace } from "@vaekit/export";
import { tf } from "@vaekit/train";
import { describe, expect, it, onTestFinished } from "vitest";
import { normal, uniform } from "./lower/values.ts";
import { expectSameOutputs, runOnnx, runTfjs } from "./support.ts";
import type { Sizes } from "./symbolic-support.ts";

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
        return tf.tensor(uniform(shape as number[], low, low + 1, i + 3).data as Float32Array, shape as number[]);
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
  layers.conv2dTranspose({ filters, kernelSize: 4, strides: 2, padding: "same", activation: "tanh", ...options });

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
      through(conv(4), layers.averagePooling2d({ poolSize: 3, strides: 2, padding: "same" }), layers.globalAveragePooling2d({}), layers.dense({ units: 7 })),
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
