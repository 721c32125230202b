import { type Neighbours, nearestNeighbours } from "../../neighbours/nearest-neighbours.js";
import { pca } from "../../project/pca.js";
import { continuity, trustworthiness } from "../../project/quality.js";
import { tsne } from "../../project/tsne.js";
import { umap } from "../../project/umap.js";
import { type Rows, rowsOf } from "../../rows.js";
import type { CheckedInput } from "../input.js";
import type { CheckedOptions, Projection } from "../options.js";
import type { Step } from "../step.js";

export interface Embedding {
  name: string;
  dimensions: 2 | 3;
  /** [rows, dimensions] */
  points: Rows;
  axes: string[];
  /** Of 15 neighbours, or as many as there are; 1 is best. */
  trustworthiness: number;
  continuity: number;
}

export interface MapAnalysis {
  neighbours: Neighbours;
  /** Neighbours that the scores are of, and rows that they were taken of. */
  scored: number;
  scoredRows: number;
  embeddings: Embedding[];
  /** Shares of the variance of the posterior means that PCA's axes hold, all of them. */
  explained: number[];
  /** What UMAP and t-SNE were told. */
  settings: { umap: { neighbours: number; minDistance: number }; tsne: { perplexity: number } };
  /** Maps that were not made, and why. */
  left: string[];
}

type Options = Pick<CheckedOptions, "projections" | "threeDimensions">;
type Layout = { points: Rows; axes: string[] };

const umapNeighbours = 15;
const perplexity = 30;
/** t-SNE of more rows takes minutes. */
const mostForTsne = 20_000;
/** Rows that the scores are taken of: each needs its distances to all. */
const scoredRows = 2000;

export async function analyzeMap(input: CheckedInput, options: Options, step: Step): Promise<MapAnalysis> {
  const { codes, rows, latent } = input;
  const { seed } = step;
  const chosen = new Set<Projection>(options.projections);
  const fits = Math.floor((rows - 1) / 3);
  const settings = {
    umap: { neighbours: Math.min(umapNeighbours, rows - 1), minDistance: 0.1 },
    tsne: { perplexity: Math.min(perplexity, fits) },
  };
  const tsneRuns = chosen.has("tsne") && rows <= mostForTsne;
  const count = Math.min(rows - 1, tsneRuns ? 3 * perplexity : umapNeighbours);
  const neighbours = await step.run("neighbours", (run) =>
    nearestNeighbours(codes.mu, { count, seed, ...run }),
  );
  const principal = pca(codes.mu);
  const sizes: (2 | 3)[] = options.threeDimensions ? [2, 3] : [2];
  const scored = Math.max(1, Math.min(umapNeighbours, Math.floor(rows / 2) - 1));
  const embeddings: Embedding[] = [];
  const add = async (name: string, dimensions: 2 | 3, { points, axes }: Layout) => {
    const given = { neighbours: scored, rows: scoredRows, seed };
    embeddings.push({
      name,
      dimensions,
      points,
      axes,
      trustworthiness: await step.run("scores of the maps", (run) =>
        trustworthiness(codes.mu, points, { ...given, ...run }),
      ),
      continuity: await step.run("scores of the maps", (run) =>
        continuity(codes.mu, points, { ...given, ...run }),
      ),
    });
  };
  const whole = sizes.find((size) => size === latent);
  if (whole) {
    await add("z", whole, { points: codes.mu, axes: numbered("z", latent, 0) });
  }
  if (chosen.has("umap")) {
    for (const dimensions of sizes) {
      const { embedding } = await step.run(`UMAP in ${dimensions} dimensions`, (run) =>
        umap(codes.mu, {
          dimensions,
          ...settings.umap,
          graph: neighbours,
          seed,
          ...run,
        }),
      );
      await add("UMAP", dimensions, { points: embedding, axes: numbered("UMAP", dimensions) });
    }
  }
  if (tsneRuns) {
    const { embedding } = await step.run("t-SNE", (run) =>
      tsne(codes.mu, { ...settings.tsne, graph: neighbours, seed, ...run }),
    );
    await add("t-SNE", 2, { points: embedding, axes: numbered("t-SNE", 2) });
  }
  for (const dimensions of sizes) {
    if (latent < dimensions && dimensions === 3) continue;
    await add(
      "PCA",
      dimensions,
      principalAxes(principal.embedding, principal.explainedVarianceRatio, dimensions),
    );
  }
  const left =
    chosen.has("tsne") && !tsneRuns
      ? [`There is no map by t-SNE: it takes minutes for more than ${mostForTsne.toLocaleString("en")} rows.`]
      : [];
  return {
    neighbours,
    scored,
    scoredRows: Math.min(rows, scoredRows),
    embeddings,
    explained: principal.explainedVarianceRatio,
    settings,
    left,
  };
}

const numbered = (name: string, dimensions: number, from = 1) =>
  Array.from({ length: dimensions }, (_, i) => `${name} ${i + from}`);

/** The first axes of PCA; zeros where a latent space of one dimension has no second one. */
function principalAxes(embedding: Rows, ratio: readonly number[], dimensions: number): Layout {
  const [rows, axes] = embedding.shape as [number, number];
  const points = rowsOf(new Float32Array(rows * dimensions), dimensions);
  for (let i = 0; i < rows; i++) {
    for (let axis = 0; axis < Math.min(axes, dimensions); axis++) {
      points.data[i * dimensions + axis] = embedding.data[i * axes + axis]!;
    }
  }
  const name = (i: number) => `PC ${i + 1}${i < axes ? ` (${(100 * ratio[i]!).toFixed(0)} %)` : ""}`;
  return { points, axes: Array.from({ length: dimensions }, (_, i) => name(i)) };
}
