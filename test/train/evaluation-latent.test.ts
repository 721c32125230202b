import { describe, expect, it } from "vitest";
import { latentFigures } from "../../packages/train/src/evaluation/latent-figures.ts";
import type { Survey } from "../../packages/train/src/evaluation/survey.ts";
import type { EvaluatedModel } from "../../packages/train/src/evaluation/types.ts";
import { matrix, normal } from "./metrics-draws.ts";

const [count, latent] = [200, 2];

/** Posteriors N(mu, s^2 I) whose mixture is N(0, I), one draw of each. */
function posteriors(s: number): Survey {
  const mu = matrix(
    normal(1, count * latent).map((value) => Math.sqrt(1 - s ** 2) * value),
    latent,
  );
  const eps = normal(2, count * latent);
  return {
    mu,
    logvar: matrix(new Float64Array(count * latent).fill(2 * Math.log(s)), latent),
    z: matrix(
      mu.values.map((value, i) => value + s * eps[i]!),
      latent,
    ),
    logPz: new Float64Array(count),
    squared: new Float64Array(count),
    absolute: new Float64Array(count),
  };
}

const model = {
  latent,
  prior: { name: "standard-normal", uniforms: 0 },
  samplePrior: async (eps: Float32Array) => eps,
} as unknown as EvaluatedModel;

async function figuresAt(s: number) {
  const notes: string[] = [];
  const figures = await latentFigures(model, posteriors(s), { seed: 0, about: "some draws", notes });
  return { ...figures, notes };
}

describe("figures of the latent space", () => {
  it("leave out what cannot be told where information is saturated, with a note", async () => {
    const { mutualInformation, marginalKl, totalCorrelation, notes } = await figuresAt(1e-3);
    expect(mutualInformation).toMatchObject({ saturated: true, limit: Math.log(count) });
    expect(mutualInformation.upper).toBeGreaterThan(10);
    expect({ marginalKl, totalCorrelation }).toEqual({ marginalKl: null, totalCorrelation: null });
    expect(notes).toHaveLength(1);
    expect(notes[0]).toMatch(
      /^200 posteriors hardly overlap: information lies between 5\.\d+ and 1\d\.\d+ nats/,
    );
  });

  it("have intervals that allow for what so few examples do not know", async () => {
    const { mutualInformation, marginalKl, totalCorrelation, notes } = await figuresAt(0.15);
    expect(mutualInformation.saturated).toBe(false);
    expect(mutualInformation.protocol).toContain(`at least; at most ${mutualInformation.upper.toFixed(2)}`);
    for (const figure of [marginalKl!, totalCorrelation!]) {
      const [low, high] = figure.interval.examples!;
      expect(low).toBeLessThanOrEqual(0);
      expect(high).toBeGreaterThan(0);
      expect(figure.protocol).toContain("the low ends of their intervals");
    }
    expect(notes).toEqual([]);
  });
});
