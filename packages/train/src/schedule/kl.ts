import { UsageError } from "@vaekit/infer";
import type { KlControl } from "../objective/kl-control.js";
import { increments, type Pace } from "./increments.js";
import { checkContradictions, type KlConfig } from "./kl-config.js";
import { createWarmup } from "./warmup.js";

/** The run that the KL is controlled in. */
export interface KlRun {
  epochs: number;
  batchesPerEpoch: number;
  latent: number;
  /** Whether the KL splits into latent dimensions, which the prior's closed form does. */
  factorised: boolean;
}

export interface KlSchedule {
  /** What the traced step is made for. */
  control: KlControl;
  /** step: counted from 1. capacity: nats, 0 where there is none */
  at(step: number): { beta: number; capacity: number };
  /** The first epoch, counted from 1, in all of whose steps beta and capacity are what they stay; it may lie after the run. */
  settled: number;
}

/**
 * Weight and capacity of the KL at each step: pure functions of the step, so that a resumed run needs no state of them.
 * @throws UsageError for what would not reach its target within the run, for settings that contradict each other, and
 *   for groups of free bits that the latent does not have
 */
export function klSchedule(config: KlConfig, run: KlRun): KlSchedule {
  checkContradictions(config);
  const { beta, unit } = config;
  const { epochs, batchesPerEpoch } = run;
  const pace: Pace = { epochs, batchesPerEpoch, unit };
  const warmup = config.warmup && createWarmup(config.warmup, pace);
  const capacity = config.capacity && createCapacity(config.capacity, pace);
  const settled = Math.max(warmup?.settled ?? 1, capacity?.settled ?? 1);
  return {
    control: { capacity: capacity !== null, freeBits: freeBitsOf(config, run) },
    at: (step) => ({ beta: warmup ? warmup.weight(step, beta) : beta, capacity: capacity?.at(step) ?? 0 }),
    settled: Math.ceil((settled - 1) / batchesPerEpoch) + 1,
  };
}

/** nats min(k / K, 1) at the k-th increment (Burgess et al. 2018, section 4.2) */
function createCapacity({ nats, epochs }: NonNullable<KlConfig["capacity"]>, run: Pace) {
  if (epochs === 0) return { at: () => nats, settled: 1 };
  const { share, settled } = increments("capacity", epochs, run);
  return { at: (step: number) => nats * share(step), settled };
}

function freeBitsOf({ freeBits }: KlConfig, { latent, factorised }: KlRun): KlControl["freeBits"] {
  if (!freeBits) return null;
  const { nats } = freeBits;
  const group = freeBits.group === "all" ? latent : freeBits.group;
  if (latent % group !== 0) {
    throw new UsageError(
      `freeBits: groups of ${group} do not divide ${latent} latent dimensions. Use a divisor of ${latent}, or "all".`,
    );
  }
  if (factorised) return { nats, group };
  if (group === latent) return { nats, group: 1 };
  throw new UsageError(
    `freeBits: this prior's KL does not split into dimensions, so there are no groups of ${group}. Use group "all".`,
  );
}
