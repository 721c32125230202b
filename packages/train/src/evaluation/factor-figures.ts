import { VaekitError } from "@vaekit/infer";
import { dci } from "../metrics/dci.js";
import type { Factors } from "../metrics/factors.js";
import type { Matrix } from "../metrics/matrix.js";
import { mig } from "../metrics/mig.js";
import { sap } from "../metrics/sap.js";
import { type Figure, plain } from "./figure.js";

/** How the latent dimensions go with known factors; null for a metric that these factors or codes do not allow. */
export interface FactorFigures {
  names: string[];
  mig: (Figure & { perFactor: Record<string, number> }) | null;
  sap: (Figure & { perFactor: Record<string, number> }) | null;
  disentanglement: Figure | null;
  completeness: Figure | null;
  informativeness: Figure | null;
}

/** Of the posterior means mu [examples, latent]. notes: takes the reasons why a metric is left out */
export function factorFigures(
  mu: Matrix,
  factors: Factors,
  { seed, about, notes }: { seed: number; about: string; notes: string[] },
): FactorFigures {
  const of = (value: number, protocol: string) =>
    plain(value, mu.rows, {
      unit: "no unit, 0 to 1",
      better: "higher" as const,
      protocol: `${protocol}, codes are posterior means; ${about}`,
    });
  const perFactor = (gaps: readonly { name: string; value: number }[]) =>
    Object.fromEntries(gaps.map(({ name, value }) => [name, value]));
  const gap = where(notes, () => mig(mu, factors));
  const attribute = where(notes, () => sap(mu, factors, { seed }));
  const fit = factors.columns > 1 ? where(notes, () => dci(mu, factors, { seed })) : null;
  const ofDci = (what: "disentanglement" | "completeness") => {
    const value = fit?.[what] ?? null;
    return value === null ? null : of(value, `DCI ${what}; ${fit!.protocol}`);
  };
  if (fit?.disentanglement === null) {
    notes.push(
      "left out: DCI disentanglement and completeness: the codes predict no factor (R^2 on test examples about 0), so there " +
        "is nothing for dimensions to share",
    );
  }
  return {
    names: [...factors.names],
    mig: gap && { ...of(gap.value, `MIG; ${gap.protocol}`), perFactor: perFactor(gap.perFactor) },
    sap: attribute && {
      ...of(attribute.value, `SAP; ${attribute.protocol}`),
      perFactor: perFactor(attribute.perFactor),
    },
    disentanglement: ofDci("disentanglement"),
    completeness: ofDci("completeness"),
    informativeness: fit && of(fit.informativeness, `DCI informativeness, R^2; ${fit.protocol}`),
  };
}

function where<T>(notes: string[], measure: () => T): T | null {
  try {
    return measure();
  } catch (error) {
    if (!(error instanceof VaekitError)) throw error;
    notes.push(`left out: ${error.message}`);
    return null;
  }
}
