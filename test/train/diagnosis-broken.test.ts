import { conditionOn, custom, type FitOptions, type Network, tf } from "@vaekit/train";
import { describe, expect, it } from "vitest";
import {
  drawn,
  type ModelOptions,
  noise,
  type Pictures,
  small,
  striped,
  told,
  trainAndDiagnose,
} from "./diagnosis-support.ts";

interface Broken {
  how: string;
  pictures?: Pictures;
  model?: ModelOptions;
  options?: FitOptions;
  id: string;
  cause: string;
  finding: RegExp;
  change: RegExp;
  /** Whether training itself said so. */
  warned?: RegExp;
}

const fixed = (sigma: number) => ({ likelihood: { kind: "gaussian", sigma } }) as const;

/** Each broken in one way alone. */
const broken: Broken[] = [
  {
    how: "beta far too high",
    options: { beta: 1000 },
    id: "decoder-ignores-z",
    cause: "beta",
    finding: /^The decoder ignores z: .* 8 of 8 dimensions are inactive\.$/,
    change: /--beta 1\b.*--kl-warmup/,
    warned: /^Posterior collapse: in epoch \d+ .* beta 1000 is the likely cause/,
  },
  {
    how: "beta too high for one dimension to pay, on other data",
    pictures: striped,
    model: { latent: 16 },
    options: { beta: 20 },
    id: "decoder-ignores-z",
    cause: "beta",
    finding: /16 of 16 dimensions are inactive/,
    change: /--beta 1\b/,
    warned: /beta 20 is the likely cause/,
  },
  {
    how: "beta too high for all but the most important",
    options: { beta: 8 },
    id: "dimensions-held-down",
    cause: "beta",
    finding: /\d of 8 dimensions are inactive: the latent holds 0\.\d+ nats/,
    change: /--beta 1\b/,
  },
  {
    how: "learning rate too high: the decoder is dead",
    options: { learningRate: 0.15 },
    id: "decoder-ignores-z",
    cause: "learning rate",
    finding: /loses nothing with another/,
    change: /--lr 0\.001\b/,
  },
  {
    how: "learning rate too high: nothing is learned",
    model: { activation: "tanh" },
    options: { learningRate: 0.3 },
    id: "nothing-learned",
    cause: "learning rate",
    finding: /no better than the mean picture/,
    change: /--lr 0\.001\b/,
  },
  {
    how: "learning rate high: much is left",
    options: { learningRate: 0.1 },
    id: "unstable",
    cause: "learning rate",
    finding: /did not find what the data offer/,
    change: /--lr 0\.001\b/,
    warned: /^The validation loss, .* the learning rate is too high/,
  },
  {
    how: "learning rate too low",
    options: { learningRate: 1e-6 },
    id: "decoder-ignores-z",
    cause: "learning rate",
    finding: /The decoder ignores z/,
    change: /--lr 0\.001\b/,
  },
  {
    how: "learning rate low",
    options: { learningRate: 3e-5 },
    id: "decoder-ignores-z",
    cause: "learning rate",
    finding: /The decoder ignores z/,
    change: /--lr 0\.001\b/,
  },
  {
    how: "decoder variance far too large",
    model: fixed(5),
    id: "decoder-ignores-z",
    cause: "decoder variance",
    finding: /8 of 8 dimensions are inactive/,
    change: /--likelihood gaussian:sigma=shared/,
    warned: /fixed scale 5, .* is the likely cause/,
  },
  {
    how: "decoder variance too large",
    model: fixed(1),
    id: "decoder-variance",
    cause: "decoder variance",
    finding: /fixed scale 1 is \d\.\d+ times the error that it leaves/,
    change: /--likelihood gaussian:sigma=shared/,
  },
  {
    how: "decoder variance too small",
    model: fixed(0.01),
    id: "decoder-variance",
    cause: "decoder variance",
    finding: /fixed scale 0\.01 is 1\d\.\d times below the error/,
    change: /--likelihood gaussian:sigma=shared/,
  },
  {
    how: "latent of one dimension",
    model: { latent: 1 },
    id: "latent-too-small",
    cause: "capacity",
    finding: /^The one latent dimension is full, with 2\.\d+ nats, and the errors hold about \d+/,
    change: /--latent 4 or more/,
  },
  {
    how: "latent of two dimensions, of another likelihood",
    model: { latent: 2, likelihood: "gaussian" },
    id: "latent-too-small",
    cause: "capacity",
    finding: /^All 2 latent dimensions are full/,
    change: /--latent 4 or more/,
  },
  {
    how: "too few epochs",
    options: { epochs: 6, batch: 256 },
    id: "unfinished",
    cause: "training length",
    finding: /^Not trained yet after 6 updates: .* not even come to the mean picture/,
    change: /for about 1000 --epochs/,
  },
  {
    how: "few updates of an objective without free bits",
    options: { objective: { kind: "iwae", samples: 3 }, epochs: 3, batch: 128 },
    id: "unfinished",
    cause: "training length",
    finding: /^Not trained yet after 9 updates/,
    change: /^train for longer, for about 334 --epochs$/,
  },
  {
    how: "learned by heart",
    model: { hidden: [256], likelihood: { kind: "gaussian", sigma: "per-element" } },
    options: { epochs: 40, validation: 0.5, learningRate: 3e-3 },
    id: "overfitting",
    cause: "overfitting",
    finding: /^Overfitting: the validation loss was best in epoch \d+ of 40/,
    change: /--patience.*--dropout.*gaussian:sigma=shared/,
    warned: /^The validation loss, .* that of training still falls/,
  },
  {
    how: "an average of weights that looks back too far",
    pictures: striped,
    options: { epochs: 6, ema: 0.9999, learningRate: 3e-3 },
    id: "average-lags",
    cause: "weight average",
    finding: /^The averaged weights lag behind the trained ones/,
    change: /without --ema, with --ema 0\.\d+, or for longer/,
  },
  {
    how: "data of noise",
    pictures: noise,
    id: "nothing-learned",
    cause: "data",
    finding: /no better than the mean picture/,
    change: /on data with more in common/,
  },
  {
    how: "a likelihood whose learned scale falls to nothing",
    pictures: told,
    model: { likelihood: "gaussian" },
    options: { epochs: 80, learningRate: 3e-3 },
    id: "scale-collapsed",
    cause: "decoder variance",
    finding: /learned scale has fallen to nothing/,
    change: /--likelihood bernoulli/,
    warned: /^The validation loss/,
  },
  {
    how: "a codebook much larger than the data need",
    pictures: striped,
    model: { prior: { kind: "codebook", codes: 128, dimension: 4 } },
    options: { objective: "vq" },
    id: "codes-unused",
    cause: "codebook",
    finding: /of 128 codes are used/,
    change: /codebook:codes=\d+/,
  },
];

