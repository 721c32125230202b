import { describe, expect, it } from "vitest";
import { Random } from "../../packages/latent/src/random.js";
import { analyzeDimensions } from "../../packages/latent/src/report/analysis/dimensions.js";
import { analyzePrior } from "../../packages/latent/src/report/analysis/prior.js";
import type { Analysis } from "../../packages/latent/src/report/analyze.js";
import { type AnalyzeInput, checkInput } from "../../packages/latent/src/report/input.js";
import { dimensionsSection } from "../../packages/latent/src/report/sections/dimensions.js";
import { priorSection } from "../../packages/latent/src/report/sections/prior.js";
import { createStep } from "../../packages/latent/src/report/step.js";
import { alike } from "./aggregated-oracle.js";
import { normal, repeated } from "./describe-oracle.js";

const step = createStep(0, {});
const checked = (codes: AnalyzeInput["codes"], more: Partial<AnalyzeInput> = {}) =>
  checkInput({ name: "codes", codes, ...more });

/** Posteriors N(mu, s^2 I) whose mixture is about N(0, I). */
const asPrior = (rows: number, latent: number, s: number) =>
  alike(normal(rows, latent, 1, Math.sqrt(1 - s ** 2)), s ** 2);

async function said(codes: AnalyzeInput["codes"]): Promise<string> {
  const input = checked(codes);
  const prior = await analyzePrior(input, step);
  return priorSection({ input, prior } as Analysis)!.sentences.join("\n");
}

