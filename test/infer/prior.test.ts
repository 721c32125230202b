import { statSync } from "node:fs";
import { join } from "node:path";
import { exportBundle, verifyBundle } from "@vaekit/export";
import { loadRuntime, RandomStream, type Runtime, UsageError } from "@vaekit/infer";
import { mlp, tf, Vae } from "@vaekit/train";
import { describe, expect, it } from "vitest";
import { bars, temporaryDirectory } from "../support/data.ts";
import { exportedVae, inTfjs } from "./export-small.ts";
import { changeManifest } from "./small-bundle.ts";

const data = bars(100);
const latent = 4;
const near = { scaleTol: 1e-5 };
const count = 40;

const kinds = {
  mixture: exportedVae(data, { latent, prior: { kind: "mixture", components: 3 } }),
  vamp: exportedVae(data, { latent, hidden: [64, 32], prior: { kind: "vamp", pseudoInputs: 5 } }),
  codebook: exportedVae(data, { latent, prior: { kind: "codebook", codes: 6, dimension: 2 } }),
};

/** The noise that `sample` documents: normal numbers of the seed's stream, uniform ones of its first fork. */
function noiseOf(seed: number, uniforms: number, temperature = 1) {
  const stream = new RandomStream(seed, "sample");
  const eps = stream.normal(new Float32Array(count * latent)).map((value) => value * temperature);
  return { eps, uniform: stream.fork(1).uniform(new Float32Array(count * uniforms)) };
}

describe.each(Object.entries(kinds))("a bundle with prior %s", (name, bundle) => {
  it("has a graph for it, under the version that older readers refuse", () => {
    const uniforms = name === "codebook" ? 2 : 1;
    expect(bundle.manifest).toMatchObject({
      version: 2,
      prior: { name, uniforms, graph: true, codes: name === "codebook" },
    });
    expect(Object.keys(bundle.manifest.files)).toContain("prior.onnx");
    expect(Object.keys(bundle.manifest.verified.prior!.outputs)).toEqual(["z"]);
  });

  // Codes have no noise that a temperature could scale: sample refuses one (test/cli/conditional.test.ts).
  const temperatures = name === "codebook" ? [1] : [1, 0.5, 0];
  it.each(temperatures)("draws what tfjs draws of the same noise, at temperature %d", async (temperature) => {
    const loaded = await bundle.load();
    const { uniforms } = bundle.manifest.prior;
    const { z, x_mean } = await loaded.sample(count, { seed: 9, temperature });
    const { eps, uniform } = noiseOf(9, uniforms, temperature);
    const expected = inTfjs(() => {
      const z = bundle.vae.samplePrior({
        eps: tf.tensor(eps, [count, latent]),
        uniform: tf.tensor(uniform, [count, uniforms]),
      });
      return { z, x_mean: bundle.vae.decode(z).x_mean! };
    });
    expect(z.shape).toEqual([count, latent]);
    expect(z.data).toBeAllClose(expected.z, near);
    expect(x_mean.data).toBeAllClose(expected.x_mean, near);
  });

  it("makes row i of a sample whatever the count is", async () => {
    const loaded = await bundle.load();
    const many = await loaded.sample(count, { seed: 2 });
    const few = await loaded.sample(7, { seed: 2 });
    expect(few.z.data).toEqual(many.z.rows(0, 7).data);
  });

  it("scores with it", async () => {
    const loaded = await bundle.load();
    const { mu, logvar } = await loaded.encode(data.values);
    const { log_pz, log_qz } = await loaded.score(data.values, { seed: 3 });
    const eps = new RandomStream(3, "noise").normal(new Float32Array(mu.data.length));
    const z = mu.data.map((value, i) => value + Math.exp(logvar.data[i]! / 2) * eps[i]!);
    const expected = inTfjs(() => ({ log_pz: bundle.vae.prior.logProb(tf.tensor(z, [data.count, latent])) }));
    expect(log_pz.data).toBeAllClose(expected.log_pz, near);
    if (name === "codebook") {
      expect(log_pz.data.every((value) => Math.abs(value + 2 * Math.log(6)) < 1e-5)).toBe(true);
      expect(log_qz.data.every((value) => value === 0)).toBe(true);
      expect(logvar.data.every((value) => value === -60)).toBe(true);
    }
  });

  it("verifies on both runtimes, prior and all", async () => {
    const runtimes = [await loadRuntime("node"), await loadRuntime("web")];
    const report = await verifyBundle(bundle.directory, { runtimes });
    for (const graphs of Object.values(report.runtimes)) expect(Object.keys(graphs.prior!)).toEqual(["z"]);
  });
});

