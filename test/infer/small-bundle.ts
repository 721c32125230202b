import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { exportBundle } from "@vaekit/export";
import { Vae as Bundle, type LoadOptions, type Manifest, manifestName, sha256 } from "@vaekit/infer";
import { mlp, Vae } from "@vaekit/train";
import { afterAll, beforeAll, onTestFinished } from "vitest";
import { bars, temporaryDirectory } from "../support/data.ts";

/** Odd, so that a row's noise shares a block with the next row's. */
export const latent = 3;

/** An untrained VAE of small pictures, exported once for the file that calls this. */
export function smallBundle() {
  const root = mkdtempSync(join(tmpdir(), "vaekit-bundle-"));
  const directory = join(root, "bundle");
  const data = bars(300);
  const { shape } = data;
  const vae = new Vae(mlp({ shape, latent, hidden: [16, 8] }), data, 11);
  const other = new Vae(mlp({ shape, latent, hidden: [16, 8] }), data, 12);
  beforeAll(() => exportBundle(vae, directory, { samples: data.values }));
  afterAll(() => {
    vae.dispose();
    other.dispose();
    rmSync(root, { recursive: true, force: true });
  });
  const loadFrom = async (place: string, options?: LoadOptions): Promise<Bundle> => {
    const loaded = await Bundle.load(place, options);
    onTestFinished(() => loaded.dispose());
    return loaded;
  };
  return {
    directory,
    data,
    vae,
    /** Of the same shapes, with other weights. */
    other,
    /** The whole bundle in a place of its own, to be damaged. */
    copy(): string {
      const place = join(temporaryDirectory(), "copy");
      cpSync(directory, place, { recursive: true });
      return place;
    },
    /** Loaded until the test ends. */
    load: (options?: LoadOptions) => loadFrom(directory, options),
    loadFrom,
  };
}

export function readManifestFile(directory: string): Manifest {
  return JSON.parse(readFileSync(join(directory, manifestName), "utf8"));
}

export function changeManifest(directory: string, change: (manifest: Manifest) => void): void {
  const manifest = readManifestFile(directory);
  change(manifest);
  writeFileSync(join(directory, manifestName), JSON.stringify(manifest));
}

/** Put other bytes under a file's name and make the manifest say so. */
export async function replaceFile(directory: string, file: string, bytes: Uint8Array): Promise<void> {
  writeFileSync(join(directory, file), bytes);
  const digest = await sha256(bytes);
  changeManifest(directory, ({ files }) => {
    files[file] = { sha256: digest, bytes: bytes.length };
  });
}
