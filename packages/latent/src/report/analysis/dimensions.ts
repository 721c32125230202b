import { activeUnits } from "../../describe/active-units.js";
import { correlation } from "../../describe/correlation.js";
import { intrinsicDimension } from "../../describe/intrinsic-dimension.js";
import { klPerDimension } from "../../describe/kl-per-dimension.js";
import { mutualInformation } from "../../describe/mutual-information.js";
import type { Rows } from "../../rows.js";
import type { CheckedInput } from "../input.js";
import type { Step } from "../step.js";

export interface DimensionsAnalysis {
  /** KL(q(z_j|x) || N(0, 1)) per dimension, nats per example; null where the prior is another. */
  kl: number[] | null;
  /** Variance of the posterior mean per dimension. */
  variance: number[];
  active: boolean[];
  /** Dimensions, the most telling first: by KL, or by variance where there is none. */
  order: number[];
  /** Of the posterior means [latent, latent]. */
  correlation: Rows;
  /** Pair of active dimensions that correlate most; null for fewer than two. */
  strongest: { a: number; b: number; r: number } | null;
  intrinsic: Awaited<ReturnType<typeof intrinsicDimension>>;
  /** What each dimension tells of the label and of each column, nats. */
  information: { name: string; kind: string; nats: number[] }[];
}

/** Rows that the estimates of information take at most: they need sorted neighbours of every pair of columns. */
const informationRows = 5000;

export async function analyzeDimensions(input: CheckedInput, step: Step): Promise<DimensionsAnalysis> {
  const { codes, latent, classes, columns, standardNormal } = input;
  const { variance, active } = activeUnits(codes.mu);
  const kl = standardNormal ? klPerDimension(codes) : null;
  const weight = kl ?? variance;
  const matrix = correlation(codes.mu);
  const targets = [
    ...(classes && classes.names.length > 1
      ? [{ name: classes.title, values: classes.of, kind: "discrete" as const }]
      : []),
    ...columns.map((column) => ({ ...column, kind: "auto" as const })),
  ];
  const information: DimensionsAnalysis["information"] = [];
  for (const { name, values, kind } of targets) {
    const options = { kind, rows: informationRows, seed: step.seed };
    const found = await step.run(`what dimensions tell of ${name}`, (run) =>
      mutualInformation(codes.mu, values, { ...options, ...run }),
    );
    information.push({ name, kind: found.kind, nats: found.nats });
  }
  return {
    kl,
    variance,
    active,
    order: Array.from({ length: latent }, (_, i) => i).sort((a, b) => weight[b]! - weight[a]!),
    correlation: matrix,
    strongest: strongestPair(matrix, active),
    intrinsic: await step.run("intrinsic dimension", (run) =>
      intrinsicDimension(codes.mu, { seed: step.seed, ...run }),
    ),
    information,
  };
}

function strongestPair({ data, shape }: Rows, active: readonly boolean[]): DimensionsAnalysis["strongest"] {
  const latent = shape[0]!;
  let best: DimensionsAnalysis["strongest"] = null;
  for (let a = 0; a < latent; a++) {
    for (let b = a + 1; b < latent; b++) {
      const r = data[a * latent + b]!;
      if (active[a] && active[b] && (!best || Math.abs(r) > Math.abs(best.r))) best = { a, b, r };
    }
  }
  return best;
}
