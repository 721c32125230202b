import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { exportBundle } from "@vaekit/export";
import { conditionOn, conv, mlp, Vae } from "@vaekit/train";
import { afterAll, beforeAll } from "vitest";
import { labelledBars } from "../../infer/export-small.ts";

export const data = labelledBars(64);
const { shape, values, labels } = data;
const classes = 6;
const oneHot = Float32Array.from({ length: data.count * classes }, (_, i) =>
  labels[Math.floor(i / classes)] === i % classes ? 1 : 0,
);
const models = {
  mlp: () => mlp({ shape, latent: 3, hidden: [16, 8] }),
  conv: () => conv({ shape, latent: 3, filters: [4, 8], dense: 8 }),
  conditional: () => mlp({ shape, latent: 3, hidden: [16], condition: conditionOn(data, "labels") }),
};
export type BundleName = keyof typeof models;
export const bundleNames = Object.keys(models) as BundleName[];

/** Untrained VAEs of small pictures, exported once for the file that calls this, each with the codes of its data. */
export function exportedBundles(names: readonly BundleName[] = bundleNames) {
  const root = mkdtempSync(join(tmpdir(), "vaekit-browser-"));
  beforeAll(async () => {
    for (const name of names) {
      const vae = new Vae(models[name](), data, 7);
      const conditions = name === "conditional" ? { conditions: oneHot } : {};
      await exportBundle(vae, join(root, name), {
        samples: values,
        ...conditions,
        reference: { examples: values, index: Int32Array.from(data.labels.keys()), ...conditions },
      });
      vae.dispose();
    }
  });
  afterAll(() => rmSync(root, { recursive: true, force: true }));
  return { root, directory: (name: BundleName) => join(root, name) };
}