describe("prior vamp", () => {
  it("leaves the posteriors of its pseudo-inputs in scorer and prior graph, and no encoder", () => {
    const bytes = (graph: string) => statSync(join(kinds.vamp.directory, `${graph}.onnx`)).size;
    const weights = 4 * (30 * 64 + 64 * 32);
    expect(bytes("encoder")).toBeGreaterThan(weights);
    for (const graph of ["scorer", "prior"]) expect(bytes(graph)).toBeLessThan(weights / 2);
  });
});

describe("prior codebook", () => {
  it("encodes to its codes, which decode as tfjs decodes them", async () => {
    const loaded = await kinds.codebook.load();
    const { mu } = await loaded.encode(data.values);
    const codes = kinds.codebook.vae.readWeights()["prior/codebook"]!;
    const known = new Set(Array.from({ length: 6 }, (_, i) => `${codes.subarray(2 * i, 2 * i + 2)}`));
    for (let i = 0; i < mu.data.length; i += 2) expect(known).toContain(`${mu.data.subarray(i, i + 2)}`);
  });
});

describe("prior codebook in smaller weights", () => {
  it("says how many elements of mu became another code, and holds the others to the limit", async () => {
    const prior = { kind: "codebook", codes: 256, dimension: 8 } as const;
    const vae = new Vae(mlp({ shape: data.shape, latent: 64, hidden: [128, 64], prior }), data, 3);
    const place = join(temporaryDirectory(), "small");
    const manifest = await exportBundle(vae, place, { samples: data.values, weights: "int8" });
    vae.dispose();
    const { mu } = manifest.weights!.graphs.encoder.outputs;
    expect(mu!.otherwise!.count).toBeGreaterThan(0);
    expect(mu!.otherwise!.of).toBe(2 * 72 * 64);
    expect(mu!.maxRelative).toBeLessThanOrEqual(manifest.weights!.tolerance);
    // The float32 graph was held against tfjs, code by code.
    expect(manifest.verified.encoder.outputs.mu!.otherwise).toEqual({ count: 0, of: 2 * 72 * 64 });
    await verifyBundle(place);
  });

  it("finds a runtime that chooses other codes", async () => {
    const node = await loadRuntime("node");
    const wrong: Runtime = {
      ...node,
      async createSession(model, options) {
        const session = await node.createSession(model, options);
        const run: typeof session.run = async (feeds) => {
          const { mu, ...outputs } = await session.run(feeds);
          if (!mu) return outputs;
          const data = (mu.data as Float32Array).slice();
          for (let i = 0; i < latent; i++) data[i] = data[i]! + 1;
          return { ...outputs, mu: { ...mu, data } };
        };
        return { ...session, run, dispose: () => session.dispose() };
      },
    };
    await expect(verifyBundle(kinds.codebook.directory, { runtimes: [wrong] })).rejects.toThrow(
      "mu: 4 of 32 elements are chosen otherwise",
    );
  });
});

describe("exportBundle", () => {
  it("refuses a prior that cannot be drawn from", async () => {
    const { vae } = kinds.mixture;
    const without = {
      data,
      latent,
      likelihood: vae.likelihood,
      prior: { name: "mine" },
      encode: vae.encode.bind(vae),
      decode: vae.decode.bind(vae),
      score: vae.score.bind(vae),
    };
    const place = join(temporaryDirectory(), "never");
    await expect(exportBundle(without, place)).rejects.toThrow(UsageError);
    await expect(exportBundle(without, place)).rejects.toThrow(
      "prior mine cannot be drawn from: the VAE has no samplePrior",
    );
  });

  it.each(Object.keys(kinds) as (keyof typeof kinds)[])("stores %s in small weights", async (kind) => {
    const { prior } = kinds[kind].vae.config;
    const vae = new Vae(mlp({ shape: data.shape, latent, hidden: [128, 64], prior }), data, 3);
    const place = join(temporaryDirectory(), "small");
    const manifest = await exportBundle(vae, place, { samples: data.values, weights: "int8" });
    vae.dispose();
    expect(manifest.weights!.elbo!.examples).toBe(data.count);
    expect(Object.keys(manifest.weights!.graphs)).toContain("prior");
    await verifyBundle(place);
  });

  it("keeps statistics whose KL does not split into dimensions", async () => {
    const place = join(temporaryDirectory(), "bundle");
    const statistics = { examples: 10, mean: [0, 0, 0, 0], std: [1, 1, 1, 1], kl: null };
    await exportBundle(kinds.mixture.vae, place, { statistics });
    expect((await verifyBundle(place)).manifest.latentStatistics).toEqual(statistics);
  });
});

describe("a manifest", () => {
  it("that names a prior without its graph is refused: its samples would be another's", async () => {
    const { cpSync } = await import("node:fs");
    const place = join(temporaryDirectory(), "copy");
    cpSync(kinds.mixture.directory, place, { recursive: true });
    changeManifest(place, ({ prior }) => Object.assign(prior, { graph: false }));
    await expect(verifyBundle(place)).rejects.toThrow("a prior other than standard-normal needs its graph");
  });
});
