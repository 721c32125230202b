import { type ActivationName, activations, tf } from "@vaekit/train";
import { describe, expect, it } from "vitest";

const sigmoid = (x: number) => 1 / (1 + Math.exp(-x));
/** Abramowitz & Stegun 7.1.26 is too coarse, so erf comes from its series, which is exact enough up to 3. */
function erf(x: number): number {
  let sum = 0;
  for (let n = 0, term = x; n < 60; term *= (-x * x) / ++n) sum += term / (2 * n + 1);
  return (2 / Math.sqrt(Math.PI)) * sum;
}

/** Klambauer et al. 2017. */
const selu = { alpha: 1.6732632423543772, scale: 1.0507009873554805 };

const formulas: { [K in ActivationName]: (x: number) => number } = {
  relu: (x) => Math.max(0, x),
  leakyRelu: (x) => (x > 0 ? x : 0.2 * x),
  elu: (x) => (x > 0 ? x : Math.expm1(x)),
  selu: (x) => selu.scale * (x > 0 ? x : selu.alpha * Math.expm1(x)),
  gelu: (x) => (x / 2) * (1 + erf(x / Math.SQRT2)),
  silu: (x) => x * sigmoid(x),
  tanh: Math.tanh,
  sigmoid,
  softplus: (x) => Math.log1p(Math.exp(x)),
  linear: (x) => x,
};

const inputs = Array.from({ length: 80 }, (_, i) => (i - 40) / 10);
const names = Object.keys(activations) as ActivationName[];

describe("an activation is its function", () => {
  it.each([
    ["dense", [80]],
    ["convolutional", [4, 5, 4]],
  ])("after %s layers", (_, shape) => {
    tf.setBackend("cpu");
    for (const name of names) {
      const layer = activations[name]("any");
      const actual = tf.tidy(() => {
        const x = tf.tensor(inputs, [1, ...shape]);
        return (layer.apply(x) as tf.Tensor).dataSync();
      });
      layer.dispose();
      expect(actual, name).toBeAllClose(inputs.map(formulas[name]), { atol: 2e-6 });
    }
  });
});
