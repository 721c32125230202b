import { UsageError } from "@vaekit/infer";

export interface EarlyStopping {
  /** Epochs without a better validation loss after which the run ends. */
  patience: number;
  /** The first epoch, counted from 1, that counts: where the KL's warm-up is over (`settled` of its schedule). */
  from: number;
}

/**
 * Whether to stop after the epochs so far, and the best of them, counted from 1 (0 where there is none): a pure
 * function of their validation losses, so that a resumed run needs no state of it.
 *
 * losses: -ELBO of the validation examples in nats, unweighted: comparable over a warm-up, so that its epochs may be the
 * best, but those before `from` never stop a run. So it is in the VampPrior's and the Exemplar VAE's training, which let
 * one more epoch pass.
 */
export function earlyStopping(
  losses: readonly number[],
  { patience, from }: EarlyStopping,
): { stop: boolean; best: number } {
  let best = 0;
  let worse = 0;
  for (let epoch = 1; epoch <= losses.length; epoch++) {
    const better = losses[epoch - 1]! < (best === 0 ? Number.POSITIVE_INFINITY : losses[best - 1]!);
    if (better) best = epoch;
    worse = better || epoch < from ? 0 : worse + 1;
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
  // The first epoch of all is the best so far, whatever it is.
  const first = Math.max(from, 2) + patience - 1;
  if (first < epochs) return;
  throw new UsageError(
    `early stopping: with patience ${patience}, counted from epoch ${from} on, it can end the run after epoch ${first} ` +
      `at the earliest, but the run has ${epochs}. Use a smaller patience, or train for longer.`,
  );
}
