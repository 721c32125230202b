import { activeUnits } from "../../describe/active-units.js";
import { correlation } from "../../describe/correlation.js";
import { type IntrinsicDimension, intrinsicDimension } from "../../describe/intrinsic-dimension.js";
import { klPerDimension } from "../../describe/kl-per-dimension.js";
import { mutualInformation } from "../../describe/mutual-information.js";
import { DataError } from "../../errors.js";
import type { Rows } from "../../rows.js";
import { type CheckedInput, takeRows } from "../input.js";
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
  /** null where too few rows differ to tell. */
  intrinsic: IntrinsicDimension | null;
  /** What each dimension tells of the label and of each column, nats. */
  information: { name: string; kind: string; nats: number[] }[];
}

/** Rows that the estimates of information take at most. */
const informationRows = 70_000;
/** Neighbours that the intrinsic dimension is told from, if there are so many. */
const neighbours = 20;

export async function analyzeDimensions(input: CheckedInput, step: Step): Promise<DimensionsAnalysis> {
  const { codes, rows, latent, classes, columns, standardNormal } = input;
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
    const known = Array.from(values, (_, i) => i).filter((i) => Number.isFinite(values[i]));
    const [points, target] = [takeRows(codes.mu, known), known.map((i) => values[i]!)];
    const options = { kind, rows: informationRows, seed: step.seed };
    const found = await ifTold(() =>
      step.run(`what dimensions tell of ${name}`, (run) =>
        mutualInformation(points, target, { ...options, ...run }),
      ),
    );
    if (found) information.push({ name, kind: found.kind, nats: found.nats });
  }
  return {
    kl,
    variance,
    active,
    order: Array.from({ length: latent }, (_, i) => i).sort((a, b) => weight[b]! - weight[a]!),
    correlation: matrix,
    strongest: strongestPair(matrix, active),
    intrinsic: await ifTold(() =>
      step.run("intrinsic dimension", (run) =>
        intrinsicDimension(codes.mu, {
          neighbours: Math.min(neighbours, rows - 1),
          seed: step.seed,
          ...run,
        }),
      ),
    ),
    information,
  };
}

/** null where the data do not tell it: rows that are all equal, classes of one row each, a column without values. */
async function ifTold<T>(measure: () => Promise<T>): Promise<T | null> {
  try {
    return await measure();
  } catch (error) {
    if (error instanceof DataError) return null;
    throw error;
  }
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
