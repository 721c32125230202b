import type { StoredTensor } from "@vaekit/infer";
import { pca, Random, type Rows, type RunOptions, umap } from "@vaekit/latent";
import type { SiteEmbedding } from "./manifest.js";
import { roundPlaces } from "./round.js";
import { stage } from "./stage.js";

/** UMAP's own default; fewer different codes have no such neighbourhoods. */
const neighbours = 15;

export interface Embedded {
  embeddings: SiteEmbedding[];
  /** Rows of pca.components. */
  components: number;
  tensors: Record<string, StoredTensor>;
}

/**
 * The map's tabs: the code itself where that has up to two dimensions; else UMAP and PCA in two, on which one can drag, and in three,
 * where a code of three dimensions is itself.
 * codes [rows, latent], which the file holds as "mu"; distinct: how many of the rows differ
 */
export async function embed(
  codes: Rows,
  distinct: number,
  { seed, ...run }: RunOptions & { seed: number },
): Promise<Embedded> {
  const [rows, latent] = codes.shape as [number, number];
  const found = pca(codes, { components: Math.min(3, latent, rows) });
  // A plane takes two directions: the second of a map with one is nothing.
  const components = Math.max(found.count, Math.min(2, latent));
  const padded = new Float32Array(components * latent);
  padded.set(found.components);
  const tensors: Record<string, StoredTensor> = {
    "pca.mean": { data: Float32Array.from(found.mean), shape: [latent] },
    "pca.components": { data: padded, shape: [components, latent] },
  };
  const embeddings: SiteEmbedding[] = [];
  const add = (
    name: string,
    dimensions: 2 | 3,
    kind: SiteEmbedding["kind"],
    data: Float32Array,
    note: string,
  ) => {
    const tensor = `${name.toLowerCase()}.${dimensions}`;
    tensors[tensor] = { data: roundPlaces(data), shape: [rows, dimensions] };
    embeddings.push({ name, dimensions, tensor, kind, note });
  };
  if (latent === 1) {
    add(
      "Latent",
      2,
      "exact",
      spread(codes.data, seed),
      "The code is across; up and down only spreads the rows.",
    );
    return { embeddings, components, tensors };
  }
  const itself: SiteEmbedding = {
    ...{ name: "Latent", dimensions: latent === 2 ? 2 : 3, tensor: "mu", kind: "exact" },
    note: "The code itself: its dimensions are the axes.",
  };
  if (latent === 2) return { embeddings: [itself], components, tensors };
  const sizes = latent === 3 ? ([2] as const) : ([2, 3] as const);
  for (const dimensions of distinct > neighbours ? sizes : []) {
    const named = stage(run, `UMAP in ${dimensions} dimensions`);
    const { embedding } = await umap(codes, { dimensions, seed, ...named });
    const note = "Neighbours stay together; distances between groups mean little.";
    add("UMAP", dimensions, "neighbours", embedding.data, note);
  }
  for (const dimensions of sizes) {
    if (dimensions > components) continue;
    const places = columnsOf(found.embedding, dimensions);
    add("PCA", dimensions, "linear", places, shareNote(dimensions, found.explainedVarianceRatio));
  }
  if (latent === 3) embeddings.push(itself);
  return { embeddings, components, tensors };
}

function shareNote(dimensions: number, ratios: readonly number[]): string {
  const share = ratios.slice(0, dimensions).reduce((a, b) => a + b, 0);
  return `The ${dimensions === 2 ? "two" : "three"} directions in which the codes vary most: ${Math.round(share * 100)} % of their variance.`;
}

/** The first columns of rows, with zeros for those that there are not. */
function columnsOf({ data, shape }: Rows, wanted: number): Float32Array {
  const [rows, columns] = shape as [number, number];
  const taken = new Float32Array(rows * wanted);
  for (let row = 0; row < rows; row++)
    for (let k = 0; k < Math.min(wanted, columns); k++) taken[row * wanted + k] = data[row * columns + k]!;
  return taken;
}

/**
 * Codes of one dimension as a band: across the code, up and down by chance within its density, so that the band is wide where codes are
 * many. codes [rows] -> places [rows, 2]
 */
function spread(codes: Float32Array, seed: number): Float32Array {
  const rows = codes.length;
  const random = new Random(seed);
  const sorted = codes.toSorted();
  const range = sorted[rows - 1]! - sorted[0]! || 1;
  const width = range / 12;
  const below = (value: number) => {
    let [low, high] = [0, rows];
    while (low < high) {
      const middle = (low + high) >> 1;
      if (sorted[middle]! < value) low = middle + 1;
      else high = middle;
    }
    return low;
  };
  const counts = codes.map((value) => below(value + width / 2) - below(value - width / 2));
  const most = Math.max(1, ...counts);
  const places = new Float32Array(rows * 2);
  for (let row = 0; row < rows; row++) {
    places[row * 2] = codes[row]!;
    places[row * 2 + 1] = ((random.uniform() - 0.5) * range * 0.4 * counts[row]!) / most;
  }
  return places;
}
