import { statSync } from "node:fs";
import { join } from "node:path";
import { type BundleWeights, exportBundle, verifyBundle } from "@vaekit/export";
import { graphNames, loadRuntime, type Manifest, UsageError, Vae, VerificationError } from "@vaekit/infer";
import { mlp, Vae as TrainedVae } from "@vaekit/train";
import { afterAll, describe, expect, it, onTestFinished } from "vitest";
import { bars, temporaryDirectory } from "../support/data.ts";
import { changeManifest, readManifestFile } from "./small-bundle.ts";

const data = bars(200);
/** Wide enough that its weights count as large. */
const vae = new TrainedVae(mlp({ shape: data.shape, latent: 16, hidden: [128, 64] }), data, 11);
afterAll(() => vae.dispose());

async function exported(
  weights: BundleWeights | undefined,
  options: Parameters<typeof exportBundle>[2] = {},
): Promise<{ place: string; manifest: Manifest }> {
  const place = join(temporaryDirectory(), "bundle");
  const manifest = await exportBundle(vae, place, { samples: data.values, weights, ...options });
  return { place, manifest };
}

const sizeOf = (place: string) =>
  graphNames.reduce((sum, name) => sum + statSync(join(place, `${name}.onnx`)).size, 0);

describe("bundles with smaller weights", () => {
  it.each([
    ["fp16", 0.7, 2e-3],
    ["int8", 0.55, 0.15],
  ] as const)(
    "%s: smaller, and verified on both runtimes within what its manifest says",
    async (weights, share, limit) => {
      const { place, manifest } = await exported(weights);
      expect(manifest).toEqual(readManifestFile(place));
      const record = manifest.weights!;
      expect(record).toMatchObject({ format: weights, tolerance: limit });
      expect(record.bytes.after).toBe(sizeOf(place));
      expect(record.bytes.after / record.bytes.before).toBeLessThan(share);
      for (const { maxRelative } of Object.values(record.graphs.decoder.outputs)) {
        expect(maxRelative).toBeGreaterThan(1e-6);
        expect(maxRelative).toBeLessThan(limit);
      }
      // The float32 graphs were held to the usual tolerance first.
      for (const graph of graphNames) expect(manifest.verified[graph].tolerance).toBe(1e-5);
      const report = await verifyBundle(place, {
        runtimes: [await loadRuntime("node"), await loadRuntime("web")],
      });
      expect(report.tolerance).toBe(limit);
      await expect(verifyBundle(place, { tolerance: 1e-6 })).rejects.toThrow(VerificationError);
    },
  );

  it("the change in ELBO is that of the two bundles, scored with the same noise", async () => {
    const [full, small] = [await exported("fp32"), await exported("int8")];
    const scores = [];
    for (const { place } of [full, small]) {
      const loaded = await Vae.load(place);
      onTestFinished(() => loaded.dispose());
      scores.push((await loaded.score(data.values, { seed: 0 })).elbo.data);
    }
    const [before, after] = scores as [Float32Array, Float32Array];
    const mean = (values: Float32Array) => values.reduce((a, b) => a + b, 0) / values.length;
    const { elbo } = small.manifest.weights!;
    expect(elbo!.examples).toBe(200);
    expect(elbo!.before).toBeCloseTo(mean(before), 4);
    expect(elbo!.after).toBeCloseTo(mean(after), 4);
    expect(elbo!.largestChange).toBeCloseTo(
      Math.max(...after.map((value, i) => Math.abs(value - before[i]!))),
      4,
    );
    expect(elbo!.after).not.toBe(elbo!.before);
    // Rounding is not noise in z: no example moves by as much as another draw would move it.
    expect(elbo!.largestChange).toBeLessThan(1);
  });

  it("says what it costs on the model card too", async () => {
    const { readFileSync } = await import("node:fs");
    const { place } = await exported("int8");
    const card = readFileSync(join(place, "README.md"), "utf8");
    expect(card).toMatch(/Large weights are stored as int8: the graphs take \d+ bytes, \d+ with float32\./);
    expect(card).toMatch(/ELBO on 200 examples/);
  });

  it("without samples the ELBO is not measured, and says so with null", async () => {
    const { manifest } = await exported("fp16", { samples: undefined });
    expect(manifest.weights!.elbo).toBeNull();
  });

  it("fp32 is the default and leaves no trace in the manifest", async () => {
    const { manifest } = await exported(undefined);
    expect(manifest).not.toHaveProperty("weights");
  });

  it("throws VerificationError beyond the tolerance, and writes nothing", async () => {
    const place = join(temporaryDirectory(), "bundle");
    const attempt = exportBundle(vae, place, { samples: data.values, weights: "int8", tolerance: 1e-4 });
    await expect(attempt).rejects.toThrow(VerificationError);
    await expect(attempt).rejects.toThrow(/smaller: .*more than 0\.0001[\s\S]*Choose fp16 or fp32 weights/);
    expect(() => statSync(place)).toThrow(/ENOENT/);
  });

  it.each([
    ["int8-dynamic", /depend on the rows beside it/],
    ["int4", /no such weights/],
  ])("refuses %s", async (weights, message) => {
    await expect(exported(weights as BundleWeights)).rejects.toThrow(UsageError);
    await expect(exported(weights as BundleWeights)).rejects.toThrow(message);
  });

  it("a bundle from before, whose manifest knows nothing of weights, loads and verifies at 1e-5", async () => {
    const { place } = await exported("fp32");
    changeManifest(place, (manifest) => void delete manifest.weights);
    const report = await verifyBundle(place);
    expect(report.tolerance).toBe(1e-5);
    await (await Vae.load(place)).dispose();
  });
});
