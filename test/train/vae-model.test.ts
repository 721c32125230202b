import { optimize, trace } from "@vaekit/export";
import { DisposedError, UsageError } from "@vaekit/infer";
import { mlp, tf, Vae } from "@vaekit/train";
import { describe, expect, it, onTestFinished } from "vitest";
import { bars } from "../support/data.ts";

const data = bars(4);

function make(seed = 5, hidden = [40, 20]): Vae {
  tf.setBackend("cpu");
  const vae = new Vae(mlp({ shape: data.shape, latent: 3, hidden }), data, seed);
  onTestFinished(() => vae.dispose());
  return vae;
}

describe("a Vae's parameters", () => {
  it("have names and shapes that are the same in every process, however many were built before", () => {
    make();
    const shapes = Object.fromEntries(make().parameters.map(({ name, variable }) => [name, variable.shape]));
    expect(shapes).toEqual({
      "encoder/hidden_1/kernel": [30, 40],
      "encoder/hidden_1/bias": [40],
      "encoder/hidden_2/kernel": [40, 20],
      "encoder/hidden_2/bias": [20],
      "encoder/mu/kernel": [20, 3],
      "encoder/mu/bias": [3],
      "encoder/logvar/kernel": [20, 3],
      "encoder/logvar/bias": [3],
      "decoder/hidden_1/kernel": [3, 20],
      "decoder/hidden_1/bias": [20],
      "decoder/hidden_2/kernel": [20, 40],
      "decoder/hidden_2/bias": [40],
      "decoder/x/kernel": [40, 30],
      "decoder/x/bias": [30],
    });
  });

  it("start as Glorot's uniform distribution says, biases at zero", () => {
    for (const { name, variable } of make().parameters) {
      const values = variable.dataSync() as Float32Array;
      if (variable.rank === 1) {
        expect(values.every((value) => value === 0)).toBe(true);
        continue;
      }
      const limit = Math.sqrt(6 / (variable.shape[0]! + variable.shape[1]!));
      const square = values.reduce((sum, value) => sum + value ** 2, 0) / values.length;
      // E[x^2] = limit^2 / 3; the square of a uniform number has variance 4/45 limit^4.
      const error = Math.abs(square / limit ** 2 - 1 / 3);
      expect(error, name).toBeLessThan(5 * Math.sqrt(4 / 45 / values.length));
      const largest = values.reduce((most, value) => Math.max(most, Math.abs(value)), 0);
      expect(largest, name).toBeLessThanOrEqual(limit);
      // Of 800 numbers or more the largest stays below 98 % of the limit once in ten million.
      if (values.length >= 800) expect(largest, name).toBeGreaterThan(0.98 * limit);
    }
  });

  it("are decided by the seed", () => {
    expect(make(5).readWeights()).toEqual(make(5).readWeights());
    expect(make(6).readWeights()["decoder/x/kernel"]).not.toEqual(make(5).readWeights()["decoder/x/kernel"]);
  });

  it("are read and written as copies", () => {
    const [vae, other] = [make(5), make(6)];
    const weights = vae.readWeights();
    other.writeWeights(weights);
    const held = structuredClone(weights);
    for (const values of Object.values(weights)) values.fill(0);
    expect(other.readWeights()).toEqual(held);
    expect(vae.readWeights()).toEqual(held);
  });

  it("are not written from weights of another model", () => {
    const vae = make();
    const { "decoder/x/bias": bias, ...rest } = vae.readWeights();
    expect(() => vae.writeWeights(rest)).toThrow(UsageError);
    expect(() => vae.writeWeights(rest)).toThrow("weights: decoder/x/bias needs 30 values, got none");
    expect(() => vae.writeWeights({ ...rest, "decoder/x/bias": bias!.slice(1) })).toThrow(
      "needs 30 values, got 29",
    );
  });

  it("go with dispose, which may be called twice, and later calls throw DisposedError", () => {
    const before = tf.memory().numTensors;
    const vae = make();
    expect(tf.memory().numTensors).toBeGreaterThan(before);
    vae.dispose();
    vae.dispose();
    expect(tf.memory().numTensors).toBe(before);
    expect(() => vae.encode(tf.zeros([1, 6, 5, 1]))).toThrow(DisposedError);
    expect(() => vae.decode(tf.zeros([1, 3]))).toThrow(DisposedError);
    expect(() => vae.readWeights()).toThrow(DisposedError);
    expect(() => vae.writeWeights({})).toThrow(DisposedError);
  });
});

describe("a Vae's units", () => {
  it("scales pixels to [0, 1] and back", () => {
    const vae = make();
    const [scaled, back] = tf.tidy(() => {
      const x = tf.tensor(Float32Array.from(data.values), [4, ...data.shape]);
      const inside = vae.scale(x);
      expect(inside.shape).toEqual([4, 30]);
      const outside = vae.unscale(inside);
      expect(outside.shape).toEqual([4, 6, 5, 1]);
      return [inside.dataSync(), outside.dataSync()];
    });
    expect(scaled!).toBeAllClose(
      Array.from(data.values, (value) => value / 255),
      { atol: 1e-7 },
    );
    expect(back!).toBeAllClose(data.values, { atol: 1e-4 });
  });

  it("scales data of another range, whose low end is not 0", () => {
    const shifted = { ...data, range: [55, 255] as const };
    const vae = new Vae(mlp({ shape: data.shape, latent: 3, hidden: [4] }), shifted);
    onTestFinished(() => vae.dispose());
    const [scaled, back] = tf.tidy(() => {
      const inside = vae.scale(tf.fill([1, 6, 5, 1], 155));
      return [inside.dataSync()[0], vae.unscale(inside).dataSync()[0]];
    });
    expect(scaled).toBeCloseTo(0.5, 6);
    expect(back).toBeCloseTo(155, 4);
  });
});

it("a recording names its operations for the model's layers", () => {
  const vae = make();
  const graph = optimize(trace(({ z }) => vae.decode(z!), { z: { shape: ["batch", 3] } }));
  const products = graph.nodes.filter(({ op }) => op === "Gemm").map(({ origin }) => origin.scope);
  expect(products).toEqual(["decoder/hidden_1", "decoder/hidden_2", "decoder/x"]);
});
