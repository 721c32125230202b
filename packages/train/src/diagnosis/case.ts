import type { CodebookFigures } from "../evaluation/codebook-figures.js";
import type { EvaluatedModel } from "../evaluation/types.js";
import type { History } from "./history.js";
import type { Measurements } from "./measure.js";
import { rateFactorOf, type Settings } from "./settings.js";
import type { Spectrum } from "./spectrum.js";
import { thresholds } from "./thresholds.js";
import type { Evidence, Finding } from "./types.js";

/** All that findings are made from. */
export interface Case {
  model: Pick<EvaluatedModel, "kind" | "path" | "condition" | "latent" | "trained">;
  settings: Settings;
  measured: Measurements;
  spectrum: Spectrum;
  /** Of the run's epochs; null for a bundle, or for too few. */
  history: History | null;
  /** The same from two epochs on. */
  trend: History | null;
  /** Updates in all; null where they are not known. */
  updates: number | null;
  /** ln p(x) of the best constant prediction, nats; null where it is not known. */
  constant: number | null;
  codebook: CodebookFigures | null;
  /** On what it was measured. */
  about: string;
}

/** One thing that may be wrong; found: what the checks before it said. */
export type Check = (given: Case, found: readonly Finding[]) => Finding | null;

/** Nats of E ln p(x|z) - KL above the best constant prediction; null where that is not known. */
export function gainOf({ measured, constant }: Case): number | null {
  return constant === null ? null : measured.logPx.value - (measured.kl ?? 0) - constant;
}

export function activeCount({ measured }: Case): number {
  return measured.dimensions.filter(({ active }) => active).length;
}

export function evidence(name: string, value: number | string, unit: string, protocol: string): Evidence {
  return { name, value, unit, protocol };
}

/** Of settings, which the configuration holds. */
export function setting(name: string, value: number | string): Evidence {
  return evidence(name, value, "", "as it was trained");
}

/** A number in a sentence: three digits that count. */
export function say(value: number): string {
  if (Number.isInteger(value)) return String(value);
  return Math.abs(value) >= 100 ? value.toFixed(0) : String(Number(value.toPrecision(3)));
}

/** Another example's z makes no difference that can be measured, or the posterior says nothing. */
export function ignoresZ({ measured }: Case): boolean {
  const { sensitivity, kl, explained, explainedByOthers } = measured;
  const deaf = sensitivity
    ? sensitivity.low < thresholds.ignoredNats
    : explained - explainedByOthers < thresholds.explained;
  return deaf || (kl !== null && kl < thresholds.vanishedKl);
}

/** ln p(x|z) has not even come to that of the best constant prediction. */
export function belowConstant({ measured, constant }: Case): boolean {
  if (constant === null) return false;
  const { nats, share } = thresholds.leastProgress;
  return measured.logPx.value < constant - Math.max(nats, share * Math.abs(constant));
}

/** Hardly any updates, each counted by its learning rate. */
export function fewUpdates({ updates, settings }: Case): boolean {
  return updates !== null && updates * Math.min(1, rateFactorOf(settings)) < thresholds.fewUpdates;
}

/** 0.0614 -> 6.1 */
export function percent(share: number): number {
  return Number((100 * share).toFixed(1));
}
