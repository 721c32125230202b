import { UsageError } from "@vaekit/infer";

export interface EarlyStopping {
  /** Epochs without a better validation loss after which the run ends. */
  patience: number;
  /** The first epoch, counted from 1, that counts: where the KL's warm-up or capacity is there (`settled` of its schedule). */
  from: number;
}

/**
 * Whether to stop after the epochs so far, and the best of them, counted from 1 (0 where there is none): a pure
 * function of their validation losses, so that a resumed run needs no state of it.
 *
 * losses: `validationLosses`, in nats. Epochs before `from` stop no run and are no candidates: an unfinished schedule of the
 * KL often has the better unweighted ELBO, and is not the model that was asked for. Until `from` the newest epoch stands in
 * for the best, so that a run that is stopped early has its newest weights.
 */
export function earlyStopping(
  losses: readonly number[],
  { patience, from }: EarlyStopping,
): { stop: boolean; best: number } {
  let best = Math.min(losses.length, from - 1);
  let least = Number.POSITIVE_INFINITY;
  let worse = 0;
  for (let epoch = from; epoch <= losses.length; epoch++) {
    const loss = losses[epoch - 1]!;
    worse = loss < least ? 0 : worse + 1;
    if (worse > 0) continue;
    best = epoch;
    least = loss;
  }
  return { stop: worse >= patience, best };
}

/** @throws UsageError where it has nothing to follow, or could not end the run before its last epoch */
export function checkEarlyStopping(
  { patience, from }: EarlyStopping,
  { epochs, validation }: { epochs: number; validation: boolean },
): void {
  if (!validation) {
    throw new UsageError(
      "early stopping: it follows the validation loss, and no examples are kept back. Set validation, such as 0.1.",
    );
  }
  // The first epoch that counts is the best so far, whatever it is.
  const first = from + patience;
  if (first < epochs) return;
  throw new UsageError(
    `early stopping: with patience ${patience}, counted from epoch ${from} on, it can end the run after epoch ${first} ` +
      `at the earliest, but the run has ${epochs}. Use a smaller patience, or train for longer.`,
  );
}
