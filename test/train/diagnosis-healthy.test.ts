import type { FitOptions } from "@vaekit/train";
import { describe, expect, it } from "vitest";
import {
  drawn,
  type ModelOptions,
  type Pictures,
  small,
  striped,
  told,
  trainAndDiagnose,
} from "./diagnosis-support.ts";

interface Healthy {
  what: string;
  pictures?: Pictures;
  model?: ModelOptions;
  options?: FitOptions;
}

const healthy: Healthy[] = [
  { what: "mlp" },
  { what: "mlp, another seed", options: { seed: 4 } },
  { what: "mlp with a latent just large enough", model: { latent: 4 } },
  { what: "mlp with a latent much too large", model: { latent: 32 } },
  { what: "gaussian likelihood", model: { likelihood: "gaussian" } },
  {
    what: "gaussian likelihood of a fixed scale that fits",
    model: { likelihood: { kind: "gaussian", sigma: 0.1 } },
  },
  { what: "laplace likelihood", model: { likelihood: "laplace" } },
  { what: "KL warm-up", options: { warmup: 10 } },
  { what: "a rate that is high and does no harm", options: { learningRate: 0.05 } },
  { what: "free bits", options: { freeBits: 0.3 } },
  { what: "a capacity", options: { beta: 30, capacity: { nats: 5, epochs: 10 } } },
  { what: "pictures drawn black and white", options: { binarize: "dynamic" } },
  { what: "VampPrior", model: { prior: "vamp" } },
  { what: "iwae", options: { objective: { kind: "iwae", samples: 5 } } },
  { what: "beta-tc", options: { objective: "beta-tc", beta: 4 } },
  { what: "infovae", options: { objective: "infovae" } },
  { what: "a plain autoencoder", options: { objective: "ae" } },
  {
    what: "vq",
    model: { latent: 16, prior: { kind: "codebook", codes: 32, dimension: 4 } },
    options: { objective: "vq" },
  },
  { what: "bars", pictures: striped, model: { latent: 4 } },
  { what: "bars with a latent much too large", pictures: striped, model: { latent: 16 } },
  { what: "black and white bars", pictures: told, model: { latent: 4 } },
];

describe("a healthy run", () => {
  it.each(healthy)("$what", async ({ pictures = drawn, model, options }) => {
    const found = await trainAndDiagnose(pictures, small(pictures, model), options);
    expect(found.findings.filter(({ severity }) => severity !== "information")).toEqual([]);
    expect(found.healthy).toBe(true);
    expect(found.warnings).toEqual([]);
    expect(found.measured!.explained).toBeGreaterThan(0.25);
  });

  it("takes dimensions that are not needed for no fault", async () => {
    const model = small(striped, { latent: 16 });
    const found = await trainAndDiagnose(striped, model, { epochs: 70, learningRate: 3e-3 });
    expect(found).toMatchObject({ healthy: true, warnings: [] });
    const idle = found.dimensions.filter(({ active }) => !active).length;
    expect(idle).toBeGreaterThan(4);
    expect(found.findings).toEqual([
      expect.objectContaining({
        id: "inactive-dimensions",
        severity: "information",
        cause: "none",
        change: null,
      }),
    ]);
    expect(found.findings[0]!.finding).toMatch(new RegExp(`^${idle} of 16 dimensions are inactive`));
  });
});
