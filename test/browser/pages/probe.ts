import type { BaseVae, LoadOptions, Progress } from "@vaekit/infer";
import { type Given, outputsOf } from "../support/outputs.ts";

/** What a page tells of one load. */
export interface Probed {
  outputs: Record<string, number[]>;
  runtime: string;
  isolated: boolean;
  progress: Progress[];
  warnings: string[];
}

type Load = (
  source: string,
  options: Pick<LoadOptions, "device" | "threads" | "onProgress" | "onWarning">,
) => Promise<BaseVae>;
export type ProbeOptions = Pick<LoadOptions, "device" | "threads">;

declare global {
  /** Load a bundle and run every call on the rows; an error is its name and message. */
  var probe: (source: string, given: Given, options: ProbeOptions) => Promise<Probed | string>;
  /** Decode a few codes one after another, and all at once while a second bundle loads: both sides' pixels. */
  var probeTogether: (source: string) => Promise<{ alone: number[]; together: number[] }>;
}

export function offerProbe(load: Load): void {
  globalThis.probe = async (source, given, options) => {
    const progress: Progress[] = [];
    const warnings: string[] = [];
    try {
      const vae = await load(source, {
        ...options,
        onProgress: (each) => progress.push(each),
        onWarning: (message) => warnings.push(message),
      });
      const outputs = await outputsOf(vae, given);
      await vae.dispose();
      return { outputs, runtime: vae.runtime, isolated: crossOriginIsolated, progress, warnings };
    } catch (error) {
      return `${(error as Error).name}: ${(error as Error).message}`;
    }
  };
  globalThis.probeTogether = async (source) => {
    const vae = await load(source, {});
    const codes = Array.from({ length: 6 }, (_, i) => new Float32Array(vae.latent).fill(i - 2));
    const alone: number[] = [];
    for (const z of codes) alone.push(...(await vae.decode(z)).x_mean.data);
    const second = load(source, {});
    const decoded = await Promise.all(codes.map((z) => vae.decode(z)));
    await Promise.all([vae.dispose(), (await second).dispose()]);
    return { alone, together: decoded.flatMap(({ x_mean }) => Array.from(x_mean.data)) };
  };
}
