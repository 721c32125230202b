import { describe, expect, it } from "vitest";
import type { ObjectiveConfig } from "../../packages/train/src/objective/index.ts";
import { validationLosses } from "../../packages/train/src/schedule/validation-losses.ts";

const line = (reconstruction: number, kl: number) => ({
  validation: { elbo: -reconstruction - kl, reconstruction, kl, examples: 10 },
});
const metrics = [line(100, 5), { validation: null }, line(90, 30)];
const infovae = { kind: "infovae", lambda: 1000, kernel: "rbf" } as const;

describe("what validation follows", () => {
  it.each([
    [{ kind: "elbo" }, 0.1],
    [{ kind: "elbo" }, 4],
    [{ kind: "iwae", samples: 5, gradient: "standard" }, 1],
    [{ kind: "beta-tc", alpha: 1, gamma: 1 }, 0],
    [{ ...infovae, alpha: 0 }, 1],
  ] as [ObjectiveConfig, number][])("is -ELBO, unweighted, for %j with beta %d", (objective, beta) => {
    expect(validationLosses({ objective, kl: { beta } }, metrics)).toEqual([105, 120]);
  });

  it.each([
    [{ kind: "ae" }, 1],
    [{ kind: "vq", commitment: 0.25, decay: 0.99 }, 1],
    [{ kind: "elbo" }, 0],
    [{ kind: "iwae", samples: 5, gradient: "standard" }, 0],
    [{ kind: "beta-tc", alpha: 0, gamma: 0 }, 0],
    [{ ...infovae, alpha: 1 }, 1],
    [{ ...infovae, alpha: 0 }, 0],
  ] as [ObjectiveConfig, number][])("is the reconstruction for %j with beta %d", (objective, beta) => {
    expect(validationLosses({ objective, kl: { beta } }, metrics)).toEqual([100, 90]);
  });
});
