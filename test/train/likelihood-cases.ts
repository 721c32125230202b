import { type Likelihood, likelihoods } from "@vaekit/train";

const { categorical, gaussian, laplace } = likelihoods;

type Make = (features: number) => Likelihood;

const made: Record<"gaussian" | "laplace" | "discretizedLogistic", (given: object) => Make> = {
  gaussian: (given) => (features) =>
    gaussian.create(gaussian.schema.parse({ kind: "gaussian", ...given }), { features }),
  laplace: (given) => (features) =>
    laplace.create(laplace.schema.parse({ kind: "laplace", ...given }), { features }),
  discretizedLogistic: (given) => (features) =>
    likelihoods["discretized-logistic"].create(
      likelihoods["discretized-logistic"].schema.parse({ kind: "discretized-logistic", ...given }),
      {
        features,
      },
    ),
};

const categories =
  (levels: number): Make =>
  (features) =>
    categorical.create({ kind: "categorical", levels }, { features });

/** Densities on 0 to 1 or on all numbers, each way that their configuration allows. */
export const densities: Record<string, Make> = {
  "continuous Bernoulli": (features) =>
    likelihoods["continuous-bernoulli"].create({ kind: "continuous-bernoulli" }, { features }),
  "Gaussian, sigma given": made.gaussian({ sigma: 0.1 }),
  "Gaussian, shared sigma": made.gaussian({}),
  "Gaussian, sigma per element": made.gaussian({ sigma: "per-element" }),
  "Laplace, scale given": made.laplace({ scale: 0.1 }),
  "Laplace, shared scale": made.laplace({}),
  "Laplace, scale per element": made.laplace({ scale: "per-element" }),
};

/** Probabilities of levels. */
export const masses: Record<string, { levels: number; make: Make }> = {
  "discretized logistic, scale per element": { levels: 256, make: made.discretizedLogistic({}) },
  "discretized logistic, shared scale": {
    levels: 256,
    make: made.discretizedLogistic({ scale: "shared" }),
  },
  "categorical, 256 levels": { levels: 256, make: categories(256) },
  "categorical, 3 levels": { levels: 3, make: categories(3) },
};
