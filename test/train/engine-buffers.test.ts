import {
  type Batch,
  createEngine,
  createJob,
  custom,
  drawNoise,
  type Engine,
  type EngineName,
  gatherRows,
  type Job,
  mlp,
  noiseSpecs,
  tf,
  Vae,
  whyMissing,
} from "@vaekit/train";
import { describe, expect, it, onTestFinished } from "vitest";
import { layers } from "../../packages/train/src/tfjs.ts";
import { bars } from "../support/data.ts";
import { flat } from "./jobs.ts";

const rows = 12;
const data = bars(4 * rows);
const missing = await whyMissing("tfjs-node");
const engines: EngineName[] = ["compiled", "cpu", "wasm", ...(missing ? [] : (["tfjs-node"] as const))];

const batchAt = (step: number): Batch => {
  const indices = Uint32Array.from({ length: rows }, (_, i) => ((step * rows) % data.count) + i);
  return { rows, x: gatherRows(data, indices, new Uint8Array(rows * 30)) };
};

async function engineFor(name: EngineName, job: Job): Promise<Engine> {
  const engine = await createEngine(name, job);
  onTestFinished(() => engine.dispose());
  return engine;
}

function built(config: ConstructorParameters<typeof Vae>[0]): Vae {
  const vae = new Vae(config, data, 3);
  onTestFinished(() => vae.dispose());
  return vae;
}

async function take(engine: Engine, job: Job, count: number, seed = 5): Promise<number[]> {
  const losses: number[] = [];
  for (let step = 1; step <= count; step++) {
    const noise = drawNoise(noiseSpecs(job, rows, true), seed, step);
    losses.push((await engine.step(batchAt(step), noise, { step, learningRate: 0.05 })).loss);
  }
  return losses;
}

describe("batch normalisation's moving statistics", () => {
  /** Encoder and decoder with batch normalisation; the same weights for each call. */
  const networks = (sizes: { features: number; outputs: number; latent: number }) => {
    const x = layers.input({ shape: [sizes.features] });
    const h = layers.layers.dense({ name: "hidden", units: 9, useBias: false }).apply(x);
    const normed = layers.layers.batchNormalization({ name: "norm", momentum: 0.8 }).apply(h);
    const seen = layers.layers.activation({ name: "act", activation: "tanh" }).apply(normed) as never;
    const head = (name: string) => layers.layers.dense({ name, units: sizes.latent }).apply(seen) as never;
    const z = layers.input({ shape: [sizes.latent] });
    const wide = layers.layers.dense({ name: "hidden", units: 8, activation: "tanh" }).apply(z);
    const norm = layers.layers.batchNormalization({ name: "norm", momentum: 0.8 }).apply(wide);
    const out = layers.layers.dense({ name: "x", units: sizes.outputs }).apply(norm) as never;
    return {
      encoder: layers.model({ inputs: x, outputs: [head("mu"), head("logvar")] }),
      decoder: layers.model({ inputs: z, outputs: out }),
    };
  };

  it.each(engines)("and weights on %s are those of tfjs's own training of the same layers", async (name) => {
    const vae = built(custom({ shape: data.shape, latent: 3, build: networks }));
    const job = createJob(vae, { rows, objective: "ae", optimizer: "sgd" });
    await tf.setBackend("cpu");
    // tfjs's LayersModel: x -> the decoder of the encoder's mu, with the same weights.
    const own = networks({ features: 30, outputs: 30, latent: 3 });
    for (const [part, model] of Object.entries(own)) {
      const weights = vae.variables().filter(({ name: at }) => at.startsWith(`${part}/`));
      const named = new Map(weights.map(({ name: at, variable }) => [at.slice(part.length + 1), variable]));
      for (const layer of model.layers) {
        const values = layer.weights.map(
          (weight) => named.get(`${layer.name}/${weight.originalName.split("/").at(-1)}`)!,
        );
        if (values.length > 0) layer.setWeights(values);
      }
    }
    const input = own.encoder.inputs[0]!;
    const [mu] = own.encoder.apply(input) as [never];
    const whole = layers.model({ inputs: input, outputs: own.decoder.apply(mu) as never });
    // Bernoulli from logits, summed over features, as tfjs's mean over the batch wants it: [batch].
    const loss = (truth: tf.Tensor, logits: tf.Tensor) =>
      tf.sum(tf.sub(tf.softplus(logits), tf.mul(truth, logits)), 1);
    whole.compile({ optimizer: tf.train.sgd(0.05), loss });
    const expected: number[] = [];
    for (let step = 1; step <= 4; step++) {
      const x = tf.tensor2d(
        [...batchAt(step).x].map((value) => value / 255),
        [rows, 30],
      );
      expected.push((await whole.trainOnBatch(x, x)) as number);
      x.dispose();
    }

    const engine = await engineFor(name, job);
    expect(await take(engine, job, 4)).toBeAllClose(expected, { rtol: 1e-5 });
    const state = await engine.readState();
    for (const [part, model] of Object.entries(own)) {
      for (const layer of model.layers) {
        if (layer.name === "logvar") continue;
        layer.weights.forEach((weight, i) => {
          const at = `weights/${part}/${layer.name}/${weight.originalName.split("/").at(-1)}`;
          expect(state[at], at).toBeDefined();
          expect(state[at]!, at).toBeAllClose(layer.getWeights()[i]!.dataSync(), { scaleTol: 1e-5 });
        });
      }
    }
    const moving = state["weights/encoder/norm/moving_mean"]!;
    expect(moving.some((value) => Math.abs(value) > 1e-3)).toBe(true);
    whole.dispose();
  });

  it.each(engines)("are what %s evaluates with, however many rows there are", async (name) => {
    const vae = built(mlp({ shape: data.shape, latent: 3, hidden: [9], batchNorm: true }));
    const job = createJob(vae, { rows });
    const engine = await engineFor(name, job);
    await take(engine, job, 4);
    const before = flat(await engine.readState());
    const batch = batchAt(1);
    const eps = drawNoise(noiseSpecs(job, rows, false), 1, 1).eps!;
    const all = await engine.evaluate(batch, { eps });
    const one = await engine.evaluate({ rows: 1, x: batch.x.slice(0, 30) }, { eps: eps.slice(0, 3) });
    expect(one.mu).toBeAllClose(all.mu.slice(0, 3), { scaleTol: 1e-5 });
    expect(one.logPx[0]).toBeCloseTo(all.logPx[0]!, 4);
    expect(flat(await engine.readState())).toEqual(before);
  });
});

