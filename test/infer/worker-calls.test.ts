import { readFileSync } from "node:fs";
import { join } from "node:path";
import { exportBundle } from "@vaekit/export";
import { VaePool as SourcePool } from "@vaekit/infer/worker";
import { conditionOn } from "@vaekit/train";
import { describe, expect, it, onTestFinished } from "vitest";
import { temporaryDirectory } from "../support/data.ts";
import { exportedVae, labelledBars } from "./export-small.ts";
import { latent, smallBundle } from "./small-bundle.ts";
import { bits, both, NdArray, pooled, RandomStream, Vae, withoutKoffi } from "./worker-support.ts";

const bundle = smallBundle();
const { data, directory } = bundle;
const labels = labelledBars(120);
const labelled = exportedVae(
  labels,
  { condition: conditionOn(labels, "labels") },
  { conditions: labels.labels },
);
const codes = (rows: number) => new RandomStream(5, "noise").normal(new Float32Array(rows * latent));

describe("a pool's results are Vae's, bit for bit", () => {
  it.each([1, 7, 100, 256, 1000])("in batches of %d, shared among workers", async (batchSize) => {
    const { pool, vae } = await both(directory, { batchSize });
    const z = codes(300);
    expect(bits({ ...(await pool.encode(data.values)) })).toEqual(
      bits({ ...(await vae.encode(data.values)) }),
    );
    expect(bits(await pool.decode(z))).toEqual(bits(await vae.decode(z)));
    const [ours, theirs] = [await pool.reconstruct(data.values), await vae.reconstruct(data.values)];
    expect(ours).toBeInstanceOf(NdArray);
    expect(bits({ ours })).toEqual(bits({ ours: theirs }));
    const options = { seed: 9 };
    const scores = await pool.score(data.values, options);
    expect(bits({ ...scores })).toEqual(bits({ ...(await vae.score(data.values, options)) }));
    const drawn = { seed: 2, temperature: 0.5 };
    expect(bits(await pool.sample(300, drawn))).toEqual(bits(await vae.sample(300, drawn)));
  });

  it("on the way from one code to another, along a dimension, and among codes", async () => {
    const { pool, vae } = await both(directory);
    const [a, b] = [codes(2).subarray(0, latent), codes(2).subarray(latent)];
    const way = { steps: 5, path: "slerp" } as const;
    expect(bits(await pool.interpolate(a, b, way))).toEqual(bits(await vae.interpolate(a, b, way)));
    expect(bits(await pool.traverse(1))).toEqual(bits(await vae.traverse(1)));
    expect(bits(await pool.traverse(0, [-1, 1], { z: a }))).toEqual(
      bits(await vae.traverse(0, [-1, 1], { z: a })),
    );
    const among = { among: codes(40), count: 3 };
    expect(bits({ ...(await pool.nearest(codes(4), among)) })).toEqual(
      bits({ ...(await vae.nearest(codes(4), among)) }),
    );
  });

  it("of a conditional model: one label for all, one each, mixtures", async () => {
    const { pool, vae } = await both(labelled.directory, { batchSize: 50 });
    const x = labels.values;
    for (const c of [[3], labels.labels, Array.from(labels.labels), new Float32Array(6).fill(1 / 6)]) {
      expect(bits({ ...(await pool.encode(x, { c })) })).toEqual(bits({ ...(await vae.encode(x, { c })) }));
      expect(bits({ ...(await pool.score(x, { c })) })).toEqual(bits({ ...(await vae.score(x, { c })) }));
    }
    expect(bits(await pool.sample(4, { c: [0, 1, 2, 3] }))).toEqual(
      bits(await vae.sample(4, { c: [0, 1, 2, 3] })),
    );
  });

  it("with onnxruntime-node in the workers", async () => {
    const pool = await pooled(directory, { workers: 2, batchSize: 64, worker: withoutKoffi() });
    expect(pool.runtime).toBe("node");
    const vae = await bundle.load({ threads: 1, batchSize: 64, runtime: await nodeRuntime() });
    const shared = new Uint8Array(new SharedArrayBuffer(data.values.length));
    shared.set(data.values);
    for (const x of [data.values, shared]) {
      expect(bits({ ...(await pool.encode(x)) })).toEqual(bits({ ...(await vae.encode(data.values)) }));
    }
  });

  it("in WebAssembly", async () => {
    const pool = await pooled(directory, { workers: 2, device: "wasm" });
    const vae = await Vae.load(directory, { device: "wasm" });
    onTestFinished(() => vae.dispose());
    expect(pool.runtime).toBe("web");
    expect(bits(await pool.decode(codes(50)))).toEqual(bits(await vae.decode(codes(50))));
  });

  it("for a thousand calls at once, each its own", async () => {
    const { pool, vae } = await both(directory, { workers: 3 });
    const z = new NdArray(codes(1000), [1000, latent]);
    const answers = await Promise.all(Array.from({ length: 1000 }, (_, i) => pool.decode(z.row(i))));
    for (const i of [0, 1, 2, 499, 500, 998, 999]) {
      expect(bits(answers[i]!)).toEqual(bits(await vae.decode(z.row(i))));
    }
    const whole = await vae.decode(z);
    const joined = Float32Array.from(answers.flatMap(({ x_mean }) => Array.from(x_mean.data)));
    expect(joined).toBeAllClose(whole.x_mean.data, { scaleTol: 1e-6 });
  });
});

