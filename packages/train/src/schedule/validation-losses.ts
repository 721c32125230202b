import { type ObjectiveConfig, objectives } from "../objective/index.js";
import type { ObjectiveKind } from "../objective/types.js";
import type { EpochMetrics } from "../run/metrics.js";
import { kindOf } from "../schema.js";
import type { KlConfig } from "./kl-config.js";

/** What a run minimises. */
export interface Minimised {
  objective: ObjectiveConfig;
  kl: Pick<KlConfig, "beta">;
}

/**
 * What patience, plateau and the best epoch follow: of each epoch that was validated, in nats per example, lower is better.
 * -ELBO with beta 1, -ln p(x|z) + KL(q(z|x) || p(z)); where the loss has no KL, -ln p(x|z) alone, as nothing trains the KL
 * then: objectives ae and vq, beta 0, infovae with alpha 1.
 */
export function validationLosses(
  { objective, kl }: Minimised,
  metrics: readonly Pick<EpochMetrics, "validation">[],
): number[] {
  const kind = kindOf<ObjectiveKind<ObjectiveConfig>>(objectives, objective, "objective");
  const trained = kind.trainsKl(objective, kl.beta);
  return metrics.flatMap(({ validation }) =>
    validation ? [trained ? -validation.elbo : validation.reconstruction] : [],
  );
}
