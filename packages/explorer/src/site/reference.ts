import { encodeTensors, type NdArray, type StoredTensor } from "@vaekit/infer";
import { kmeans, nearestNeighbours, pca, type Rows, umap } from "@vaekit/latent";
import { encodePng, shrink, sprite } from "@vaekit/latent/draw";
import type { SiteColouring, SiteDimension, SiteEmbedding, SiteReference } from "./manifest.js";

/** Codes that a map is made of, with what is known of each. */
export interface Examples {
  /** Posterior means, or draws from the prior [rows, latent] */
  mu: NdArray;
  /** [rows, latent]; null for draws from the prior */
  logvar: NdArray | null;
  /** [rows] */
  labels: NdArray<Int32Array> | null;
  /** [rows, height, width, channels] */
  pictures: NdArray<Uint8Array>;
  /** Whether `pictures` are the data's own, or the decoder's. */
  picturesOf: "data" | "decoder";
  /** Mean squared error of each row's reconstruction, pixels from 0 to 1 [rows]; null where it is not known. */
  error: Float32Array | null;
  of: "examples" | "prior";
}

const file = "map/reference.safetensors";
const thumbnailSide = 40;
const sheetSide = 2048;

/** The map's data and thumbnails, by their paths, and what the manifest says of them. */
export async function referenceFiles(
  examples: Examples,
  classes: readonly string[] | null,
  labelName: string,
  seed: number,
): Promise<{ reference: SiteReference; files: Map<string, Uint8Array> }> {
  const { mu, labels, error, of } = examples;
  const [rows, latent] = mu.shape as [number, number];
  const codes: Rows = { data: mu.data, shape: mu.shape };
  const tensors: Record<string, StoredTensor> = { mu };
  const components = Math.min(3, latent, rows);
  const found = pca(codes, { components });
  tensors["pca.mean"] = { data: Float32Array.from(found.mean), shape: [latent] };
  tensors["pca.components"] = { data: Float32Array.from(found.components), shape: [components, latent] };
  const embeddings: SiteEmbedding[] = [];
  const embed = (
    name: string,
    dimensions: 2 | 3,
    kind: SiteEmbedding["kind"],
    data: Float32Array,
    note: string,
  ) => {
    const tensor = `${name.toLowerCase()}.${dimensions}`;
    tensors[tensor] = { data, shape: [rows, dimensions] };
    embeddings.push({ name, dimensions, tensor, kind, note });
  };
  if (latent === 2 || latent === 3) {
    embed("Latent", latent, "exact", mu.data, "The code itself: its dimensions are the axes.");
  } else {
    for (const dimensions of [2, 3] as const) {
      const { embedding } = await umap(codes, { dimensions, seed });
      embed(
        "UMAP",
        dimensions,
        "neighbours",
        embedding.data,
        "Neighbours stay together; distances between groups mean little.",
      );
    }
    for (const dimensions of [2, 3] as const) {
      const share = found.explainedVarianceRatio.slice(0, dimensions).reduce((a, b) => a + b, 0);
      const plane = new Float32Array(rows * dimensions);
      for (let row = 0; row < rows; row++)
        for (let k = 0; k < dimensions; k++)
          plane[row * dimensions + k] = found.embedding.data[row * components + k]!;
      embed(
        "PCA",
        dimensions,
        "linear",
        plane,
        `The ${dimensions} directions in which the codes vary most: ${Math.round(share * 100)} % of their variance.`,
      );
    }
  }
  const colourings: SiteColouring[] = [];
  if (labels) {
    tensors.labels = labels;
    const most = Math.max(...labels.data) + 1;
    const names = Array.from({ length: most }, (_, label) => classes?.[label] ?? `${label}`);
    colourings.push({ name: labelName, kind: "categorical", tensor: "labels", names });
  }
  const clusters = Math.min(10, Math.max(2, Math.floor(rows / 20)));
  const grouped = await kmeans(codes, { clusters, seed });
  tensors.clusters = { data: grouped.labels, shape: [rows] };
  colourings.push({
    name: "cluster",
    kind: "categorical",
    tensor: "clusters",
    names: Array.from({ length: clusters }, (_, k) => `cluster ${k + 1}`),
  });
  const { sheets, files, thumbnails } = thumbnailFiles(examples.pictures);
  const near = await nearestNeighbours(codes, { count: Math.min(5, rows - 1) });
  const distance = Array.from({ length: rows }, (_, row) => meanOf(near.distance, row, near.shape[1]));
  files.set(file, new Uint8Array(Buffer.concat(encodeTensors({ tensors, metadata: {} }))));
  return {
    files,
    reference: {
      file,
      rows,
      of,
      labels: labels !== null,
      thumbnails: { sheets, ...thumbnails, of: examples.picturesOf },
      embeddings,
      colourings,
      dimensions: dimensionsOf(examples),
      components,
      usual: { distance: percentiles(distance), error: error && percentiles([...error]) },
    },
  };
}

function meanOf(data: ArrayLike<number>, row: number, columns: number): number {
  let sum = 0;
  for (let i = 0; i < columns; i++) sum += data[row * columns + i]!;
  return sum / columns;
}

function percentiles(values: readonly number[]): number[] {
  const sorted = values.toSorted((a, b) => a - b);
  return Array.from({ length: 101 }, (_, i) => quantile(sorted, i / 100));
}

function quantile(sorted: readonly number[], share: number): number {
  const at = share * (sorted.length - 1);
  const low = Math.floor(at);
  const high = Math.min(low + 1, sorted.length - 1);
  return sorted[low]! + (sorted[high]! - sorted[low]!) * (at - low);
}

function dimensionsOf({ mu, logvar }: Examples): SiteDimension[] {
  const [rows, latent] = mu.shape as [number, number];
  return Array.from({ length: latent }, (_, d) => {
    const values = Array.from({ length: rows }, (_, row) => mu.data[row * latent + d]!).sort((a, b) => a - b);
    const mean = values.reduce((a, b) => a + b, 0) / rows;
    const variance = values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / rows;
    let kl: number | null = null;
    if (logvar) {
      let sum = 0;
      for (let row = 0; row < rows; row++) {
        const [m, v] = [mu.data[row * latent + d]!, logvar.data[row * latent + d]!];
        sum += 0.5 * (m * m + Math.expm1(v) - v);
      }
      kl = sum / rows;
    }
    const [a, b, c, e, f] = [0.01, 0.25, 0.5, 0.75, 0.99].map((share) => quantile(values, share));
    return { kl, active: (kl ?? variance) >= 0.01, mean, quantiles: [a!, b!, c!, e!, f!] };
  });
}

function thumbnailFiles(pictures: NdArray<Uint8Array>) {
  const small = shrink({ data: pictures.data, shape: [...pictures.shape] }, thumbnailSide);
  const [count, height, width, channels] = small.shape as [number, number, number, number];
  const columns = Math.max(1, Math.floor(sheetSide / width));
  const perSheet = columns * Math.max(1, Math.floor(sheetSide / height));
  const files = new Map<string, Uint8Array>();
  const sheets: string[] = [];
  const size = height * width * channels;
  for (let first = 0; first < count; first += perSheet) {
    const some = Math.min(perSheet, count - first);
    const part = {
      data: small.data.subarray(first * size, (first + some) * size),
      shape: [some, height, width, channels],
    };
    const { pixels, width: across, height: down } = sprite(part, columns);
    const name = `map/thumbnails-${sheets.length}.png`;
    files.set(name, encodePng(pixels, across, down));
    sheets.push(name);
  }
  return { sheets, files, thumbnails: { perSheet, columns, width, height } };
}
