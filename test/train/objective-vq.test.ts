import { RandomStream } from "@vaekit/infer";
import { tf } from "@vaekit/train";
import { beforeAll, describe, expect, it } from "vitest";
import { plainKl } from "../../packages/train/src/objective/kl-control.ts";
import { startPass } from "../../packages/train/src/objective/pass.ts";
import { vq } from "../../packages/train/src/objective/vq.ts";
import { codebook } from "../../packages/train/src/prior/codebook.ts";
import type { Prior } from "../../packages/train/src/prior/types.ts";
import {
  batch,
  features,
  gradientsOf,
  inputsFor,
  type LinearVae,
  latent,
  linearVae,
  runEager,
  sizes,
} from "./objective-model.ts";

const of = { examples: 40, rows: batch, latent, uniforms: 2 };
const objective = vq.create({ kind: "vq", commitment: 0.25, decay: 0.9 }, of);
const prior = (codes: number) => codebook.create({ kind: "codebook", codes, dimension: 2 }, sizes);

function assign(to: Prior, values: Record<string, ArrayLike<number>>) {
  for (const { name, variable } of to.buffers) {
    const next = values[name];
    if (next) tf.tidy(() => variable.assign(tf.tensor(Float32Array.from(next), variable.shape)));
  }
}

beforeAll(() => void tf.setBackend("cpu"));

describe("vq", () => {
  it("has perplexity 1 where all latents have one code, and as many as are used equally often", () => {
    const model = linearVae(prior(4));
    const perplexity = (codes: number[]) => {
      assign(model.vae.prior, { "prior/codebook": codes });
      return runEager(gradientsOf(model, objective), inputsFor(1)).perplexity![0];
    };
    expect(perplexity([0, 0, 90, 90, 91, 91, 92, 92])).toBe(1);
    // Four examples with two groups each, encoded as (a, b) and (c, d) half and half
    tf.tidy(() =>
      model.variables.A.assign(
        tf.tensor2d([
          [5, 5, -5, -5],
          [5, 5, -5, -5],
          [5, 5, -5, -5],
        ]),
      ),
    );
    const x = new Float32Array(batch * features).fill(1);
    const inputs = { ...inputsFor(1), x: { shape: [batch, features], data: x } };
    assign(model.vae.prior, { "prior/codebook": [15, 15, -15, -15, 91, 91, 92, 92] });
    expect(runEager(gradientsOf(model, objective), inputs).perplexity![0]).toBeCloseTo(2, 6);
  });

  it("moves the codes to the means of what is assigned to them, and leaves unused codes where they are", () => {
    const model = linearVae(prior(3));
    const unused = [40, 40];
    assign(model.vae.prior, {
      "prior/codebook": [1, 1, -1, -1, ...unused],
      "prior/sum": [1, 1, -1, -1, ...unused],
    });
    // Each vector is one of two cluster centres and noise: x = I, so that A's rows are the codes' vectors.
    const rows = 64;
    const noise = new RandomStream(4, "noise").normal(new Float32Array(rows * latent));
    const vectors = noise.map((value, i) => (i % 4 < 2 ? 3 : -2) + 0.3 * value);
    const vae = {
      ...model.vae,
      encodeScaled: () => ({ mu: tf.tensor2d(vectors, [rows, latent]), logvar: tf.zeros([rows, latent]) }),
    };
    const step = gradientsOf({ ...model, vae: vae as unknown as LinearVae["vae"] }, objective);
    const inputs = {
      ...inputsFor(1),
      x: { shape: [rows, features], data: new Float32Array(rows * features) },
    };
    // After 120 steps an unused count is 0.9^120 = 3e-6, below what smooths it.
    for (let i = 0; i < 120; i++) assign(model.vae.prior, runEager(step, inputs));
    const mean = (d: number) => {
      const own = vectors.filter((_, i) => i % 4 === d);
      return own.reduce((sum, value) => sum + value, 0) / own.length;
    };
    const codes = model.vae.prior.buffers[0]!.variable.dataSync();
    // The smoothing of the counts, 1e-5 of 64.
    expect(codes.slice(0, 4)).toBeAllClose([0, 1, 2, 3].map(mean), { rtol: 2e-4 });
    expect([...codes.slice(4)]).toEqual(unused);
  });

  it("evaluates at the codes, and says how long they are", () => {
    const model = linearVae(prior(16));
    tf.tidy(() => {
      const inputs = Object.fromEntries(
        Object.entries(inputsFor(1)).map(([name, { shape, data }]) => [name, tf.tensor(data, shape)]),
      );
      const pass = startPass(model.vae, inputs, { samples: 1, training: false, control: plainKl });
      const { logPx, kl } = objective.evaluate!(pass);
      expect(kl.shape).toEqual([batch, 1]);
      expect(kl.dataSync()).toBeAllClose(Array(batch).fill(2 * Math.log(16)), { rtol: 1e-6 });
      const expected = pass.logPx(model.vae.prior.quantize!(pass.mu).z).dataSync();
      expect(logPx.dataSync()).toEqual(expected);
      expect(pass.logPx(pass.mu).dataSync()).not.toEqual(expected);
    });
  });

  it("has the paper's weight of the commitment where nothing is said, and no decay outside [0, 1)", () => {
    expect(vq.schema.parse({ kind: "vq" })).toEqual({ kind: "vq", commitment: 0.25, decay: 0.99 });
    for (const decay of [-0.1, 1]) expect(vq.schema.safeParse({ kind: "vq", decay }).success).toBe(false);
  });
});
