import { stat } from "node:fs/promises";
import { join } from "node:path";
import { BundleError, manifestName, openBundle, readManifest } from "@vaekit/infer";
import type { LoadModel, ModelOptions } from "./model.js";
import { BundleVersion, type RunOptions, versionName } from "./version.js";

export interface BundleOptions extends ModelOptions, RunOptions {
  load: LoadModel;
  /** Told how long loading took. */
  onLoad?: (seconds: number) => void;
}

/** A bundle under its name, in the version that is served now. */
export class ServedBundle {
  private disposed = false;

  private constructor(
    readonly name: string,
    readonly directory: string,
    private readonly options: BundleOptions,
    private version: BundleVersion,
    private seen: string,
  ) {}

  static async load(name: string, directory: string, options: BundleOptions): Promise<ServedBundle> {
    const seen = await manifestState(directory);
    return new ServedBundle(name, directory, options, await loadVersion(directory, options), seen);
  }

  get current(): BundleVersion {
    return this.version;
  }

  /**
   * Serve what is in the directory now, where its manifest is another than the one that was loaded. The new version is
   * loaded and checked whole before it takes over; where that fails, the old one serves on.
   * @returns whether another version took over
   * @throws BundleError for a bundle that is damaged, half copied, or of other shapes
   */
  async refresh(): Promise<boolean> {
    const state = await manifestState(this.directory);
    if (state === this.seen) return false;
    const manifest = await readManifest(await openBundle(this.directory));
    if (versionName(manifest) === this.version.name) {
      this.seen = state;
      return false;
    }
    const next = await loadVersion(this.directory, this.options);
    if (shapesOf(next) !== shapesOf(this.version)) {
      await next.retire();
      // It will not come to fit: said once, until the manifest changes.
      this.seen = state;
      throw new BundleError(
        `${this.directory}: the new version has other inputs or outputs than the one that is served. ` +
          "Serve it under another name, or start the server again.",
      );
    }
    if (this.disposed) {
      await next.retire();
      return false;
    }
    const old = this.version;
    this.version = next;
    this.seen = state;
    await old.retire();
    return true;
  }

  dispose(): Promise<void> {
    this.disposed = true;
    return this.version.retire();
  }
}

async function loadVersion(directory: string, options: BundleOptions): Promise<BundleVersion> {
  const began = performance.now();
  const model = await options.load(directory, { threads: options.threads, workers: options.workers });
  const version = await BundleVersion.create(model, options);
  options.onLoad?.((performance.now() - began) / 1e3);
  return version;
}

/** Changes whenever the manifest, or the archive that has it, does: place, time and size. */
async function manifestState(place: string): Promise<string> {
  try {
    const found = await stat(place);
    const { mtimeMs, ctimeMs, size, ino } = found.isFile() ? found : await stat(join(place, manifestName));
    return `${ino} ${mtimeMs} ${ctimeMs} ${size}`;
  } catch {
    return "absent";
  }
}

function shapesOf({ signatures, model: { manifest } }: BundleVersion): string {
  return JSON.stringify([signatures, manifest.condition]);
}
