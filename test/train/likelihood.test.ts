import { likelihoods, tf } from "@vaekit/train";
import { beforeAll, describe, expect, it } from "vitest";

const bernoulli = likelihoods.bernoulli.create({ kind: "bernoulli" }, { features: 1 });

/** ln(1 + e^l), in double precision and exact for every l. */
const softplus = (l: number) => Math.max(l, 0) + Math.log1p(Math.exp(-Math.abs(l)));
/** x ln p + (1 - x) ln(1 - p) with p = 1 / (1 + e^-l): -x ln(1 + e^-l) - (1 - x) ln(1 + e^l). */
const logProb = (x: number, l: number) => -x * softplus(-l) - (1 - x) * softplus(l);

const logits = [-100, -88, -30, -10, -1, -1e-3, 0, 1e-3, 0.5, 1, 10, 30, 88, 100];

/** ln p of one feature per example. */
function ofSingle(x: readonly number[], l: readonly number[]): Float32Array {
  return tf.tidy(() => {
    const shape: [number, number] = [x.length, 1];
    const parameters = bernoulli.parameters(tf.tensor2d([...l], shape));
    return bernoulli.logProb(tf.tensor2d([...x], shape), parameters).dataSync() as Float32Array;
  });
}

beforeAll(() => void tf.setBackend("cpu"));

describe("Bernoulli", () => {
  it.each([0, 1, 0.25, 0.5, 155 / 255])(
    "ln p of x = %d is the closed form at every logit, extreme ones too",
    (x) => {
      const actual = ofSingle(
        logits.map(() => x),
        logits,
      );
      const expected = logits.map((l) => logProb(x, l));
      // x l - ln(1 + e^l) cancels where l is large, so the error is of float32 at |l|.
      for (const [i, l] of logits.entries()) {
        expect(Math.abs(actual[i]! - expected[i]!), `logit ${l}`).toBeLessThan(
          2e-7 * Math.max(1, Math.abs(l)),
        );
      }
    },
  );

  it("sums over features and keeps examples apart", () => {
    const [batch, features] = [5, 30];
    const values = Array.from({ length: batch * features }, (_, i) => ((i * 37) % 256) / 255);
    const raw = Array.from({ length: batch * features }, (_, i) => 8 * Math.sin(i));
    const actual = tf.tidy(() => {
      const parameters = bernoulli.parameters(tf.tensor2d(raw, [batch, features]));
      const result = bernoulli.logProb(tf.tensor2d(values, [batch, features]), parameters);
      expect(result.shape).toEqual([batch]);
      return result.dataSync();
    });
    const expected = Array.from({ length: batch }, (_, n) => {
      let sum = 0;
      for (let i = n * features; i < (n + 1) * features; i++) sum += logProb(values[i]!, raw[i]!);
      return sum;
    });
    expect(actual).toBeAllClose(expected, { rtol: 1e-6 });
  });

  it("is a distribution: the probabilities of black and white sum to 1", () => {
    const [black, white] = [
      ofSingle(
        logits.map(() => 0),
        logits,
      ),
      ofSingle(
        logits.map(() => 1),
        logits,
      ),
    ];
    const total = black.map((value, i) => Math.exp(value) + Math.exp(white[i]!));
    expect(total).toBeAllClose(
      logits.map(() => 1),
      { atol: 1e-6 },
    );
  });

  it("at grey x is the mean over black and white pictures drawn with that grey", () => {
    for (const l of [-3, 0.7, 5]) {
      const [black, white, grey] = [0, 1, 0.3].map((x) => ofSingle([x], [l])[0]!);
      expect(grey).toBeCloseTo(0.7 * black! + 0.3 * white!, 5);
    }
  });

  it("has a finite gradient x - p at extreme logits", () => {
    for (const x of [0, 1, 0.25]) {
      const gradient = tf.tidy(() => {
        const of = tf.grad((l: tf.Tensor) =>
          bernoulli.logProb(tf.fill([logits.length, 1], x), bernoulli.parameters(l)),
        );
        return of(tf.tensor2d(logits, [logits.length, 1])).dataSync();
      });
      const expected = logits.map((l) => x - 1 / (1 + Math.exp(-l)));
      expect(gradient, `x = ${x}`).toBeAllClose(expected, { atol: 1e-6 });
    }
  });

  it("has the mean 1 / (1 + e^-l)", () => {
    const mean = tf.tidy(() =>
      bernoulli.mean(bernoulli.parameters(tf.tensor2d(logits, [1, logits.length]))).dataSync(),
    );
    expect(mean).toBeAllClose(
      logits.map((l) => 1 / (1 + Math.exp(-l))),
      { atol: 1e-6 },
    );
  });

  it("gives probability to 0, 1 and greys between them", () => {
    expect([0, 0.3, 1, -0.01, 1.01, Number.NaN].map(bernoulli.support.includes)).toEqual([
      true,
      true,
      true,
      false,
      false,
      false,
    ]);
  });

  it("warns of grey data, naming them, and not of black and white", () => {
    expect(bernoulli.caveat({ binary: true, name: "mine" })).toBeNull();
    const caveat = bernoulli.caveat({ binary: false, name: "mine" });
    expect(caveat).toMatch(/^mine has values between black and white/);
    expect(caveat).toContain('binarize "dynamic"');
  });
});