describe("a run broken on purpose", () => {
  it.each(broken)(
    "$how",
    async ({ pictures = drawn, model, options, id, cause, finding, change, warned }) => {
      const found = await trainAndDiagnose(pictures, small(pictures, model), options);
      expect(found.healthy).toBe(false);
      const [first] = found.findings;
      expect(first).toMatchObject({ id, cause });
      expect(first!.finding).toMatch(finding);
      expect(first!.change).toMatch(change);
      expect(first!.evidence.length).toBeGreaterThan(0);
      for (const { protocol } of first!.evidence) expect(protocol).toMatch(/400 examples of|train|epoch/);
      expect(found.warnings.length).toBe(warned ? 1 : 0);
      if (warned) expect(found.warnings[0]).toMatch(warned);
    },
  );

  it("a decoder that no path leads to from z", async () => {
    const { shape } = drawn.train;
    const model = custom({
      shape,
      latent: 4,
      build: ({ features, latent, outputs, layers }) => {
        const x = layers.input({ shape: [features] });
        const codes = () => layers.layers.dense({ units: latent }).apply(x) as never;
        return {
          encoder: layers.model({ inputs: x, outputs: [codes(), codes()] }),
          decoder: deaf(outputs),
        };
      },
    });
    const { findings, measured } = await trainAndDiagnose(drawn, model, { epochs: 8 });
    expect(findings[0]).toMatchObject({ id: "decoder-ignores-z", severity: "problem", cause: "decoder" });
    expect(findings[0]!.why).toBe("the decoder's output is the same, to the last bit, for every z");
    expect(measured!.sensitivity).toEqual({ value: 0, low: 0, high: 0 });
  });

  it("a condition that says all of x", async () => {
    const model = small(told, { latent: 4, condition: conditionOn(told.train, "labels") });
    const { findings, healthy, measured, warnings } = await trainAndDiagnose(told, model, {
      epochs: 80,
      learningRate: 3e-3,
    });
    expect(healthy).toBe(false);
    expect(findings[0]).toMatchObject({ id: "decoder-ignores-z", severity: "warning", cause: "condition" });
    expect(findings[0]!.why).toMatch(
      /^the condition explains (9\d(\.\d)?|100) % of the data's variance without z$/,
    );
    expect(measured!.conditionSensitivity!.low).toBeGreaterThan(1);
    expect(warnings).toEqual([expect.stringContaining("Where c says all of x there is nothing left for z")]);
  });
});

/** Gives one picture, whatever z is. */
function deaf(outputs: number): Network {
  const bias = tf.variable(tf.zeros([1, outputs]));
  return {
    parameters: [{ name: "decoder/bias", variable: bias }],
    buffers: [],
    noise: {},
    apply: ([z]) => [tf.add(tf.mul(tf.sum(z!, 1, true), 0), bias)],
    dispose: () => bias.dispose(),
  };
}