describe("a pool's sources", () => {
  it("are all that Vae takes; what is no path is read once, for all workers", async () => {
    const names = ["vaekit.json", "encoder.onnx", "decoder.onnx", "scorer.onnx"];
    const files = new Map(names.map((name) => [name, new Uint8Array(readFileSync(join(directory, name)))]));
    const reads: string[] = [];
    const source = {
      name: "counted",
      read: async (file: string) => {
        reads.push(file);
        return files.get(file) ?? null;
      },
    };
    const { mu } = await (await pooled(directory)).encode(data.values);
    for (const given of [files, source]) {
      const pool = await pooled(given, { workers: 3 });
      expect((await pool.encode(data.values)).mu.data).toEqual(mu.data);
    }
    expect(reads.sort()).toEqual([...names].sort());
    expect(files.get("encoder.onnx")!.length).toBeGreaterThan(0);
  });

  it("tell of their progress, to the end, once", async () => {
    for (const source of [directory, new Map([...filesOf(directory)])]) {
      const told: number[] = [];
      let total = 0;
      const pool = await pooled(source, {
        workers: 2,
        onProgress: (progress) => {
          told.push(progress.loaded);
          total = progress.total;
        },
      });
      expect(told.at(-1)).toBe(total);
      expect(told.filter((loaded) => loaded === total)).toHaveLength(1);
      expect(total).toBe(
        ["encoder", "decoder", "scorer"].reduce(
          (sum, graph) => sum + pool.manifest.files[`${graph}.onnx`]!.bytes,
          0,
        ),
      );
    }
  });

  it("give reference codes, the same object each time, which nearest searches", async () => {
    const place = join(temporaryDirectory(), "bundle");
    await exportBundle(bundle.vae, place, { reference: { examples: data.values.subarray(0, 600) } });
    for (const source of [place, filesOf(place)]) {
      const { pool, vae } = await both(source);
      const kept = await pool.reference();
      expect(kept.mu.data).toEqual((await vae.reference()).mu.data);
      expect(await pool.reference()).toBe(kept);
      for (let i = 0; i < 4; i++) {
        const { index } = await pool.nearest(kept.mu.row(3));
        expect(kept.mu.row(index.data[0]!).data).toEqual(kept.mu.row(3).data);
      }
      expect((await pool.reference()).mu.data.length).toBe(20 * latent);
    }
  });

  it("are found by who runs the sources, too", async () => {
    const pool = await SourcePool.load(directory, { workers: 1 });
    onTestFinished(() => pool.dispose());
    expect((await pool.decode(codes(2))).x_mean.shape).toEqual([2, ...data.shape]);
  });
});

function filesOf(directory: string): Map<string, Uint8Array> {
  const manifest = JSON.parse(readFileSync(join(directory, "vaekit.json"), "utf8"));
  const names = ["vaekit.json", ...Object.keys(manifest.files)];
  return new Map(names.map((name) => [name, new Uint8Array(readFileSync(join(directory, name)))]));
}

async function nodeRuntime() {
  const { loadRuntime } = await import("@vaekit/infer");
  return loadRuntime("node");
}
