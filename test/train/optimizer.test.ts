import { RandomStream } from "@vaekit/infer";
import { optimizers, tf } from "@vaekit/train";
import { beforeAll, describe, expect, it } from "vitest";

const steps = 20;
const size = 64;

/** Each step's gradient: over ten orders of magnitude, some weights without any for a while. */
function gradientAt(step: number): Float32Array {
  const noise = new RandomStream(9, "noise").fork(step).normal(new Float32Array(size));
  return noise.map((value, i) => (i % 7 === 0 && step < 5 ? 0 : value * 10 ** (4 - (i % 10))));
}

const start = () => new RandomStream(9, "init").normal(new Float32Array(size));

/** Weights after each step of tfjs's own optimizer. */
function byTfjs(optimizer: tf.Optimizer): Float32Array[] {
  const weight = tf.variable(tf.tensor1d(start()));
  const after = Array.from({ length: steps }, (_, step) =>
    tf.tidy(() => {
      optimizer.applyGradients({ [weight.name]: tf.tensor1d(gradientAt(step)) });
      return (weight.dataSync() as Float32Array).slice();
    }),
  );
  weight.dispose();
  optimizer.dispose();
  return after;
}

/** Weights after each step of ours. */
function byOurs(name: keyof typeof optimizers, learningRate: number): Float32Array[] {
  const optimizer = optimizers[name];
  let weight = start();
  let slots = Object.fromEntries(optimizer.slots.map((slot) => [slot, new Float32Array(size)]));
  const data = (tensor: tf.Tensor) => (tensor.dataSync() as Float32Array).slice();
  return Array.from({ length: steps }, (_, step) =>
    tf.tidy(() => {
      const tensors = (values: Record<string, Float32Array | number>) =>
        Object.fromEntries(
          Object.entries(values).map(([key, value]) => [
            key,
            typeof value === "number" ? tf.scalar(value) : tf.tensor1d(value),
          ]),
        );
      const scalars = tensors(optimizer.scalars(learningRate, step + 1));
      const next = optimizer.update(
        tf.tensor1d(weight),
        tf.tensor1d(gradientAt(step)),
        tensors(slots),
        scalars,
      );
      weight = data(next.weight);
      slots = Object.fromEntries(Object.entries(next.slots).map(([slot, tensor]) => [slot, data(tensor)]));
      return weight;
    }),
  );
}

beforeAll(() => void tf.setBackend("cpu"));

/** The published rules in double precision. */
const rules: {
  [K in keyof typeof optimizers]: (rate: number) => (g: number, step: number, slots: number[]) => number;
} = {
  adam: (rate) => (g, step, slots) => {
    const m = 0.9 * (slots[0] ?? 0) + 0.1 * g;
    const v = 0.999 * (slots[1] ?? 0) + 0.001 * g ** 2;
    slots.splice(0, 2, m, v);
    return (rate * (m / (1 - 0.9 ** step))) / (Math.sqrt(v / (1 - 0.999 ** step)) + 1e-7);
  },
  rmsprop: (rate) => (g, _, slots) => {
    const square = 0.9 * (slots[0] ?? 0) + 0.1 * g ** 2;
    slots.splice(0, 1, square);
    return (rate * g) / Math.sqrt(square + 1e-7);
  },
  sgd: (rate) => (g) => rate * g,
};

function byRule(name: keyof typeof optimizers, learningRate: number): number[][] {
  const change = rules[name](learningRate);
  const weight = Array.from(start());
  const slots = weight.map((): number[] => []);
  return Array.from({ length: steps }, (_, step) => {
    const gradient = gradientAt(step);
    for (let i = 0; i < size; i++) weight[i]! -= change(gradient[i]!, step + 1, slots[i]!);
    return [...weight];
  });
}

const names = ["adam", "rmsprop", "sgd"] as const;

describe.each([1e-3, 0.1])("with the learning rate %d", (learningRate) => {
  it.each(names)("%s moves the weights as its paper says, at each of 20 steps", (name) => {
    const [ours, expected] = [byOurs(name, learningRate), byRule(name, learningRate)];
    expect(ours.at(-1)).not.toEqual(start());
    // float32 rounds to the largest size that a weight has had, and some pass through zero after that.
    const largest = Array.from(start(), Math.abs);
    for (let step = 0; step < steps; step++) {
      for (let i = 0; i < size; i++) largest[i] = Math.max(largest[i]!, Math.abs(expected[step]![i]!));
      const relative = (weights: ArrayLike<number>) => largest.map((scale, i) => weights[i]! / scale);
      expect(relative(ours[step]!), `step ${step + 1}`).toBeAllClose(relative(expected[step]!), {
        atol: 1e-6,
      });
    }
  });
});

describe("with the default learning rate", () => {
  // tfjs's defaults: Adam's betas 0.9 and 0.999; RMSProp's decay 0.9, momentum 0; epsilon 1e-7, the backend's.
  // Its Adam keeps 1 - 0.999^t in float32, good to 6e-5 at first: larger rates would show that, not our errors.
  it.each([
    ["adam", () => tf.train.adam(1e-3)],
    ["rmsprop", () => tf.train.rmsprop(1e-3)],
    ["sgd", () => tf.train.sgd(1e-3)],
  ] as const)("%s moves the weights as tfjs's does, at each of 20 steps", (name, theirs) => {
    const [ours, tfjs] = [byOurs(name, 1e-3), byTfjs(theirs())];
    for (let step = 0; step < steps; step++) {
      expect(ours[step]!, `step ${step + 1}`).toBeAllClose(tfjs[step]!, { rtol: 1e-5, atol: 1e-8 });
    }
  });
});

describe("the table of optimizers", () => {
  it("names each by its key, with slots of its own and a learning rate", () => {
    for (const [name, { name: own, slots, defaultLearningRate }] of Object.entries(optimizers)) {
      expect(own).toBe(name);
      expect(new Set(slots).size).toBe(slots.length);
      expect(defaultLearningRate).toBe(1e-3);
    }
  });

  it("leaves a weight with no gradient where it is", () => {
    for (const { slots, scalars, update } of Object.values(optimizers)) {
      const moved = tf.tidy(() => {
        const zeros = Object.fromEntries(slots.map((slot) => [slot, tf.zeros([1])]));
        const values = Object.fromEntries(
          Object.entries(scalars(0.1, 1)).map(([key, value]) => [key, tf.scalar(value)]),
        );
        return update(tf.tensor1d([2.5]), tf.zeros([1]), zeros, values).weight.dataSync()[0];
      });
      expect(moved).toBe(2.5);
    }
  });
});
