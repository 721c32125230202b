import { type AnyModelConfig, conv, gatedMlp, resnet, tf } from "@vaekit/train";
import { describe, expect, it } from "vitest";
import { initialize } from "../../packages/train/src/model/initialize.ts";
import { build } from "./model-support.ts";

/** Kernels of 5 standard errors' worth of numbers: their mean square against what the scheme says. */
function checkKernels(
  config: AnyModelConfig,
  of: (inputs: number, outputs: number) => [number, number],
): void {
  for (const { name, variable } of build(config).parameters) {
    const values = variable.dataSync() as Float32Array;
    if (variable.rank === 1) {
      const start = name.endsWith("gamma") ? 1 : 0;
      expect(
        values.every((value) => value === start),
        name,
      ).toBe(true);
      continue;
    }
    const receptive = variable.shape.slice(0, -2).reduce((product, n) => product * n, 1);
    const [inputs, outputs] = variable.shape.slice(-2).map((n) => n * receptive) as [number, number];
    // E[x^2], and its kurtosis: E[x^4] / E[x^2]^2.
    const [square, kurtosis] = of(inputs, outputs);
    const mean = values.reduce((sum, value) => sum + value ** 2, 0) / values.length;
    const error = Math.sqrt((kurtosis - 1) / values.length);
    expect(Math.abs(mean / square - 1), name).toBeLessThan(5 * error);
  }
}

describe("weights begin as the scheme says", () => {
  const shape = [12, 12, 3];

  it("Glorot's uniform distribution for convolutions, E[x^2] = 2 / (inputs + outputs)", () => {
    const glorot = (inputs: number, outputs: number): [number, number] => [2 / (inputs + outputs), 9 / 5];
    checkKernels(conv({ shape, latent: 4 }), glorot);
    checkKernels(resnet({ shape, latent: 4, channels: [8, 16] }), glorot);
  });

  it("He's normal distribution for gated layers, E[x^2] = 2 / inputs", () => {
    checkKernels(gatedMlp({ shape, latent: 4 }), (inputs) => [2 / inputs, 3]);
  });

  it("as the model made them, where it says so", () => {
    tf.setBackend("cpu");
    const variable = tf.variable(tf.tensor2d([[1, 2]]));
    initialize([{ variable }], 1, "own");
    expect(Array.from(variable.dataSync())).toEqual([1, 2]);
    initialize([{ variable }], 1);
    expect(Array.from(variable.dataSync())).not.toEqual([1, 2]);
    variable.dispose();
  });
});
