import { createHash } from "node:crypto";
import { readFile } from "node:fs/promises";
import { writeAtomic } from "@vaekit/export";
import { DataError } from "@vaekit/infer";
import { z } from "zod";
import type { ExampleResult } from "./per-example.js";

const format = "vaekit-evaluation";

const moment = z.object({ mean: z.number(), variance: z.number().nullable() });

const checkpointSchema = z.object({
  format: z.literal(format),
  version: z.literal(1),
  /** sha256 of all that decides the numbers: the model, the examples, the options. */
  digest: z.string(),
  /** How long it took so far. */
  seconds: z.number().nonnegative(),
  /** Of each plan's first examples. */
  results: z.array(
    z.array(z.object({ logPx: moment, rate: moment, weight: moment, bounds: z.array(moment) })),
  ),
});

/** What is done of an evaluation. */
export interface Progress {
  /** Of each plan's first examples. */
  results: ExampleResult[][];
  seconds: number;
}

/** What decides an evaluation's numbers, as one text. */
export function evaluationDigest(parts: object): string {
  return createHash("sha256").update(JSON.stringify(parts)).digest("hex");
}

/**
 * What a stopped evaluation left; nothing done where there is no file.
 * @throws DataError for a file that is damaged, or of another evaluation
 */
export async function readProgress(path: string, digest: string, plans: number): Promise<Progress> {
  let text: string;
  try {
    text = await readFile(path, "utf8");
  } catch (cause) {
    if ((cause as NodeJS.ErrnoException).code === "ENOENT") return noProgress(plans);
    throw new DataError(`${path}: cannot be read (${(cause as Error).message}).`, { cause });
  }
  const parsed = checkpointSchema.safeParse(parse(text));
  if (!parsed.success) {
    throw new DataError(`${path}: not what a stopped evaluation leaves. Remove it, or name another file.`);
  }
  if (parsed.data.digest !== digest || parsed.data.results.length !== plans) {
    throw new DataError(
      `${path}: of another evaluation: its model, examples or options differ. Remove it, or name another file.`,
    );
  }
  const { results, seconds } = parsed.data;
  return { results, seconds };
}

export function noProgress(plans: number): Progress {
  return { results: Array.from({ length: plans }, () => []), seconds: 0 };
}

/** Written atomically: a crash leaves the old file or the new one. */
export async function writeProgress(path: string, digest: string, progress: Progress): Promise<void> {
  await writeAtomic(path, `${JSON.stringify({ format, version: 1, digest, ...progress })}\n`);
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}
