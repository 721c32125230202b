import type { StoredTensor } from "@vaekit/infer";
import { chooseClusters, kmeans, type Rows, type RunOptions, someRows } from "@vaekit/latent";
import type { SiteColouring } from "./manifest.js";
import { stage } from "./stage.js";

/** How the number of clusters is found: the settings with which a report's is. */
const quick = { method: "gmm", patience: 3, resamples: 3, resampleRows: 1000, silhouetteRows: 1000 } as const;
const choiceRows = 1000;
const mostTried = 12;
/** Dimensions above which a full covariance has more numbers than a thousand codes can tell. */
const mostForFull = 16;
/** Classes that are also asked for as clusters. */
const mostAsked = 30;

export interface Coloured {
  colourings: SiteColouring[];
  tensors: Record<string, StoredTensor>;
}

export interface Known {
  labels: Int32Array | null;
  classes: readonly string[] | null;
  labelName: string;
  columns: readonly { name: string; values: ArrayLike<number> }[];
  /** Rows that differ. */
  distinct: number;
}

/** Ways to colour the map: by label, by cluster, by column. codes [rows, latent] */
export async function colour(
  codes: Rows,
  { labels, classes, labelName, columns, distinct }: Known,
  run: RunOptions & { seed: number },
): Promise<Coloured> {
  const rows = codes.shape[0]!;
  const tensors: Record<string, StoredTensor> = {};
  const colourings: SiteColouring[] = [];
  const kinds = labels ? labels.reduce((most, label) => Math.max(most, label), 0) + 1 : 0;
  if (labels) {
    tensors.labels = { data: labels, shape: [rows] };
    const names = Array.from({ length: kinds }, (_, label) => classes?.[label] ?? `${label}`);
    colourings.push({ name: labelName, kind: "categorical", tensor: "labels", names });
  }
  const wanted = kinds > 1 && kinds <= mostAsked ? kinds : await numberOfClusters(codes, distinct, run);
  const clusters = Math.min(wanted, distinct);
  if (clusters > 1) {
    const grouped = await kmeans(codes, { clusters, ...stage(run, "clusters") });
    tensors.clusters = { data: grouped.labels, shape: [rows] };
    const names = Array.from({ length: clusters }, (_, k) => `cluster ${k + 1}`);
    colourings.push({
      name: `cluster (k-means, ${clusters})`,
      kind: "categorical",
      tensor: "clusters",
      names,
    });
  }
  columns.forEach(({ name, values }, i) => {
    const tensor = `column.${i}`;
    tensors[tensor] = { data: Float32Array.from(values), shape: [rows] };
    colourings.push({ name, kind: "continuous", tensor });
  });
  return { colourings, tensors };
}

/** As many as a mixture of Gaussians has by BIC; of one cloud two halves, so that there is something to tell apart. */
async function numberOfClusters(
  codes: Rows,
  distinct: number,
  run: RunOptions & { seed: number },
): Promise<number> {
  const [rows, latent] = codes.shape as [number, number];
  const some = takeRows(codes, someRows(rows, choiceRows, run.seed));
  const to = Math.min(mostTried, Math.floor(some.shape[0]! / 3), distinct - 1);
  // Drawn rows may repeat more than all do.
  if (to < 3 || distinct < 2 * to) return 2;
  const covariance = latent > mostForFull ? "diagonal" : "full";
  const { recommended } = await chooseClusters(some, {
    ...quick,
    to,
    covariance,
    ...stage(run, "number of clusters"),
  });
  return Math.max(2, recommended);
}

function takeRows({ data, shape }: Rows, indices: Uint32Array): Rows {
  const columns = shape[1]!;
  const taken = new Float32Array(indices.length * columns);
  indices.forEach((row, i) => {
    taken.set(data.subarray(row * columns, (row + 1) * columns), i * columns);
  });
  return { data: taken, shape: [indices.length, columns] };
}
