import { tf } from "@vaekit/train";
import { describe, expect, it } from "vitest";
import { Clamp } from "../../packages/train/src/layers/clamp.ts";
import { GatedDense } from "../../packages/train/src/layers/gated-dense.ts";
import { GroupNormalization } from "../../packages/train/src/layers/group-normalization.ts";
import { NearestUpsampling } from "../../packages/train/src/layers/nearest-upsampling.ts";
import type { Layer } from "../../packages/train/src/model/activation.ts";

/** sin(from), sin(from + 1), ...: what the oracles were given, too. */
const wave = (size: number, from: number) =>
  Float32Array.from({ length: size }, (_, i) => Math.sin(from + i));

interface Given {
  x: tf.Tensor;
  /** In the layer's order. */
  weights: tf.Tensor[];
  /** The output's gradient. */
  dy: Float32Array;
}

/** A layer's output, and the gradients of x and of its weights. */
function run(layer: Layer, { x, weights, dy }: Given): number[][] {
  return tf.tidy(() => {
    layer.apply(x);
    layer.setWeights(weights);
    const variables = layer.trainableWeights.map((w) => (w as unknown as { val: tf.Variable }).val);
    const loss = (at: tf.Tensor) => {
      const y = layer.apply(at) as tf.Tensor;
      return tf.sum(tf.mul(y, tf.tensor(dy, y.shape))) as tf.Scalar;
    };
    const y = layer.apply(x) as tf.Tensor;
    const dx = tf.grad(loss)(x);
    const all = variables.length > 0 ? tf.variableGrads(() => loss(x), variables).grads : {};
    const gradients = variables.map(({ name }) => all[name]!);
    return [y, dx, ...gradients].map((tensor) => Array.from(tensor.dataSync()));
  });
}

// Values of PyTorch 2.15 in float64, of the same inputs; each test says by what.
function expectRun(actual: number[][], expected: number[][]): void {
  expect(actual.length).toBe(expected.length);
  expected.forEach((values, i) => {
    expect(actual[i]!).toBeAllClose(values, { atol: 2e-6 });
  });
}

describe("layers equal PyTorch's", () => {
  it("group normalisation: torch.nn.GroupNorm(2, 4) on x.permute(0, 3, 1, 2)", () => {
    tf.setBackend("cpu");
    const actual = run(new GroupNormalization({ groups: 2, name: "norm" }), {
      x: tf.tensor(
        wave(16, 1).map((value) => 3 * value + 5),
        [2, 2, 1, 4],
      ),
      weights: [tf.tensor(wave(4, 2)), tf.tensor(wave(4, 3))],
      dy: wave(16, 4),
    });
    expectRun(actual, [
      [
        0.96710956, -0.61642324, -0.82509907, 1.19657059, -1.11753171, -0.83003398, -1.4174506, -1.34398145,
        0.29358265, -0.9779867, -0.07062473, 0.10778802, 0.30686291, -0.58500276, -2.14571915, -0.28840352,
      ],
      [
        -0.11017132, 0.14313708, 0.03678987, -0.00183914, 0.0686681, -0.10163386, -0.0842342, 0.04928347,
        -0.16037376, 0.06890996, 0.04469538, -0.10098203, -0.02274783, 0.11421163, 0.00716048, 0.04912616,
      ],
      [-2.1993834, -2.99670664, -2.62060321, -2.38257108],
      [-0.59192048, -1.08803624, -0.5838165, 0.45716144],
    ]);
  });

  it("gated dense: torch.nn.Linear h and g, h(x) * torch.sigmoid(g(x))", () => {
    tf.setBackend("cpu");
    const layer = new GatedDense({ units: 2, name: "hidden" });
    const actual = run(layer, {
      x: tf.tensor(wave(6, 1), [3, 2]),
      weights: [
        tf.tensor(wave(4, 2), [2, 2]),
        tf.tensor(wave(2, 3)),
        tf.tensor(wave(4, 4), [2, 2]),
        tf.tensor(wave(2, 5)),
      ],
      dy: wave(6, 6),
    });
    expectRun(actual, [
      [0.0296396, -0.57402186, 0.25142708, -0.00320173, -0.23957989, -0.38212449],
      [0.23029416, -0.36233502, 0.15408939, -0.38616673, -0.50982242, 0.8547043],
      [0.25037575, 0.81386944, -0.18793757, 0.30876443],
      [0.00643822, -0.24432404],
      [-0.04872694, -0.33893821, -0.15817979, -0.25325294],
      [0.23754606, -0.08651499],
    ]);
  });

  it("clamp: torch.nn.Hardtanh(-6, 2)", () => {
    tf.setBackend("cpu");
    const actual = run(new Clamp({ min: -6, max: 2, name: "clamp" }), {
      x: tf.tensor([-7, -6.5, -1, 0.5, 1.9, 2.5]),
      weights: [],
      dy: wave(6, 1),
    });
    expectRun(actual, [
      [-6, -6, -1, 0.5, 1.9, 2],
      [0, 0, 0.14112001, -0.7568025, -0.95892427, 0],
    ]);
  });
});

it("nearest upsampling gives each element four places, and takes the sum of their gradients", () => {
  tf.setBackend("cpu");
  // [batch 2, height 1, width 2, channels 1]; dy counts up from 0.
  const actual = run(new NearestUpsampling({ name: "up" }), {
    x: tf.tensor([1, 2, 3, 4], [2, 1, 2, 1]),
    weights: [],
    dy: Float32Array.from({ length: 16 }, (_, i) => i),
  });
  expect(actual).toEqual([
    [1, 1, 2, 2, 1, 1, 2, 2, 3, 3, 4, 4, 3, 3, 4, 4],
    [0 + 1 + 4 + 5, 2 + 3 + 6 + 7, 8 + 9 + 12 + 13, 10 + 11 + 14 + 15],
  ]);
});
