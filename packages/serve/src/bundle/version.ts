import { createHash } from "node:crypto";
import type { Manifest } from "@vaekit/infer";
import { Batcher, type BatchOptions, type Inputs, type Outputs } from "../batching/batcher.js";
import { Lanes } from "../batching/lanes.js";
import type { Model } from "./model.js";
import { probe, type Signatures } from "./signature.js";

/** How a version runs its graphs. */
export interface RunOptions extends Omit<BatchOptions, "onBatch"> {
  /** Runs at the same time: the workers, or 1. */
  lanes: number;
  onBatch?: (graph: "encoder" | "decoder", rows: number, requests: number) => void;
}

/** A bundle as it was loaded once. It is disposed of when it was retired and its last request has ended. */
export class BundleVersion {
  readonly encoder: Batcher;
  readonly decoder: Batcher;
  readonly lanes: Lanes;
  readonly name: string;
  private users = 0;
  private retired = false;

  private constructor(
    readonly model: Model,
    readonly signatures: Signatures,
    { lanes, onBatch, ...batching }: RunOptions,
  ) {
    this.name = versionName(model.manifest);
    this.lanes = new Lanes(lanes);
    const batcher = (graph: "encoder" | "decoder", run: (inputs: Inputs) => Promise<Outputs>) =>
      new Batcher(this.lanes, run, {
        ...batching,
        onBatch: (rows, requests) => onBatch?.(graph, rows, requests),
      });
    this.encoder = batcher("encoder", async ({ x, c }) => ({ ...(await model.encode(x!, { c })) }));
    this.decoder = batcher("decoder", ({ z, c }) => model.decode(z!, { c }));
  }

  /** model: becomes the version's, which disposes of it, also where this fails */
  static async create(model: Model, options: RunOptions): Promise<BundleVersion> {
    try {
      return new BundleVersion(model, await probe(model), options);
    } catch (error) {
      await model.dispose();
      throw error;
    }
  }

  /** Work that the version outlives. */
  async during<T>(work: () => Promise<T>): Promise<T> {
    this.users += 1;
    try {
      return await work();
    } finally {
      this.users -= 1;
      if (this.retired && this.users === 0) await this.model.dispose();
    }
  }

  /** Take no more requests; those there are end first. */
  async retire(): Promise<void> {
    if (this.retired) return;
    this.retired = true;
    if (this.users === 0) await this.model.dispose();
  }
}

/** The same for the same manifest, and so for the same graphs, on every server. */
export function versionName(manifest: Manifest): string {
  return createHash("sha256").update(JSON.stringify(manifest)).digest("hex").slice(0, 12);
}
