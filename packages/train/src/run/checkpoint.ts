import { readdir, readFile, rm, stat } from "node:fs/promises";
import { join } from "node:path";
import { decodeTensors, encodeTensors, writeAtomic } from "@vaekit/export";
import { DataError } from "@vaekit/infer";
import { z } from "zod";
import type { EngineState } from "../engine/types.js";
import { RunError } from "../errors.js";
import { digestTensors } from "./digest.js";

const sums = z.object({
  batches: z.number().int().nonnegative(),
  seconds: z.number(),
  /** Of every term that a step reports. */
  terms: z.record(z.string(), z.number()),
});

/** Where in the run: with the configuration and the engine's state, all that going on needs. */
const progressSchema = z.object({
  /** Updates done. */
  step: z.number().int().nonnegative(),
  /** Epoch under way, from 0; batches of it that are done. */
  epoch: z.number().int().nonnegative(),
  batch: z.number().int().nonnegative(),
  /** Running totals of the epoch under way. */
  sums,
});

export type Progress = z.infer<typeof progressSchema>;

export interface Checkpoint {
  progress: Progress;
  state: EngineState;
}

/** Checkpoints that are kept: the newest, and the one before in case the newest is damaged. */
const kept = 2;
const namePattern = /^step-(\d{9})\.safetensors$/;

/** Write a checkpoint atomically and drop those that are no longer needed. Returns its path. */
export async function writeCheckpoint(directory: string, { progress, state }: Checkpoint): Promise<string> {
  const path = join(directory, `step-${String(progress.step).padStart(9, "0")}.safetensors`);
  const note = JSON.stringify(progress);
  const metadata = { progress: note, sha256: digestTensors(state, note) };
  const tensors = Object.fromEntries(
    Object.entries(state).map(([name, data]) => [name, { data, shape: [data.length] }]),
  );
  await writeAtomic(path, ...encodeTensors({ tensors, metadata }));
  // Those of later steps are damaged: the run was resumed from before them.
  const all = await listCheckpoints(directory);
  const stale = [...all.filter((other) => other > path), ...all.filter((other) => other <= path).slice(kept)];
  for (const old of stale) await rm(old, { recursive: true, force: true });
  return path;
}

/** Newest first. */
export async function listCheckpoints(directory: string): Promise<string[]> {
  const names = await readdir(directory).catch(() => []);
  return names
    .filter((name) => namePattern.test(name))
    .sort()
    .reverse()
    .map((name) => join(directory, name));
}

/**
 * The newest checkpoint that is whole. Damaged ones are skipped, each with a word to `warn`.
 * @throws RunError when none can be used
 */
export async function readNewestCheckpoint(
  directory: string,
  warn: (message: string) => void,
): Promise<Checkpoint> {
  const paths = await listCheckpoints(directory);
  for (const [i, path] of paths.entries()) {
    try {
      return await readCheckpoint(path);
    } catch (error) {
      if (!(error instanceof DataError)) throw error;
      const next = paths[i + 1];
      warn(`${error.message} ${next ? `Using the one before: ${next}` : "There is none before it."}`);
    }
  }
  throw new RunError(
    `${directory}: ${paths.length > 0 ? "no checkpoint that is whole" : "no checkpoint"}. Start the run again with \`vaekit train\`.`,
  );
}

async function readCheckpoint(path: string): Promise<Checkpoint> {
  const unreadable = (cause: NodeJS.ErrnoException) => {
    throw new DataError(`${path}: cannot be read (${cause.code}).`, { cause });
  };
  const { size } = await stat(path).catch(unreadable);
  if (size > 2 ** 31) throw new DataError(`${path}: ${size} bytes; checkpoints above 2 GiB cannot be read.`);
  const { tensors, metadata } = decodeTensors(await readFile(path).catch(unreadable), path);
  const progress = parseProgress(metadata.progress, path);
  const state = Object.fromEntries(
    Object.entries(tensors).map(([name, { data }]) => [name, data as Float32Array]),
  );
  if (digestTensors(state, JSON.stringify(progress)) !== metadata.sha256)
    throw new DataError(`${path}: damaged: its sha256 does not fit.`);
  return { progress, state };
}

function parseProgress(text: string | undefined, path: string): Progress {
  try {
    return progressSchema.parse(JSON.parse(text ?? ""));
  } catch {
    throw new DataError(`${path}: damaged: it does not say where the run was.`);
  }
}
