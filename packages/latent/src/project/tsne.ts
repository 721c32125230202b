import { DataError } from "../errors.js";
import { checkGraph } from "../neighbours/check-graph.js";
import { type Neighbours, nearestNeighboursTask } from "../neighbours/nearest-neighbours.js";
import { checkInteger, checkNumber, checkOptions, checkWord, runOptionNames } from "../options.js";
import { Random } from "../random.js";
import { checkRows, type Rows, rowsOf } from "../rows.js";
import { type RunOptions, runTask, type Task } from "../task.js";
import { conditionalProbabilities } from "./tsne/conditional.js";
import { descend } from "./tsne/descent.js";
import { initialPositionsTask } from "./tsne/initial.js";
import { type Joint, jointProbabilities } from "./tsne/joint.js";

export interface TsneOptions extends RunOptions {
  /** Dimensions of the layout, 2 or 3 (default 2). */
  dimensions?: number;
  /** Neighbours that a point takes as its own, as e^entropy; needs more than three times as many points (default 30). */
  perplexity?: number;
  /** Side of a tree's node over its distance below which its points push as one, 0 to 1; 0 is exact and quadratic (default 0.5). */
  angle?: number;
  /** Most steps of the layout (default 1000). */
  iterations?: number;
  /** How much stronger points attract each other in the first quarter of the steps, at most 250 (default 12). */
  earlyExaggeration?: number;
  /** Step size; "auto" (default) is max(rows / earlyExaggeration / 4, 50) (Belkina et al. 2019). */
  learningRate?: "auto" | number;
  /** Start from the principal components or from noise (default "pca"). */
  init?: "pca" | "random";
  /** Of the noise (default 0). */
  seed?: number;
  /** Nearest neighbours of the points, found before: at least 3 perplexity of each (default: they are searched for). */
  graph?: Neighbours;
}

export interface Tsne {
  /** [rows, dimensions] */
  embedding: Rows;
  /** KL(P || Q) of the layout in nats; lower is better among layouts of the same points and perplexity. */
  klDivergence: number;
  /** Steps done. */
  iterations: number;
}

/** As `tsne`, in steps. */
export function* tsneTask(points: Rows, options: TsneOptions = {}): Task<Tsne> {
  checkOptions("tsne", options, [
    ...[
      "dimensions",
      "perplexity",
      "angle",
      "iterations",
      "earlyExaggeration",
      "learningRate",
      "init",
      "seed",
      "graph",
    ],
    ...runOptionNames,
  ]);
  const { dimensions = 2, perplexity = 30, angle = 0.5, iterations = 1000, earlyExaggeration = 12 } = options;
  const { learningRate = "auto", init = "pca", seed = 0, graph } = options;
  const { rows } = checkRows("tsne", points, { rows: 4, because: "a layout by neighbours" });
  checkInteger("tsne", "dimensions", dimensions, 2, 3);
  checkNumber("tsne", "perplexity", perplexity, 1);
  checkNumber("tsne", "angle", angle, 0, 1);
  checkInteger("tsne", "iterations", iterations, 1);
  checkNumber("tsne", "earlyExaggeration", earlyExaggeration, 1);
  if (learningRate !== "auto") checkNumber("tsne", "learningRate", learningRate, Number.MIN_VALUE);
  checkWord("tsne", "init", init, ["pca", "random"]);
  const random = new Random(seed);
  if (3 * perplexity > rows - 1) {
    throw new DataError(
      `tsne: perplexity ${perplexity} needs more than ${Math.floor(3 * perplexity)} points, three times as many, got ${rows}; ` +
        `the largest that works with ${rows} is ${Math.floor((rows - 1) / 3)}`,
    );
  }
  const count = Math.min(rows - 1, Math.floor(3 * perplexity + 1));
  if (graph !== undefined) {
    const instead = (have: number) => `a perplexity of at most ${Math.floor(have / 3)}`;
    checkGraph("tsne", graph, rows, { least: Math.floor(3 * perplexity), instead });
  }
  const neighbours = graph ?? (yield* nearestNeighboursTask(points, { count, seed }));
  const joint = yield* jointTask(neighbours, Math.min(count, neighbours.shape[1]!), perplexity);
  const positions = yield* initialPositionsTask(points, dimensions, init, random);
  const rate = learningRate === "auto" ? Math.max(rows / earlyExaggeration / 4, 50) : learningRate;
  const result = yield* descend(joint, positions, {
    angle,
    iterations,
    earlyExaggeration,
    learningRate: rate,
  });
  const embedding = new Float32Array(rows * dimensions);
  for (let d = 0; d < dimensions; d++) {
    for (let i = 0; i < rows; i++) embedding[i * dimensions + d] = positions[d]![i]!;
  }
  return { embedding: rowsOf(embedding, dimensions), ...result };
}

/**
 * t-SNE (van der Maaten & Hinton 2008) with the forces of Barnes & Hut (van der Maaten 2014): a layout in which points lie near
 * those that they are near to in `points`. Sizes of clusters and distances between them say little.
 *
 * points [rows, columns] -> embedding [rows, dimensions]
 *
 * minimises KL(P || Q), p_ij from Gaussians over the 3 perplexity nearest neighbours, q_ij from Student's t with dimensions - 1 degrees
 * of freedom. Time grows with rows log rows, memory with rows x perplexity.
 * @throws DataError for fewer than 3 perplexity points, saying which perplexity works, and for a graph of other points; ShapeError for
 * what is no graph; UsageError for a graph of too few neighbours, and for a learning rate at which the layout flies apart
 */
export async function tsne(points: Rows, options: TsneOptions = {}): Promise<Tsne> {
  return runTask(tsneTask(points, options), options);
}

/** Joint probabilities of the first `count` neighbours of each point. */
export function* jointTask(neighbours: Neighbours, count: number, perplexity: number): Task<Joint> {
  const [rows, stride] = neighbours.shape as [number, number];
  const probability = new Float64Array(rows * count);
  for (let from = 0; from < rows; from += 1000) {
    const to = Math.min(rows, from + 1000);
    conditionalProbabilities(neighbours.distance, stride, count, from, to, perplexity, probability);
    yield { stage: "probabilities", done: to, total: rows };
  }
  return yield* jointProbabilities(neighbours.index, stride, count, probability, rows);
}
