import { UsageError } from "@vaekit/infer";
import { z } from "zod";
import type { KlControls } from "../objective/types.js";
import { shown, wordsOf } from "../wording.js";
import { type CyclicalWarmup, type LinearWarmup, type WarmupConfig, warmupSchema } from "./warmup.js";

/** How the KL comes into the loss, over the run. */
export interface KlConfig {
  /** Weight of the KL; with a warm-up, what that leads to. */
  beta: number;
  warmup: WarmupConfig | null;
  /**
   * The loss has beta |KL - C|, and C rises from 0 to so many nats over so many epochs (Burgess et al. 2018);
   * 0 epochs: it is there from the start. Its beta is large, commonly 30 to 1000.
   */
  capacity: { nats: number; epochs: number } | null;
  /**
   * Nats of KL that cost no more than none (Kingma et al. 2016), for each group of that many latent dimensions:
   * 1 for each dimension, "all" for their sum.
   */
  freeBits: { nats: number; group: number | "all" } | null;
  /** Whether warm-up and capacity change with each step or only from epoch to epoch. */
  unit: "step" | "epoch";
}

/** As users give it: what has a default may be left out. */
export interface KlOptions {
  beta?: number;
  warmup?:
    | (Partial<LinearWarmup> & { kind: "linear"; epochs: number })
    | (Partial<CyclicalWarmup> & { kind: "cyclical" })
    | null;
  capacity?: KlConfig["capacity"];
  freeBits?: { nats: number; group?: number | "all" } | null;
  unit?: KlConfig["unit"];
}

const positive = z.number().positive();
const group = z
  .union([z.literal("all"), z.number().int().positive()], 'a positive integer or "all"')
  .default(1);

/** As it stands in files; `{}` is the plain ELBO. Unknown keys are refused. */
export const klSchema: z.ZodType<KlConfig> = z.strictObject({
  beta: z.number().min(0).default(1),
  warmup: warmupSchema.nullable().default(null),
  capacity: z
    .strictObject({ nats: positive, epochs: z.number().min(0) })
    .nullable()
    .default(null),
  freeBits: z.strictObject({ nats: positive, group }).nullable().default(null),
  unit: z.enum(["step", "epoch"]).default("step"),
});

/**
 * With defaults filled in.
 * @throws UsageError that names the field, what it may be, and what came; and for settings that contradict each other
 */
export function klConfigOf(options: KlOptions): KlConfig {
  const parsed = klSchema.safeParse(options, { error: wordsOf });
  if (parsed.success) {
    checkContradictions(parsed.data);
    return parsed.data;
  }
  const problems = parsed.error.issues.map(({ path, message }) => {
    const got = path.reduce<unknown>((value, key) => (value as never)?.[key], options);
    return `${path.join(".") || "KL"}: ${message}, got ${shown(got)}`;
  });
  throw new UsageError(problems.join("; "));
}

/** @throws UsageError for two settings that cannot both mean something */
export function checkContradictions({ beta, warmup, capacity, freeBits }: KlConfig): void {
  const refuse = (problem: string) => {
    throw new UsageError(problem);
  };
  if (capacity && freeBits) {
    refuse(
      `capacity ${capacity.nats} draws the KL to a value, and freeBits ${freeBits.nats} leaves it free up to one. ` +
        "Use one of the two.",
    );
  }
  if (capacity && warmup) {
    refuse(
      `capacity ${capacity.nats} is itself a schedule of the KL, from nothing to its value, and a ${warmup.kind} warmup ` +
        "would take its weight away while it lasts. Use one of the two.",
    );
  }
  if (beta === 0 && warmup) refuse(`a ${warmup.kind} warmup needs a beta above 0 to lead to, got beta 0.`);
  if (beta === 0 && (capacity || freeBits)) {
    refuse(
      `with beta 0 the KL is not in the loss: ${capacity ? "capacity" : "freeBits"} means nothing then.`,
    );
  }
  if (warmup?.kind === "linear" && warmup.from === beta) {
    refuse(`the linear warmup begins at ${warmup.from}, which beta is already. Use another from or beta.`);
  }
}

/** @throws UsageError for settings that mean nothing to the objective */
export function checkKlControls(
  { beta, warmup, capacity, freeBits }: KlConfig,
  objective: string,
  controls: KlControls,
): void {
  const refused = [
    !controls.beta && beta !== 1 && `beta ${beta}`,
    !controls.beta && warmup && "warmup",
    !controls.capacity && capacity && "capacity",
    !controls.freeBits && freeBits && "freeBits",
  ].filter(Boolean);
  if (refused.length === 0) return;
  const mean = refused.length === 1 ? "means" : "mean";
  throw new UsageError(
    `objective ${objective}${controls.when ? ` ${controls.when}` : ""}: ${refused.join(" and ")} ${mean} nothing to it. Leave that out.`,
  );
}
