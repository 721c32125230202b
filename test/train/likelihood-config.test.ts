import { UsageError } from "@vaekit/infer";
import { type Likelihood, likelihoods, tf } from "@vaekit/train";
import { beforeAll, describe, expect, it } from "vitest";
import type { LikelihoodConfig } from "../../packages/train/src/likelihood/index.ts";
import { configOf } from "../../packages/train/src/schema.ts";
import { densities, masses } from "./likelihood-cases.ts";

beforeAll(() => void tf.setBackend("cpu"));

type Given = LikelihoodConfig["kind"] | (Partial<LikelihoodConfig> & { kind: LikelihoodConfig["kind"] });

const parse = (given: unknown) => configOf<LikelihoodConfig>(likelihoods, given as Given, "likelihood");
const make = (given: object): Likelihood => {
  const config = parse(given);
  return (likelihoods[config.kind].create as (config: LikelihoodConfig, sizes: object) => Likelihood)(
    config,
    {
      features: 1,
    },
  );
};

const all = Object.fromEntries([
  ...Object.entries(densities),
  ...Object.entries(masses).map(([name, { make }]) => [name, make] as const),
]);

describe("a likelihood's configuration", () => {
  it("is whole with its kind alone", () => {
    expect(Object.keys(likelihoods).map((kind) => parse(kind))).toEqual([
      { kind: "bernoulli" },
      { kind: "continuous-bernoulli" },
      { kind: "gaussian", sigma: "shared", floor: 0.002 },
      { kind: "laplace", scale: "shared", floor: 0.002 },
      { kind: "discretized-logistic", scale: "per-element" },
      { kind: "categorical", levels: 256 },
    ]);
  });

  it("as it stands in files is read again", () => {
    for (const kind of Object.keys(likelihoods)) expect(parse(parse(kind))).toEqual(parse(kind));
  });

  it.each<[unknown, RegExp]>([
    [{ kind: "gaussian", sigma: 0 }, /sigma: must be above 0, got 0/],
    [{ kind: "gaussian", sigma: -1 }, /sigma: .*got -1/],
    [
      { kind: "gaussian", sigma: "per-pixel" },
      /sigma: must be a positive number, "shared" or "per-element", got "per-pixel"/,
    ],
    [{ kind: "gaussian", floor: 0 }, /floor: .*got 0/],
    [{ kind: "gaussian", scale: "shared" }, /no option "scale"/],
    [{ kind: "laplace", scale: Number.POSITIVE_INFINITY }, /scale: /],
    [{ kind: "discretized-logistic", scale: 0.1 }, /scale: .*got 0.1/],
    [{ kind: "categorical", levels: 1 }, /levels: .*got 1/],
    [{ kind: "categorical", levels: 257 }, /levels: .*got 257/],
    [{ kind: "categorical", levels: 2.5 }, /levels: .*got 2.5/],
    [{ kind: "gausian" }, /Did you mean gaussian/],
  ])("%j is refused", (given, message) => {
    expect(() => parse(given)).toThrow(UsageError);
    expect(() => parse(given)).toThrow(message);
  });
});

describe("decoder outputs", () => {
  it.each(Object.entries(all))("%s: all of its parameters are named x_...", (_, create) => {
    const likelihood = create(3);
    tf.tidy(() => {
      const named = likelihood.parameters(tf.zeros([2, 3 * likelihood.parametersPerFeature]));
      for (const [name, { shape }] of Object.entries(named)) {
        expect(name).toMatch(/^x_(logits|loc|logvar|logscale)$/);
        expect([shape[0], shape.at(-1)]).toEqual([2, 3]);
      }
    });
    tf.dispose(likelihood.variables.map(({ variable }) => variable));
  });

  it.each(Object.entries(all))("%s: values, means and gradients are finite at +-100", (_, create) => {
    const likelihood = create(1);
    const blocks = likelihood.parametersPerFeature;
    const far = [-100, -20, 0, 20, 100];
    const raw = far.flatMap((a) => far.map((b) => Array.from({ length: blocks }, (_, i) => (i % 2 ? b : a))));
    tf.tidy(() => {
      for (const x of [0, 1]) {
        const given = tf.tensor2d(raw);
        const logProb = (of: tf.Tensor) =>
          likelihood.logProb(tf.fill([raw.length, 1], x), likelihood.parameters(of));
        const gradient = tf.grad(logProb)(given).dataSync();
        expect(gradient.every(Number.isFinite)).toBe(true);
        expect(logProb(given).dataSync().every(Number.isFinite)).toBe(true);
        const mean = likelihood.mean(likelihood.parameters(given)).dataSync();
        expect(mean.every((value) => value >= 0 && value <= 1)).toBe(true);
      }
    });
    tf.dispose(likelihood.variables.map(({ variable }) => variable));
  });
});