describe("report against the prior", () => {
  it("says numbers where posteriors overlap, and that no more holes are found than there would be", async () => {
    const text = await said(asPrior(2000, 2, 0.4));
    expect(text).toMatch(/a code holds 1\.\d+ nats|a code holds between 1\.\d+ and 1\.\d+ nats/);
    expect(text).toMatch(/posterior is 0(\.0\d+)? nats from the prior \(KL, 95 % interval 0 to 0\.0\d+\)/);
    expect(text).toMatch(/total correlation is 0(\.0\d+)? nats \(95 % interval 0 to/);
    expect(text).toMatch(
      /\d % of the prior's draws lie further from their nearest code than 99 % of held-out codes do: no excess over the 1\.0 % .* at 2,000 rows/,
    );
    expect(text).toMatch(/maximum mean discrepancy .* is \u2212?0\.000\d+, no more than by chance/);
  });

  it("says at most where they do not, and no more of the total correlation than of the KL", async () => {
    const text = await said(asPrior(200, 6, 0.02));
    expect(text).toMatch(
      /200 examples hardly overlap.*holds between 5\.\d+ and 2\d\.\d nats.*at most 1\d\.\d nats from the prior/,
    );
    expect(text).toMatch(/total correlation is at most 1\d\.\d nats/);
    const [kl, total] = Array.from(text.matchAll(/at most (\d+\.\d) nats/g), ([, value]) => Number(value));
    expect(total).toBeLessThanOrEqual(kl!);
  });

  it("warns of holes where the codes are far from the prior", async () => {
    const { mu } = asPrior(500, 2, 0.5);
    const text = await said(alike({ ...mu, data: mu.data.map((value) => 0.1 * value) }, 0.01));
    expect(text).toMatch(/mean discrepancy .* is 0\.\d+, where it would be about 0 with .*: they differ\./);
    expect(text).toMatch(/where 1\.0 % would .*Draw from the fitted mixture instead/);
  });

  it("goes through the mixture once", async () => {
    const stages: string[] = [];
    const told = createStep(0, { onProgress: ({ stage, total }) => total > 1 && stages.push(stage) });
    const prior = await analyzePrior(checked(asPrior(1500, 8, 0.4)), told);
    expect(prior!.totalCorrelation.estimate).toBe(prior!.distance.aggregated.totalCorrelation.value);
    expect(stages).toContain("distance to the prior");
    expect(stages).not.toContain("total correlation");
  });
});

describe("inactive dimensions", () => {
  const first = async (variance: number, logvar: number, prior?: string) => {
    const { mu } = asPrior(2000, 3, 0.5);
    const data = mu.data.map((value, i) => (i % 3 === 2 ? value * Math.sqrt(variance / 0.75) : value));
    const width = mu.data.map((_, i) => (i % 3 === 2 ? logvar : Math.log(0.25)));
    const input = checked({ mu: { ...mu, data }, logvar: { ...mu, data: width } }, { prior });
    const dimensions = await analyzeDimensions(input, step);
    return dimensionsSection({ input, dimensions, map: { explained: [1] } } as Analysis).sentences;
  };

  it("tell next to nothing where their posteriors are wide", async () => {
    const [said, next] = await first(0.006, 0);
    expect(said).toMatch(
      /^1 of 3 dimensions is inactive: .*0\.01, and it tells next to nothing of x \(at most 0\.00[23]\d* nats\)\.$/,
    );
    expect(next).toMatch(/^A code costs/);
  });

  it("are said to tell something where they are narrow, as far as Gaussian noise lets them", async () => {
    const [said, conflict] = await first(0.006, -9);
    expect(said).toMatch(/^1 of 3 dimensions is inactive: .* of z2 is below 0\.01\.$/);
    const [, nats] = conflict!.match(
      /^Yet z2 may tell something, up to (\S+) nats: .* is 98 % of all its variance\.$/,
    )!;
    expect(Math.abs(Number(nats) - 0.5 * Math.log(1 + 0.006 * Math.exp(9)))).toBeLessThan(0.03);
  });

  it("are told by their noise where the prior has another scale", async () => {
    expect((await first(0.006, -9, "vamp"))[0]).toMatch(/^All 3 dimensions are active/);
    expect((await first(0.006, 0, "vamp"))[0]).toMatch(
      /^1 of 3 dimensions is inactive: the posterior mean of z2 holds at most 0\.6 % of its variance, and it tells next to nothing of x/,
    );
  });
});

describe("what chance tells", () => {
  it("is compared with the largest of all dimensions, and so says nothing of labels at random", async () => {
    const random = new Random(5);
    for (const rows of [60, 1000]) {
      const labels = Array.from({ length: rows }, () => random.below(4));
      const { information } = await analyzeDimensions(checked(asPrior(rows, 16, 0.3), { labels }), step);
      const [{ nats, chance, entropy }] = information as [(typeof information)[number]];
      expect(Math.max(...nats)).toBeLessThan(1.3 * chance);
      expect(entropy).toBeGreaterThan(0.9 * Math.log(4));
      expect(entropy).toBeLessThanOrEqual(Math.log(4));
    }
  });
});

describe("dimensions of few rows", () => {
  it("have an intrinsic dimension down to ten, and none where too few differ", async () => {
    const ten = await analyzeDimensions(checked(asPrior(10, 3, 0.3)), step);
    expect(ten.intrinsic!.rows).toBe(10);
    const { mu } = asPrior(3, 2, 0.3);
    const three = Float32Array.from({ length: 60 }, (_, i) => mu.data[i % 6]!);
    const few = await analyzeDimensions(checked(alike({ data: three, shape: [30, 2] }, 0.1)), step);
    expect(few.intrinsic).toBeNull();
    const equal = await analyzeDimensions(checked(alike(repeated(30, [1, 2]), 0.1)), step);
    expect(equal.intrinsic).toMatchObject({ twoNn: 0, mle: 0 });
  });

  it("are compared with the rows that a column has values for, and not with labels of one row each", async () => {
    const codes = asPrior(300, 2, 0.3);
    const random = new Random(2);
    const values = Array.from({ length: 300 }, (_, i) =>
      i % 3 ? codes.mu.data[2 * i]! + 0.1 * random.normal() : Number.NaN,
    );
    const labels = Array.from({ length: 300 }, (_, i) => `row ${i}`);
    const columns = [
      { name: "size", values },
      { name: "nothing", values: Array<number>(300).fill(Number.NaN) },
    ];
    const { information } = await analyzeDimensions(checked(codes, { labels, columns }), step);
    expect(information.map(({ name }) => name)).toEqual(["size"]);
    expect(information[0]!.nats[0]).toBeGreaterThan(1);
    expect(information[0]!.nats[1]).toBeLessThan(0.2);
  });
});
