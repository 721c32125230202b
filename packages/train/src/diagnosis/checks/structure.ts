import { activeCount, type Case, type Check, evidence, gainOf, say } from "../case.js";
import { betaEvidence, historyEvidence, rateEvidence } from "../evidence.js";
import { betaOf, defaultRateOf, rateFactorOf } from "../settings.js";
import type { Blame } from "../suspects.js";
import { thresholds } from "../thresholds.js";
import type { Finding } from "../types.js";

/** z is used, and the errors still hold what further latent dimensions would pay for. */
export const structure: Check = (given, found) => {
  const { spectrum, about, model, measured } = given;
  const gain = gainOf(given);
  const { missing } = spectrum;
  if (found.length > 0 || missing === null || gain === null || measured.kind !== "vae") return null;
  const { nats, share, shareAtHighRate } = thresholds.missing;
  if (missing < Math.max(nats, shareAtHighRate * gain)) return null;
  const much = missing >= share * gain;
  const blamed = (much ? (full(given) ?? heldDown(given)) : null) ?? badRate(given);
  if (!blamed) return null;
  const { id, finding, evidence: more, ...why } = blamed;
  return {
    id,
    severity: "warning",
    finding,
    evidence: [
      evidence(
        "nats left in the errors",
        missing,
        "nats",
        `what their principal directions would bring at beta 1 (Tipping & Bishop 1999); ${spectrum.protocol}; ${about}`,
      ),
      evidence(
        "nats that the latent brings",
        gain,
        "nats",
        `E ln p(x|z) - KL above the best constant; ${about}`,
      ),
      evidence("active dimensions", activeCount(given), `of ${model.latent}`, about),
      ...more,
    ],
    ...why,
  };
};

type Blamed = Pick<Finding, "id" | "finding"> & Blame;

/** Every dimension holds all it can. */
function full(given: Case): Blamed | null {
  const { measured, model, about, spectrum } = given;
  const kls = measured.dimensions.map(({ kl }) => kl ?? 0);
  const least = Math.min(...kls);
  if (least < thresholds.fullKl) return null;
  const one = model.latent === 1;
  return {
    id: "latent-too-small",
    finding: `${one ? "The one latent dimension is" : `All ${model.latent} latent dimensions are`} full, with ${say(least)} nats${one ? "" : " or more in each"}, and the errors hold about ${say(spectrum.missing!)} nats more.`,
    cause: "capacity",
    why: "no dimension is left for what the errors still show",
    change: `train with --latent ${Math.max(4, 2 * model.latent)} or more; dimensions that are not needed stay inactive and cost nothing`,
    evidence: [evidence("least KL of a dimension", least, "nats", `closed form; ${about}`)],
  };
}

function heldDown(given: Case): Blamed | null {
  const { settings, model, measured, spectrum } = given;
  const beta = betaOf(settings);
  if (beta <= 1 || settings.kl?.capacity || model.trained.objective === "beta-tc") return null;
  const inactive = model.latent - activeCount(given);
  return {
    id: "dimensions-held-down",
    finding: `${inactive > 0 ? `${inactive} of ${model.latent} dimensions are inactive: the` : "The"} latent holds ${say(measured.kl ?? 0)} nats, while the errors hold about ${say(spectrum.missing!)} nats that dimensions would pay for at beta 1.`,
    cause: "beta",
    why: `beta is ${beta}: a nat of KL must bring ${beta} nats of reconstruction`,
    change: "train with --beta 1, unless so little information in z is what you are after",
    evidence: betaEvidence(given),
  };
}

function badRate(given: Case): Blamed | null {
  const { settings, history, spectrum } = given;
  const factor = rateFactorOf(settings);
  if (factor < thresholds.rateFactor) return null;
  return {
    id: "unstable",
    finding: `Training did not find what the data offer: the errors hold about ${say(spectrum.missing!)} nats that latent dimensions would pay for.`,
    cause: "learning rate",
    why: `the learning rate ${settings.learningRate} is ${say(factor)} times the optimizer's default`,
    change: `train with --lr ${defaultRateOf(settings)}`,
    evidence: [...rateEvidence(given), ...(history ? historyEvidence(history) : [])],
  };
}
