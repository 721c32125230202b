import { existsSync } from "node:fs";
import { readFile } from "node:fs/promises";
import { decodeTensors, encodeTensors, writeAtomic } from "@vaekit/export";
import { DataError } from "@vaekit/infer";
import { z } from "zod";
import { RunError } from "../errors.js";
import { digestTensors } from "./digest.js";
import { type LatentStatistics, latentStatisticsSchema } from "./metrics.js";

export const bestName = "best.safetensors";

/** The weights of the best epoch (`earlyStopping`). */
export interface Best {
  epoch: number;
  elbo: number;
  statistics: LatentStatistics | null;
  weights: Readonly<Record<string, Float32Array>>;
}

const noteSchema = z.object({
  epoch: z.number().int().positive(),
  elbo: z.number(),
  statistics: latentStatisticsSchema.nullable(),
});

/** Write atomically: a crash leaves the old file or the new one. */
export async function writeBest(path: string, { weights, ...note }: Best): Promise<void> {
  const tensors = Object.fromEntries(
    Object.entries(weights).map(([name, data]) => [name, { data, shape: [data.length] }]),
  );
  const best = JSON.stringify(note);
  const metadata = { best, sha256: digestTensors(weights, best) };
  await writeAtomic(path, ...encodeTensors({ tensors, metadata }));
}

/** Null where there is none. @throws RunError when it is damaged */
export async function readBest(path: string): Promise<Best | null> {
  if (!existsSync(path)) return null;
  try {
    const { tensors, metadata } = decodeTensors(await readFile(path), path);
    const { best = "", sha256 } = metadata;
    const weights = Object.fromEntries(
      Object.entries(tensors).map(([name, { data }]) => [name, data as Float32Array]),
    );
    if (digestTensors(weights, best) !== sha256) {
      throw new DataError(`${path}: damaged: its sha256 does not fit.`);
    }
    return { ...noteSchema.parse(JSON.parse(best)), weights };
  } catch (cause) {
    const why = cause instanceof DataError ? cause.message : `${path}: damaged.`;
    throw new RunError(`${why} Remove it to use the newest checkpoint.`, { cause });
  }
}