describe("learned scales", () => {
  const scaleOf: Record<string, (parameters: Record<string, tf.Tensor>) => number> = {
    x_logvar: ({ x_logvar }) => Math.exp(x_logvar!.dataSync()[0]! / 2),
    x_logscale: ({ x_logscale }) => Math.exp(x_logscale!.dataSync()[0]!),
  };
  const deviation = { gaussian: 1, laplace: Math.SQRT2, "discretized-logistic": Math.PI / Math.sqrt(3) };

  it.each([
    [{ kind: "gaussian", sigma: "per-element" }, "x_logvar", 0.002],
    [{ kind: "laplace", scale: "per-element" }, "x_logscale", 0.002],
    [{ kind: "discretized-logistic" }, "x_logscale", Math.exp(-7) / 2],
  ] as const)("%j starts at a deviation of 0.3 around 0.5 and falls to its floor", (given, output, floor) => {
    const likelihood = make(given);
    tf.tidy(() => {
      const at = (raw: number) => likelihood.parameters(tf.tensor2d([[0, raw]]));
      expect(at(0).x_loc!.dataSync()[0]).toBe(0.5);
      expect(scaleOf[output]!(at(0)) * deviation[given.kind]).toBeCloseTo(0.3, 2);
      expect(scaleOf[output]!(at(-40))).toBeCloseTo(floor, 8);
    });
  });

  it.each([
    [{ kind: "gaussian" }, "likelihood/log_sigma"],
    [{ kind: "laplace" }, "likelihood/log_scale"],
    [{ kind: "discretized-logistic", scale: "shared" }, "likelihood/log_scale"],
  ] as const)("%j has one variable, and its density is that of the scale that it holds", (given, name) => {
    const { numTensors } = tf.memory();
    const likelihood = make(given);
    const [{ variable, name: actual }] = likelihood.variables as [Likelihood["variables"][number]];
    expect([likelihood.variables.length, actual, variable.shape]).toEqual([1, name, []]);
    expect(Math.exp(variable.dataSync()[0]!) * deviation[given.kind]).toBeCloseTo(0.3, 6);
    // By default 0.002 is below which nothing falls: in quadrature for the Gaussian, added for the others.
    const scale = 0.05;
    tf.tidy(() => {
      variable.assign(tf.scalar(Math.log(scale)));
      const x = tf.tensor2d([[0.2], [1]]);
      const raw = tf.tensor2d([[-1], [0.3]]);
      const floor = given.kind === "discretized-logistic" ? Math.exp(-7) / 2 : 0.002;
      const log = given.kind === "gaussian" ? Math.log(scale ** 2 + floor ** 2) : Math.log(scale + floor);
      const perElement = make({
        kind: given.kind,
        [given.kind === "gaussian" ? "sigma" : "scale"]: "per-element",
      });
      const expected = perElement.logProb(x, {
        x_loc: given.kind === "discretized-logistic" ? tf.add(raw, 0.5) : tf.sigmoid(raw),
        [given.kind === "gaussian" ? "x_logvar" : "x_logscale"]: tf.fill([2, 1], log),
      });
      expect(likelihood.logProb(x, likelihood.parameters(raw)).dataSync()).toBeAllClose(expected.dataSync(), {
        rtol: 2e-6,
      });
    });
    tf.dispose(variable);
    expect(tf.memory().numTensors).toBe(numTensors);
  });

  it("the best shared sigma is the root mean square error: its gradient is 0 there, and of the right sign beside it", () => {
    const likelihood = make({ kind: "gaussian" });
    const { variable } = likelihood.variables[0]!;
    const errors = [0.3, -0.1, 0.2, 0.05];
    const meanSquare = errors.reduce((sum, error) => sum + error ** 2, 0) / errors.length;
    const gradientAt = (sigma: number) =>
      tf.tidy(() => {
        variable.assign(tf.scalar(Math.log(sigma)));
        const x = tf.tensor2d(errors.map((error) => [0.5 + error]));
        const loss = () =>
          tf.mean(likelihood.logProb(x, likelihood.parameters(tf.zerosLike(x)))) as tf.Scalar;
        return tf.variableGrads(loss, [variable]).grads[variable.name]!.dataSync()[0]!;
      });
    expect(gradientAt(Math.sqrt(meanSquare - 0.002 ** 2))).toBeCloseTo(0, 5);
    // d/d ln sigma of -ln sigma - m / (2 sigma^2) is m / sigma^2 - 1, and here nearly so.
    expect(gradientAt(0.1)).toBeCloseTo((meanSquare / 0.010004 - 1) * (0.01 / 0.010004), 4);
    expect(gradientAt(0.5)).toBeLessThan(0);
    tf.dispose(variable);
  });

  it("a given sigma is taken as it is: ln N(0.7; 0.5, 0.01)", () => {
    const likelihood = make({ kind: "gaussian", sigma: 0.1 });
    expect(likelihood.variables).toEqual([]);
    const value = tf.tidy(
      () => likelihood.logProb(tf.tensor2d([[0.7]]), likelihood.parameters(tf.zeros([1, 1]))).dataSync()[0],
    );
    // scipy 1.17.1: norm.logpdf(0.7, 0.5, 0.1)
    expect(value).toBeCloseTo(-0.616353440210627, 5);
  });

  it("a given Laplace scale is taken as it is: ln Laplace(0.7; 0.5, 0.1)", () => {
    const likelihood = make({ kind: "laplace", scale: 0.1 });
    const value = tf.tidy(
      () => likelihood.logProb(tf.tensor2d([[0.7]]), likelihood.parameters(tf.zeros([1, 1]))).dataSync()[0],
    );
    // scipy 1.17.1: laplace.logpdf(0.7, 0.5, 0.1)
    expect(value).toBeCloseTo(-0.3905620875659, 5);
  });
});