describe("dropout", () => {
  const model = mlp({ shape: data.shape, latent: 3, hidden: [16], dropout: 0.5 });

  it.each(engines)("on %s follows its noise, and there is none in an evaluation", async (name) => {
    const losses: number[][] = [];
    for (const seed of [5, 5, 6]) {
      const job = createJob(built(model), { rows, objective: "ae" });
      expect(Object.keys(noiseSpecs(job, rows, true))).toEqual([
        "eps",
        "dropout/encoder/hidden_1_dropout",
        "dropout/decoder/hidden_1_dropout",
      ]);
      expect(Object.keys(noiseSpecs(job, rows, false))).toEqual(["eps"]);
      const engine = await engineFor(name, job);
      // The plain autoencoder takes no eps: whatever differs comes from dropout.
      losses.push(await take(engine, job, 2, seed));
      const eps = new Float32Array(rows * 3);
      const [first, second] = [
        await engine.evaluate(batchAt(1), { eps }),
        await engine.evaluate(batchAt(1), { eps }),
      ];
      expect(second).toEqual(first);
    }
    expect(losses[1]).toEqual(losses[0]);
    expect(losses[2]![0]).not.toBe(losses[0]![0]);
  });

  it("on the compiled engine drops what tfjs's cpu backend drops", async () => {
    const states: Float32Array[] = [];
    for (const name of ["compiled", "cpu"] as const) {
      const job = createJob(built(model), { rows });
      const engine = await engineFor(name, job);
      await take(engine, job, 3);
      states.push(flat(await engine.readState(), "weights/"));
    }
    expect(states[0]!).toBeAllClose(states[1]!, { atol: 1e-5 });
  });

  it("of everything kept scales by the share that is, and of nothing kept leaves the biases", async () => {
    const vae = built(model);
    const engine = await engineFor("compiled", createJob(vae, { rows, objective: "ae" }));
    const lossOf = async (step: number, uniform: number) => {
      const [eps, units] = [new Float32Array(rows * 3), new Float32Array(rows * 16)];
      const noise = {
        eps,
        "dropout/encoder/hidden_1_dropout": units.fill(uniform),
        "dropout/decoder/hidden_1_dropout": units.fill(uniform),
      };
      return (await engine.step(batchAt(1), noise, { step, learningRate: 1e-30 })).loss;
    };
    // Biases of zero: every logit is 0, a coin for each pixel.
    expect(await lossOf(1, 0)).toBeCloseTo(30 * Math.log(2), 4);
    // Hidden units twice as large, as if what reads them had twice the weights.
    const plain = built(mlp({ shape: data.shape, latent: 3, hidden: [16] }));
    const weights = vae.readWeights();
    for (const name of ["encoder/mu/kernel", "decoder/x/kernel"]) {
      weights[name] = weights[name]!.map((value) => 2 * value);
    }
    plain.writeWeights(weights);
    const other = await engineFor("compiled", createJob(plain, { rows, objective: "ae" }));
    const eps = new Float32Array(rows * 3);
    const { loss } = await other.step(batchAt(1), { eps }, { step: 1, learningRate: 1e-30 });
    expect(Math.abs(loss - 30 * Math.log(2))).toBeGreaterThan(0.01);
    expect(await lossOf(2, 0.5)).toBeCloseTo(loss, 4);
  });
});

