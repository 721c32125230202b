import { UsageError } from "@vaekit/infer";

/** The run that a schedule is for, and what it changes with: each step, or only from epoch to epoch. */
export interface Pace {
  epochs: number;
  batchesPerEpoch: number;
  unit: "step" | "epoch";
}

/** Steps as increments, both counted from 1. */
interface Span {
  /** Increments in all; may be a fraction. */
  total: number;
  /** The increment that a step belongs to. */
  at(step: number): number;
  firstStepOf(increment: number): number;
}

/** what: the setting, for errors. @throws UsageError where the run is shorter */
export function spanOf(what: string, epochs: number, run: Pace): Span {
  if (epochs > run.epochs) {
    const share = format((100 * run.epochs) / epochs);
    throw new UsageError(
      `${what}: it takes ${epochs} epochs, but the run has ${run.epochs} and would get through ${share} % of it. ` +
        `Make it ${run.epochs} epochs or fewer, or train for ${Math.ceil(epochs)} or more.`,
    );
  }
  const length = run.unit === "step" ? 1 : run.batchesPerEpoch;
  return {
    total: (epochs * run.batchesPerEpoch) / length,
    at: (step) => Math.floor((step - 1) / length) + 1,
    firstStepOf: (increment) => (increment - 1) * length + 1,
  };
}

/**
 * A rise from 0 to 1 in K equal increments, the k-th of which is min(k / K, 1), and the step that reaches 1.
 * @throws UsageError where it does not end within the run, or is over with its first increment
 */
export function increments(what: string, epochs: number, run: Pace) {
  const { total, at, firstStepOf } = spanOf(what, epochs, run);
  if (total <= 1) {
    const advice = run.unit === "epoch" ? 'Use more epochs, or unit "step".' : "Use more epochs.";
    throw new UsageError(
      `${what}: ${epochs} epochs are ${format(total)} ${run.unit}s, so it is over with the first. ${advice}`,
    );
  }
  return { share: (step: number) => Math.min(at(step) / total, 1), settled: firstStepOf(Math.ceil(total)) };
}

export const format = (value: number) => Number(value.toPrecision(3));
