import { type Case, evidence, percent, setting } from "./case.js";
import { betaOf, defaultRateOf, type Settings } from "./settings.js";
import { rms } from "./spectrum.js";

export function rateEvidence({ settings }: Case) {
  const { learningRate, optimizer } = settings;
  if (learningRate === null) return [];
  return [
    setting("learning rate", learningRate),
    setting("default of the optimizer", `${defaultRateOf(settings)} (${optimizer?.kind ?? "adam"})`),
  ];
}

export function betaEvidence({ settings, spectrum, about }: Case) {
  return [
    setting("beta", betaOf(settings)),
    evidence(
      "largest beta that pays",
      spectrum.criticalBeta,
      "",
      `largest variance of the data along a direction, in units of the decoder's (Lucas et al. 2019); ${spectrum.protocol}; ${about}`,
    ),
  ];
}

export function scaleEvidence({ measured, about }: Case, scale: number) {
  const { x, mean } = measured;
  return [
    setting("scale of errors", scale),
    evidence(
      "error",
      rms(x.map((value, at) => value - mean[at]!)),
      "of the range 0 to 1",
      `root mean square of x - E[x|z]; ${about}`,
    ),
  ];
}

export function historyEvidence({
  first,
  best,
  bestEpoch,
  last,
  late,
  epochs,
  part,
}: NonNullable<Case["history"]>) {
  const protocol = `-E ln p(x|z) + beta KL of the ${part} examples, over ${epochs} epochs`;
  return [
    evidence("loss of the first epoch", first, "nats", protocol),
    evidence(`best loss, epoch ${bestEpoch}`, best, "nats", protocol),
    evidence("loss of the last epoch", last, "nats", protocol),
    evidence("progress in the last third", percent(late), "%", protocol),
  ];
}

export function scaleAdvice({ model }: Settings): string {
  const kind = model?.likelihood?.kind ?? "gaussian";
  const name = kind === "laplace" ? "scale" : "sigma";
  return `train with --likelihood ${kind}:${name}=shared, which learns it (in code: likelihood { kind: "${kind}", ${name}: "shared" })`;
}
