import { RandomStream } from "@vaekit/infer";
import { tf } from "@vaekit/train";
import { beforeAll, describe, expect, it } from "vitest";
import {
  createOptimizer,
  type OptimizerConfig,
  optimizerSchema,
  optimizers,
} from "../../packages/train/src/optimizer/index.ts";
import { configOf } from "../../packages/train/src/schema.ts";
import learning from "../oracles/learning.json" with { type: "json" };
import { weightsAfter } from "./optimizer-steps.ts";

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

/** With all settings at their defaults. */
const plain = (kind: OptimizerConfig["kind"]) => createOptimizer(optimizerSchema.parse({ kind }));

/** Weights after each step of ours. */
const byOurs = (name: OptimizerConfig["kind"], learningRate: number) =>
  weightsAfter(plain(name), {
    start: start(),
    gradients: Array.from({ length: steps }, (_, step) => gradientAt(step)),
    learningRates: () => learningRate,
  });

beforeAll(() => void tf.setBackend("cpu"));

const names = ["adam", "rmsprop", "sgd"] as const;

/** The published rules in double precision. */
const rules: {
  [K in (typeof names)[number]]: (rate: number) => (g: number, step: number, slots: number[]) => number;
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

function byRule(name: (typeof names)[number], learningRate: number): number[][] {
  const change = rules[name](learningRate);
  const weight = Array.from(start());
  const slots = weight.map((): number[] => []);
  return Array.from({ length: steps }, (_, step) => {
    const gradient = gradientAt(step);
    for (let i = 0; i < size; i++) weight[i]! -= change(gradient[i]!, step + 1, slots[i]!);
    return [...weight];
  });
}

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

describe("with settings other than the defaults, and a learning rate that changes", () => {
  const { start, gradients, learningRates, after } = learning.optimizers;
  const configs: { [K in keyof typeof after]: OptimizerConfig } = {
    adam: { kind: "adam", beta1: 0.8, beta2: 0.95, epsilon: 1e-8 },
    adamw: { kind: "adamw", beta1: 0.9, beta2: 0.999, epsilon: 1e-7, weightDecay: 0.3, decay: "all" },
    // Under the root: PyTorch adds its own, 1e-15, after it. Both are too small to be seen.
    rmsprop: { kind: "rmsprop", decay: 0.7, epsilon: 1e-30, momentum: 0.6 },
    sgd: { kind: "sgd", momentum: 0.8, nesterov: false },
    nesterov: { kind: "sgd", momentum: 0.8, nesterov: true },
  };

  it.each(Object.keys(after) as (keyof typeof after)[])("%s moves the weights as PyTorch's does", (name) => {
    const ours = weightsAfter(createOptimizer(configs[name]), {
      start: Float32Array.from(start),
      gradients: gradients.map((values) => Float32Array.from(values)),
      learningRates: (step) => learningRates[step]!,
    });
    expect(ours).toHaveLength(after[name].length);
    for (const [step, weights] of ours.entries()) {
      expect(weights, `step ${step + 1}`).toBeAllClose(after[name][step]!, { scaleTol: 5e-7 });
    }
  });

  it("adamw decays the networks' kernels alone, unless it is told otherwise", () => {
    const moved = (decay: "kernels" | "all", parameter: string, shape: [number] | [number, number]) =>
      tf.tidy(() => {
        const config = { kind: "adamw", decay, weightDecay: 0.5 };
        const { update, scalars, slots } = createOptimizer(optimizerSchema.parse(config));
        const values = Object.entries(scalars(0.5, 1)).map(([key, value]) => [key, tf.scalar(value)]);
        const zeros = Object.fromEntries(slots.map((slot) => [slot, tf.zeros(shape)]));
        const next = update(tf.ones(shape), tf.zeros(shape), zeros, Object.fromEntries(values), parameter);
        return next.weight.dataSync()[0];
      });
    expect(moved("kernels", "encoder/hidden_1/kernel", [1, 1])).toBe(0.75);
    expect(moved("kernels", "decoder/custom", [1, 1])).toBe(0.75);
    expect(moved("kernels", "encoder/hidden_1/bias", [1])).toBe(1);
    expect(moved("kernels", "prior/means", [1, 1])).toBe(1);
    expect(moved("kernels", "likelihood/sigma", [1])).toBe(1);
    expect(moved("all", "encoder/hidden_1/bias", [1])).toBe(0.75);
    expect(moved("all", "prior/means", [1, 1])).toBe(0.75);
  });
});

describe("the table of optimizers", () => {
  const kinds = Object.keys(optimizers) as OptimizerConfig["kind"][];

  it("names each by its key, with slots of its own and a learning rate", () => {
    for (const kind of kinds) {
      const { name, slots } = plain(kind);
      expect(name).toBe(kind);
      expect(new Set(slots).size).toBe(slots.length);
      expect(optimizers[kind].defaultLearningRate).toBe(1e-3);
    }
  });

  it("leaves a weight with no gradient where it is", () => {
    for (const kind of kinds) {
      const [moved] = weightsAfter(plain(kind), {
        start: Float32Array.of(2.5),
        gradients: [new Float32Array(1)],
        learningRates: () => 0.1,
        parameter: "encoder/hidden_1/bias",
      });
      expect(moved![0]).toBe(2.5);
    }
  });

  it("fills in published defaults", () => {
    const adam = { beta1: 0.9, beta2: 0.999, epsilon: 1e-7 };
    expect(kinds.map((kind) => optimizerSchema.parse({ kind }))).toEqual([
      { kind: "adam", ...adam },
      { kind: "adamw", ...adam, weightDecay: 0.01, decay: "kernels" },
      { kind: "rmsprop", decay: 0.9, epsilon: 1e-7, momentum: 0 },
      { kind: "sgd", momentum: 0, nesterov: false },
    ]);
  });

  it.each([
    [{ kind: "adam", beta1: 1 }, /^optimizer adam: beta1: must be below 1, got 1$/],
    [{ kind: "adam", epsilon: 0 }, /^optimizer adam: epsilon: must be above 0, got 0$/],
    [{ kind: "adam", beta_1: 0.5 }, /^optimizer adam: there is no option "beta_1". Did you mean beta1\?$/],
    [{ kind: "adamw", decay: "some" }, /^optimizer adamw: decay: must be "kernels" or "all", got "some"$/],
    [
      { kind: "sgd", nesterov: true },
      /^optimizer sgd: nesterov: needs a momentum above 0, such as 0.9, got true$/,
    ],
    [{ kind: "rmsprop", momentum: -0.1 }, /^optimizer rmsprop: momentum: must be at least 0, got -0.1$/],
  ])("refuses %j, saying what it may be", (config, message) => {
    expect(() => configOf<OptimizerConfig>(optimizers, config as OptimizerConfig, "optimizer")).toThrow(
      message,
    );
  });
});
