import type { GaussianMixture } from "../../../cluster/mixture.js";
import { sampleMixture, samplePrior, sampleTruncated } from "../../../move/samplers.js";
import type { CheckedInput, Pictures } from "../../input.js";
import type { Step } from "../../step.js";
import type { Decode } from "./decode.js";

export interface Samples {
  /** What they were drawn from. */
  name: string;
  pictures: Pictures;
}

const count = 40;

export async function samples(
  { latent, standardNormal, prior, sample }: CheckedInput,
  mixture: GaussianMixture,
  decode: Decode,
  step: Step,
): Promise<Samples[]> {
  const { seed } = step;
  const drawn = [
    ...(standardNormal
      ? [
          { name: "prior", z: samplePrior(count, latent, { seed }) },
          { name: "prior, truncated at 2", z: sampleTruncated(count, latent, { bound: 2, seed }) },
        ]
      : []),
    ...(sample && prior !== "standard-normal"
      ? [{ name: "prior", z: await step.run("samples", () => sample(count, seed)) }]
      : []),
    { name: "fitted mixture", z: sampleMixture(mixture, count, { seed }) },
  ];
  const decoded: Samples[] = [];
  for (const { name, z } of drawn) {
    decoded.push({ name, pictures: await step.run("samples", () => decode(z, "samples")) });
  }
  return decoded;
}
