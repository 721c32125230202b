import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type BundleOptions, exportBundle } from "@vaekit/export";
import { Vae as Bundle, type Manifest } from "@vaekit/infer";
import { type Dataset, mlp, tf, Vae } from "@vaekit/train";
import { afterAll, beforeAll, onTestFinished } from "vitest";
import { bars } from "../support/data.ts";

export type ModelOptions = Partial<Parameters<typeof mlp>[0]>;

/** Bars with the row that each is in as its label, and its brightness as a column in its own units. */
export function labelledBars(count: number): Dataset & { labels: Uint8Array } {
  const data = bars(count);
  const [height, width] = data.shape as [number, number];
  const labels = new Uint8Array(count);
  const brightness = new Float32Array(count);
  for (let i = 0; i < count; i++) {
    const picture = data.values.subarray(i * height * width, (i + 1) * height * width);
    labels[i] = Math.floor(picture.findIndex((value) => value > 0) / width);
    brightness[i] = picture.reduce((sum, value) => sum + value, 0);
  }
  return { ...data, labels, columns: { names: ["brightness"], values: brightness } };
}

/** An untrained VAE, exported once for the file that calls this. */
export function exportedVae(data: Dataset, model: ModelOptions, options: BundleOptions = {}) {
  const vae = new Vae(mlp({ shape: data.shape, latent: 3, hidden: [16], ...model }), data, 7);
  const root = mkdtempSync(join(tmpdir(), "vaekit-exported-"));
  const directory = join(root, "bundle");
  const made: { manifest: Manifest | null } = { manifest: null };
  beforeAll(async () => {
    made.manifest = await exportBundle(vae, directory, { samples: data.values, ...options });
  });
  afterAll(() => {
    vae.dispose();
    rmSync(root, { recursive: true, force: true });
  });
  return {
    vae,
    directory,
    get manifest(): Manifest {
      return made.manifest!;
    },
    /** Loaded until the test ends. */
    async load(): Promise<Bundle> {
      const loaded = await Bundle.load(directory);
      onTestFinished(() => loaded.dispose());
      return loaded;
    },
  };
}

/** What tfjs's cpu backend makes of it. */
export function inTfjs<T extends Record<string, tf.Tensor>>(run: () => T): Record<keyof T, Float32Array> {
  tf.setBackend("cpu");
  const outputs = tf.tidy(run);
  const values = Object.entries(outputs).map(([name, tensor]) => [name, tensor.dataSync() as Float32Array]);
  tf.dispose(outputs);
  return Object.fromEntries(values);
}
