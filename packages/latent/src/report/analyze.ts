import type { RunOptions } from "../task.js";
import { analyzeClusters, type ClustersAnalysis } from "./analysis/clusters.js";
import { analyzeDimensions, type DimensionsAnalysis } from "./analysis/dimensions.js";
import { analyzeLabels, type LabelsAnalysis } from "./analysis/labels.js";
import { analyzeMap, type MapAnalysis } from "./analysis/map.js";
import { analyzeMoves, type MovesAnalysis } from "./analysis/moves.js";
import { analyzeOutliers, type OutliersAnalysis } from "./analysis/outliers.js";
import { analyzePrior, type PriorAnalysis } from "./analysis/prior.js";
import { type AnalyzeInput, type CheckedInput, checkInput } from "./input.js";
import { type AnalyzeOptions, checkAnalyzeOptions } from "./options.js";
import { createStep } from "./step.js";

/** All that was found out about codes; reportFiles makes a report of it. */
export interface Analysis {
  input: CheckedInput;
  seed: number;
  dimensions: DimensionsAnalysis;
  /** null where the model's prior is not the standard normal, or the codes have no variances. */
  prior: PriorAnalysis | null;
  map: MapAnalysis;
  /** null without labels of two kinds. */
  labels: LabelsAnalysis | null;
  clusters: ClustersAnalysis;
  outliers: OutliersAnalysis;
  /** null without a decoder. */
  moves: MovesAnalysis | null;
}

/**
 * Look into a latent space: whether neighbours share labels, which dimensions are used and for what, how the codes lie against the
 * prior, maps of them, clusters, outliers and holes, and what the decoder makes of moves through it.
 * @throws ShapeError, DataError or UsageError for an input whose parts do not fit; LatentError, with its cause, where decode or sample
 * throws; the signal's reason once aborted
 */
export async function analyze(input: AnalyzeInput, options: AnalyzeOptions = {}): Promise<Analysis> {
  const checked = checkInput(input);
  const checkedOptions = checkAnalyzeOptions(options);
  try {
    return await analyzeChecked(checked, checkedOptions, options);
  } catch (error) {
    // decode may have been stopped by the same signal, and say so in its own words.
    options.signal?.throwIfAborted();
    throw error;
  }
}

async function analyzeChecked(
  checked: CheckedInput,
  { seed, traversals, ...chosen }: ReturnType<typeof checkAnalyzeOptions>,
  options: RunOptions,
): Promise<Analysis> {
  const step = createStep(seed, options);
  const dimensions = await analyzeDimensions(checked, step);
  const prior = await analyzePrior(checked, step);
  const map = await analyzeMap(checked, chosen, step);
  const labels = analyzeLabels(checked, map);
  const clusters = await analyzeClusters(checked, map, chosen, step);
  const outliers = await analyzeOutliers(checked, step);
  const moves = await analyzeMoves(checked, dimensions, clusters.mixture, traversals, step);
  return { input: checked, seed, dimensions, prior, map, labels, clusters, outliers, moves };
}
