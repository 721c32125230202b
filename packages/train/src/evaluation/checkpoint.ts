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
  /** Of each plan's first examples. */
  results: z.array(
    z.array(z.object({ logPx: moment, rate: moment, weight: moment, bounds: z.array(moment) })),
  ),
});

/** What decides an evaluation's numbers, as one text. */
export function evaluationDigest(parts: object): string {
  return createHash("sha256").update(JSON.stringify(parts)).digest("hex");
}

/**
 * The results that a stopped evaluation left; empty where there is no file.
 * @throws DataError for a file that is damaged, or of another evaluation
 */
export async function readResults(path: string, digest: string, plans: number): Promise<ExampleResult[][]> {
  let text: string;
  try {
    text = await readFile(path, "utf8");
  } catch (cause) {
    if ((cause as NodeJS.ErrnoException).code === "ENOENT") return Array.from({ length: plans }, () => []);
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
  return parsed.data.results;
}

/** Written atomically: a crash leaves the old file or the new one. */
export async function writeResults(
  path: string,
  digest: string,
  results: readonly (readonly ExampleResult[])[],
): Promise<void> {
  await writeAtomic(path, `${JSON.stringify({ format, version: 1, digest, results })}\n`);
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}