describe("the moving average of weights", () => {
  const decay = 0.7;

  it.each(engines)("on %s is of the weights after each step, and what it evaluates with", async (name) => {
    const job = createJob(built(mlp({ shape: data.shape, latent: 3, hidden: [8], batchNorm: true })), {
      rows,
      ema: decay,
    });
    const engine = await engineFor(name, job);
    const average = new Map<string, Float64Array>();
    for (let step = 1; step <= 6; step++) {
      const noise = drawNoise(noiseSpecs(job, rows, true), 5, step);
      await engine.step(batchAt(step), noise, { step, learningRate: 0.01 });
      const state = await engine.readState();
      for (const { name: at } of job.vae.parameters) {
        const weights = state[`weights/${at}`]!;
        const before = average.get(at) ?? new Float64Array(weights.length);
        // The mean of all so far, until 1 / (1 - decay) steps are over.
        const share = Math.max(1 - decay, 1 / step);
        average.set(
          at,
          before.map((value, i) => value + share * (weights[i]! - value)),
        );
      }
    }
    const state = await engine.readState();
    for (const [at, values] of average) {
      expect(state[`ema/${at}`]!, at).toBeAllClose(values, { scaleTol: 1e-6 });
      expect(state[`ema/${at}`]).not.toEqual(state[`weights/${at}`]);
    }
    // The same from an engine without averages whose weights they are; moving statistics have none.
    const vae = built(job.vae.config);
    vae.writeWeights(
      Object.fromEntries(
        vae.variables().map(({ name: at }) => [at, state[`ema/${at}`] ?? state[`weights/${at}`]!]),
      ),
    );
    const eps = drawNoise(noiseSpecs(job, rows, false), 1, 1).eps!;
    const plain = await engineFor(name, createJob(vae, { rows }));
    const [averaged, expected] = [
      await engine.evaluate(batchAt(2), { eps }),
      await plain.evaluate(batchAt(2), { eps }),
    ];
    expect(averaged).toEqual(expected);
    expect(flat(await engine.readState())).toEqual(flat(state));
  });
});

describe("a step's noise", () => {
  const vae = () => built(mlp({ shape: data.shape, latent: 3, hidden: [4], dropout: 0.2, prior: "mixture" }));
  const specsOf = () =>
    noiseSpecs(createJob(vae(), { rows, objective: "infovae", binarize: true }), rows, true);

  it("depends on seed and step alone", () => {
    const specs = specsOf();
    const names = Object.keys(specs);
    expect(names.length).toBeGreaterThan(4);
    const third = drawNoise(specs, 7, 3);
    for (let step = 1; step < 3; step++) drawNoise(specs, 7, step);
    expect(drawNoise(specs, 7, 3)).toEqual(third);
    const held = drawNoise(specs, 7, 1);
    expect(drawNoise(specs, 7, 3, held)).toEqual(third);
    for (const name of names) {
      expect(drawNoise(specs, 7, 4)[name], name).not.toEqual(third[name]);
      expect(drawNoise(specs, 8, 3)[name], name).not.toEqual(third[name]);
    }
  });

  it("is another for each name and step: no number comes twice, and none goes with another", () => {
    const specs = specsOf();
    const drawn = [1, 2, 3].flatMap((step) => Object.values(drawNoise(specs, 7, step)));
    const all = drawn.flatMap((values) => [...values]);
    // Uniform numbers have 24 bits: chance makes some pairs of thousands equal, a shared stream whole arrays.
    expect(new Set(all).size).toBeGreaterThan(0.999 * all.length);
    for (const [i, a] of drawn.entries()) {
      for (const b of drawn.slice(i + 1)) {
        const n = Math.min(a.length, b.length);
        if (n < 30) continue;
        const mean = (of: Float32Array) => of.slice(0, n).reduce((sum, value) => sum + value, 0) / n;
        const [ma, mb] = [mean(a), mean(b)];
        let [ab, aa, bb] = [0, 0, 0];
        for (let k = 0; k < n; k++) {
          ab += (a[k]! - ma) * (b[k]! - mb);
          aa += (a[k]! - ma) ** 2;
          bb += (b[k]! - mb) ** 2;
        }
        // Correlation of independent numbers: 1 / sqrt(n) is its standard deviation.
        expect(Math.abs(ab / Math.sqrt(aa * bb))).toBeLessThan(4.5 / Math.sqrt(n));
      }
    }
  });
});