describe("what data suit", () => {
  it("the categorical takes its own levels and nothing between them", () => {
    const { support } = make({ kind: "categorical", levels: 5 });
    const inside = [0, 0.25, 0.5, 0.75, 1, 0.25 + 5e-7];
    expect(inside.map(support.includes)).toEqual(inside.map(() => true));
    const outside = [0.1, 0.25 + 2e-6, -0.25, 1.25, Number.NaN, Number.POSITIVE_INFINITY];
    expect(outside.map(support.includes)).toEqual(outside.map(() => false));
    expect(support.values).toBe("the 5 levels 0, 1/4, 2/4, ..., 1");
    expect(make({ kind: "categorical", levels: 2 }).support.values).toBe("0 and 1");
  });

  it("all 8-bit pixels, scaled in float32, are levels of the two that have 256", () => {
    const pixels = Array.from({ length: 256 }, (_, i) => Math.fround(i * Math.fround(1 / 255)));
    for (const kind of ["categorical", "discretized-logistic"]) {
      const { support } = make({ kind });
      expect(pixels.every(support.includes)).toBe(true);
      expect(support.includes(0.5)).toBe(false);
    }
  });

  it("densities on the line take any number, the continuous Bernoulli 0 to 1", () => {
    for (const kind of ["gaussian", "laplace"]) {
      expect([-3, 0.5, 7, Number.NaN].map(make({ kind }).support.includes)).toEqual([
        true,
        true,
        true,
        false,
      ]);
    }
    const { support } = make({ kind: "continuous-bernoulli" });
    expect([0, 0.5, 1, -0.1, 1.1, Number.NaN].map(support.includes)).toEqual([
      true,
      true,
      true,
      false,
      false,
      false,
    ]);
  });

  it.each([
    [{ kind: "gaussian" }, /^mine is black and white only.*floor, 0.002/],
    [{ kind: "gaussian", sigma: "per-element", floor: 0.01 }, /floor, 0.01/],
    [{ kind: "laplace" }, /^mine is black and white only/],
    [{ kind: "continuous-bernoulli" }, /^mine is black and white only/],
    [{ kind: "gaussian", sigma: 0.1 }, null],
    [{ kind: "laplace", scale: 0.1 }, null],
    [{ kind: "discretized-logistic" }, null],
    [{ kind: "categorical" }, null],
  ])("%j says where it runs away: %s", (given, message) => {
    const likelihood = make(given);
    expect(likelihood.caveat({ binary: false, name: "mine" })).toBeNull();
    const caveat = likelihood.caveat({ binary: true, name: "mine" });
    if (message) expect(caveat).toMatch(message);
    else expect(caveat).toBeNull();
  });
});
