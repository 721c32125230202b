import { input, layers as L, type LayersModel, model, sequential } from "@tensorflow/tfjs-layers";
import { graphText, graphText as gt, optimizeWithReport, trace } from "@vaekit/export";
import { tf } from "@vaekit/train";
import { it } from "vitest";
import { normal } from "../lower/values.ts";
import { expectSameOutputs, runOnnx, runTfjs } from "../support.ts";

const show = async (name: string, m: LayersModel, shape: number[]) => {
  const vals = m.weights.map((w, i) => {
    const t = tf.randomUniform(
      w.shape as number[],
      w.name.includes("variance") ? 0.2 : -0.5,
      0.9,
      "float32",
      i + 1,
    );
    return t;
  });
  m.setWeights(vals);
  const t = trace(m);
  console.log(name, "\nBEFORE", graphText(t));
  const { graph, report } = optimizeWithReport(t, { check: true });
  console.log(name, "\nAFTER ", graphText(graph), JSON.stringify(report.passes));
  const feeds = { [graph.inputs[0]!.name!]: normal([2, ...shape]) };
  const expected = runTfjs(
    (x) => ({ [m.outputNames[0]!]: m.apply(Object.values(x)[0]!) as tf.Tensor }),
    feeds,
  );
  expectSameOutputs(await runOnnx(graph, feeds), expected, 1e-5);
};
it("encoder", async () => {
  const m = sequential({
    layers: [
      L.conv2d({
        filters: 8,
        kernelSize: 3,
        strides: 2,
        padding: "same",
        activation: "relu",
        inputShape: [16, 16, 3],
      }),
      L.conv2d({ filters: 12, kernelSize: 3, strides: 2, padding: "same", useBias: false }),
      L.batchNormalization(),
      L.leakyReLU({ alpha: 0.1 }),
      L.flatten(),
      L.dense({ units: 5 }),
    ],
  });
  await show("encoder", m, [16, 16, 3]);
});
it("decoder", async () => {
  const m = sequential({
    layers: [
      L.dense({ units: 4 * 4 * 12, activation: "relu", inputShape: [6] }),
      L.reshape({ targetShape: [4, 4, 12] }),
      L.conv2dTranspose({ filters: 8, kernelSize: 3, strides: 2, padding: "same", activation: "relu" }),
      L.batchNormalization(),
      L.conv2dTranspose({ filters: 8, kernelSize: 4, strides: 2, padding: "same", activation: "relu" }),
      L.conv2d({ filters: 3, kernelSize: 3, padding: "same", activation: "sigmoid" }),
    ],
  });
  await show("decoder", m, [6]);
});
it("mobile", async () => {
  const x = input({ shape: [16, 16, 4] });
  let y: any = L.conv2d({ filters: 8, kernelSize: 3, strides: 2, padding: "same", useBias: false }).apply(x);
  y = L.batchNormalization().apply(y);
  y = L.reLU({ maxValue: 6 }).apply(y);
  const block = (v: any, filters: number, residual: boolean) => {
    let h: any = L.depthwiseConv2d({ kernelSize: 3, padding: "same", useBias: false }).apply(v);
    h = L.batchNormalization().apply(h);
    h = L.reLU({ maxValue: 6 }).apply(h);
    h = L.conv2d({ filters, kernelSize: 1, useBias: false }).apply(h);
    h = L.batchNormalization().apply(h);
    return residual ? L.add().apply([v, h]) : h;
  };
  y = block(y, 8, true);
  y = block(y, 12, false);
  y = block(y, 12, true);
  y = L.globalAveragePooling2d({} as any).apply(y);
  y = L.dense({ units: 10, activation: "softmax" }).apply(y);
  await show("mobile", model({ inputs: x, outputs: y }), [16, 16, 4]);
});
it("unet", async () => {
  const x = input({ shape: [16, 16, 3] });
  const c1: any = L.conv2d({ filters: 4, kernelSize: 3, padding: "same", activation: "relu" }).apply(x);
  const p1: any = L.maxPooling2d({ poolSize: 2 }).apply(c1);
  const c2: any = L.conv2d({ filters: 8, kernelSize: 3, padding: "same", activation: "elu" }).apply(p1);
  const u: any = L.upSampling2d({ size: [2, 2] }).apply(c2);
  const cat: any = L.concatenate({ axis: -1 }).apply([c1, u]);
  const y: any = L.conv2d({ filters: 1, kernelSize: 1, activation: "sigmoid" }).apply(cat);
  await show("unet", model({ inputs: x, outputs: y }), [16, 16, 3]);
});
