import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { npmPackageFiles, type PackageOptions } from "@vaekit/explorer";
import { exportBundle } from "@vaekit/export";
import { openBundle } from "@vaekit/infer";
import { conditionOn, mlp, Vae } from "@vaekit/train";
import { afterAll, beforeAll } from "vitest";
import { labelledBars } from "../infer/export-small.ts";

const root = join(import.meta.dirname, "../..");
export const data = labelledBars(40);
const base = { shape: data.shape, latent: 3, hidden: [16] };
export const classNames = ["first", "second", "third", "fourth", "fifth", "sixth"];

const models = {
  plain: () => mlp(base),
  labels: () => mlp({ ...base, condition: conditionOn(data, "labels") }),
  columns: () => mlp({ ...base, condition: conditionOn(data, ["brightness"]) }),
  mixture: () => mlp({ ...base, prior: { kind: "mixture", components: 4 } }),
};
export type ModelName = keyof typeof models;

/** Untrained models, exported, and packages of them in the node_modules of a project, for the file that calls this. */
export function packagedModels() {
  const folder = mkdtempSync(join(tmpdir(), "vaekit-targets-"));
  const project = join(folder, "project");
  const bundle = (name: ModelName) => join(folder, name);
  beforeAll(async () => {
    for (const name of Object.keys(models) as ModelName[]) {
      const vae = new Vae(models[name](), data, 7);
      await exportBundle(vae, bundle(name));
      vae.dispose();
    }
    for (const name of [
      "@vaekit/infer",
      "@types/node",
      "undici-types",
      "onnxruntime-common",
      "onnxruntime-web",
    ]) {
      const place = join(project, "node_modules", name);
      mkdirSync(dirname(place), { recursive: true });
      symlinkSync(join(root, "node_modules", name), place);
    }
  });
  afterAll(() => rmSync(folder, { recursive: true, force: true }));
  return {
    project,
    bundle,
    /** Write a file of the project. */
    write(path: string, content: string | Uint8Array): string {
      const place = join(project, path);
      mkdirSync(dirname(place), { recursive: true });
      writeFileSync(place, content);
      return place;
    },
    /** As `npm install` would put it. -> its files */
    async install(model: ModelName, options: PackageOptions): Promise<Map<string, Uint8Array>> {
      const files = await npmPackageFiles(await openBundle(bundle(model)), options);
      const place = join(project, "node_modules", options.name);
      rmSync(place, { recursive: true, force: true });
      for (const [name, bytes] of files) {
        mkdirSync(dirname(join(place, name)), { recursive: true });
        writeFileSync(join(place, name), bytes);
      }
      return files;
    },
  };
}
