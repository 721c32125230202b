import { UsageError } from "@vaekit/infer";
import { z } from "zod";
import { kindOf, schemaOf } from "../schema.js";
import { format, increments, type Pace, spanOf } from "./increments.js";

/** The KL's weight as it comes to its target. */
export interface Warmup {
  /** step: counted from 1; target: the weight in the end */
  weight(step: number, target: number): number;
  /** The first step from which on the weight stays what it is. */
  settled: number;
}

/** A kind of warm-up: its configuration as it stands in files, and how it is made. */
interface WarmupKind<C extends { kind: string }> {
  /** Unknown keys are refused. */
  readonly schema: z.ZodType<C>;
  /** As a rate's: the setting that would give it the length it has in a run of so many epochs, or null. */
  lengthIn?(config: C, epochs: number): string | null;
  /** @throws UsageError for one that would not reach its target within the run */
  create(config: C, run: Pace): Warmup;
}

export interface LinearWarmup {
  kind: "linear";
  /** Epochs until the target; fractions are allowed. */
  epochs: number;
  /** Weight to begin with; the target may be below it. */
  from: number;
}

/**
 * In equal increments, of which the last of the warm-up reaches the target (Bowman et al. 2016; Sonderby et al.
 * 2016): from + (target - from) min(k / K, 1). With unit "epoch" that is min(epoch / 100, 1) of the VampPrior's and
 * the Exemplar VAE's protocol.
 */
const linear: WarmupKind<LinearWarmup> = {
  schema: z.strictObject({
    kind: z.literal("linear"),
    epochs: z.number().positive(),
    from: z.number().min(0).default(0),
  }),
  create({ epochs, from }, run) {
    const { share, settled } = increments("warmup", epochs, run);
    return { weight: (step, target) => from + (target - from) * share(step), settled };
  },
};

export interface CyclicalWarmup {
  kind: "cyclical";
  /** Epochs of all cycles together; the weight stays at its target after them. Null: all of the run's. */
  epochs: number | null;
  cycles: number;
  /** Share of a cycle in which the weight rises. */
  ratio: number;
}

/**
 * From 0 to the target again and again (Fu et al. 2019, eq. 6 and 7): with tau the part of the cycle that is over,
 * target * min(tau / ratio, 1). A cycle begins with the weight 0.
 */
const cyclical: WarmupKind<CyclicalWarmup> = {
  schema: z.strictObject({
    kind: z.literal("cyclical"),
    epochs: z.number().positive().nullable().default(null),
    cycles: z.number().int().positive().default(4),
    ratio: z.number().gt(0).lt(1).default(0.5),
  }),
  lengthIn: ({ epochs }, run) => (epochs === null ? `epochs=${run}` : null),
  create({ epochs, cycles, ratio }, run) {
    const { total, at, firstStepOf } = spanOf("warmup", epochs ?? run.epochs, run);
    const length = total / cycles;
    if (length * Math.min(ratio, 1 - ratio) < 1) {
      throw new UsageError(
        `warmup: ${cycles} cycles in ${format(total)} ${run.unit}s are ${format(length)} ${run.unit}s each; with ratio ${ratio} ` +
          "that is not one below the target and one at it. Use fewer cycles, more epochs, or a ratio nearer 0.5.",
      );
    }
    return {
      weight(step, target) {
        const done = at(step) - 1;
        if (done >= total) return target;
        const tau = ((done * cycles) % total) / total;
        return target * Math.min(tau / ratio, 1);
      },
      settled: firstStepOf(Math.ceil((cycles - 1 + ratio) * length) + 1),
    };
  },
};

export type WarmupConfig = LinearWarmup | CyclicalWarmup;

const warmups: {
  readonly [K in WarmupConfig["kind"]]: WarmupKind<Extract<WarmupConfig, { kind: K }>>;
} = { linear, cyclical };

export const warmupSchema: z.ZodType<WarmupConfig> = schemaOf(warmups, "warmup");

export function createWarmup(config: WarmupConfig, run: Pace): Warmup {
  return kindOf<WarmupKind<WarmupConfig>>(warmups, config, "warmup").create(config, run);
}

/** `lengthIn` of its kind. */
export function warmupLengthIn(config: WarmupConfig, epochs: number): string | null {
  return kindOf<WarmupKind<WarmupConfig>>(warmups, config, "warmup").lengthIn?.(config, epochs) ?? null;
}
