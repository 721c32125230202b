import { existsSync } from "node:fs";
import { mkdir, readdir, readFile, rm } from "node:fs/promises";
import { join } from "node:path";
import { writeAtomic, writeError } from "@vaekit/export";
import { UsageError } from "@vaekit/infer";
import { z } from "zod";
import { RunError } from "../errors.js";
import { type Best, bestName, readBest, writeBest } from "./best.js";
import { type Checkpoint, listCheckpoints, writeCheckpoint } from "./checkpoint.js";
import { parseRunConfig, type RunConfig } from "./config.js";
import { assertFree, lockName, lockRun } from "./lock.js";
import {
  type EpochMetrics,
  epochMetricsSchema,
  type LatentStatistics,
  latentStatisticsSchema,
} from "./metrics.js";

/** All that vaekit puts into a run's directory. */
const ownNames = new Set(["config.json", "metrics.jsonl", "latents.json", "checkpoints", bestName, lockName]);

/** A run's directory: config.json, metrics.jsonl with a line an epoch, checkpoints/. */
export class RunDirectory {
  private constructor(readonly path: string) {}

  /** @throws UsageError when something is there already and `force` is not given */
  static async create(path: string, config: RunConfig, { force = false } = {}): Promise<RunDirectory> {
    const found = existsSync(path) ? await entries(path) : [];
    if (found.length > 0) {
      if (!force) {
        const checkpoints = await listCheckpoints(join(path, "checkpoints"));
        const resume = checkpoints.length > 0 ? `, or --resume ${path} to go on with it` : "";
        throw new UsageError(`${path} exists already. Use --force to replace it${resume}.`);
      }
      const foreign = found.filter((name) => !ownNames.has(name));
      if (!found.includes("config.json") || foreign.length > 0) {
        const what =
          foreign.length > 0
            ? `${path} holds ${foreign[0]}, which is no part of a run`
            : `${path} is not a run`;
        throw new UsageError(`${what}, so --force does not replace it. Choose another place.`);
      }
      await assertFree(path);
      await rm(path, { recursive: true }).catch((cause) => {
        throw writeError(path, cause);
      });
    }
    const run = new RunDirectory(path);
    try {
      await mkdir(run.checkpoints, { recursive: true });
    } catch (cause) {
      throw writeError(path, cause);
    }
    await run.writeConfig(config);
    await writeAtomic(join(path, "metrics.jsonl"), "");
    return run;
  }

  /** @throws RunError when the directory holds no run */
  static async open(path: string): Promise<{ run: RunDirectory; config: RunConfig }> {
    const file = join(path, "config.json");
    let text: string;
    try {
      text = await readFile(file, "utf8");
    } catch (cause) {
      throw new RunError(
        `${path}: no config.json there, so it is not a run. Give the directory that \`vaekit train --out\` wrote.`,
        {
          cause,
        },
      );
    }
    return { run: new RunDirectory(path), config: parseRunConfig(text, file) };
  }

  get checkpoints(): string {
    return join(this.path, "checkpoints");
  }

  /** Hold the run for this process. @throws UsageError when another one trains it */
  lock(): Promise<() => Promise<void>> {
    return lockRun(this.path);
  }

  writeConfig(config: RunConfig): Promise<void> {
    return writeAtomic(join(this.path, "config.json"), `${JSON.stringify(config, null, 2)}\n`);
  }

  writeCheckpoint(checkpoint: Checkpoint): Promise<string> {
    return writeCheckpoint(this.checkpoints, checkpoint);
  }

  writeBest(best: Best): Promise<void> {
    return writeBest(join(this.path, bestName), best);
  }

  /** Null where the run keeps none. @throws RunError when it is damaged */
  readBest(): Promise<Best | null> {
    return readBest(join(this.path, bestName));
  }

  /** Of the newest epoch; null where no examples were kept back. */
  writeStatistics(statistics: LatentStatistics | null): Promise<void> {
    return writeAtomic(join(this.path, "latents.json"), `${JSON.stringify(statistics, null, 2)}\n`);
  }

  async readStatistics(): Promise<LatentStatistics | null> {
    const file = join(this.path, "latents.json");
    const text = await readFile(file, "utf8").catch(() => "null");
    try {
      return latentStatisticsSchema.nullable().parse(JSON.parse(text));
    } catch (cause) {
      throw new RunError(`${file}: damaged (${describe(cause)}). Remove it and try again.`, { cause });
    }
  }

  /** All epochs' metrics, rewritten as a whole: a crash leaves the old file or the new one. */
  writeMetrics(metrics: readonly EpochMetrics[]): Promise<void> {
    return writeAtomic(
      join(this.path, "metrics.jsonl"),
      metrics.map((line) => `${JSON.stringify(line)}\n`).join(""),
    );
  }

  /** @throws RunError when the file is damaged */
  async readMetrics(): Promise<EpochMetrics[]> {
    const file = join(this.path, "metrics.jsonl");
    const text = await readFile(file, "utf8").catch(() => "");
    try {
      return text
        .split("\n")
        .filter(Boolean)
        .map((line) => epochMetricsSchema.parse(JSON.parse(line)));
    } catch (cause) {
      throw new RunError(`${file}: damaged (${describe(cause)}). Mend or remove the line and try again.`, {
        cause,
      });
    }
  }
}

/** What is wrong with a file's contents, in a line. */
function describe(cause: unknown): string {
  if (!(cause instanceof z.ZodError)) return (cause as Error).message;
  return cause.issues.map(({ path, message }) => `${path.join(".") || "contents"}: ${message}`).join("; ");
}

async function entries(path: string): Promise<string[]> {
  try {
    return await readdir(path);
  } catch (cause) {
    throw writeError(path, cause);
  }
}
