import { type Manifest, type PerGraph, UsageError } from "@vaekit/infer";
import type { WeightFormat } from "../weights/report.js";
import { elboChange } from "./elbo.js";
import type { StoredGraph } from "./store.js";
import type { BundleOptions } from "./types.js";

export type StoredGraphs = Readonly<PerGraph<StoredGraph>>;

export const bundleWeights = ["fp32", "fp16", "int8"] as const satisfies readonly WeightFormat[];
/** How a bundle's large weights are stored. */
export type BundleWeights = (typeof bundleWeights)[number];

/** The name of weights that a bundle can have. @throws UsageError for any other */
export function checkWeights(weights: string): BundleWeights {
  const known = bundleWeights.find((name) => name === weights);
  if (known) return known;
  const reason =
    weights === "int8-dynamic"
      ? "in a bundle no row's result may depend on the rows beside it, which it does with int8-dynamic"
      : "there are no such weights";
  throw new UsageError(`weights "${weights}": ${reason}; choose one of ${bundleWeights.join(", ")}`);
}

/** What the manifest says of smaller weights; undefined where all are float32. */
export async function weightsRecord(
  manifest: Manifest,
  graphs: StoredGraphs,
  { samples, conditions }: BundleOptions,
): Promise<Manifest["weights"]> {
  if (!graphs.decoder.small) return undefined;
  const { report, cost } = graphs.decoder.small;
  const size = (which: "full" | "bytes") =>
    Object.values(graphs).reduce((sum, graph) => sum + graph[which].length, 0);
  return {
    format: report.weights,
    tolerance: cost.tolerance,
    bytes: { before: size("full"), after: size("bytes") },
    graphs: {
      encoder: errorsOf(graphs.encoder),
      decoder: errorsOf(graphs.decoder),
      scorer: errorsOf(graphs.scorer),
      ...(graphs.prior && { prior: errorsOf(graphs.prior) }),
    },
    elbo: samples ? await elboChange(manifest, graphs, { samples, conditions }) : null,
  };
}

function errorsOf({ small }: StoredGraph): NonNullable<Manifest["weights"]>["graphs"]["encoder"] {
  const { maxAbsolute, maxRelative } = small!.report.error;
  return { weights: { maxAbsolute, maxRelative }, outputs: small!.cost.outputs };
}
