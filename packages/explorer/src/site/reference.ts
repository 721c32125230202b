import { encodeTensors, type StoredTensor } from "@vaekit/infer";
import type { Rows, RunOptions } from "@vaekit/latent";
import { colour } from "./colourings.js";
import { dimensionsOf, distances, percentiles } from "./describe-codes.js";
import { embed } from "./embeddings.js";
import type { Examples } from "./examples.js";
import type { SiteReference } from "./manifest.js";
import { stage } from "./stage.js";
import { thumbnailFiles } from "./thumbnails.js";

const file = "map/reference.safetensors";

export interface About {
  classes: readonly string[] | null;
  labelName: string;
  /** Whether the model's prior is N(0, I). */
  standardNormal: boolean;
}

/** The map's data and thumbnails, by their paths, and what the manifest says of them. */
export async function referenceFiles(
  examples: Examples,
  { standardNormal, ...named }: About,
  run: RunOptions & { seed: number },
): Promise<{ reference: SiteReference; files: Map<string, Uint8Array> }> {
  const { mu, logvar, labels, columns, error, told, of } = examples;
  const rows = mu.shape[0]!;
  const codes: Rows = { data: mu.data, shape: mu.shape };
  const distinct = distinctRows(codes);
  const { embeddings, components, tensors: places } = await embed(codes, distinct, run);
  const known = { labels: labels?.data ?? null, ...named, columns, distinct };
  const { colourings, tensors: colours } = await colour(codes, known, run);
  const { files, thumbnails } = thumbnailFiles(examples.thumbnails);
  const { seed: _, ...watched } = run;
  const distance = await distances(mu, stage(watched, "distances between codes"));
  const tensors: Record<string, StoredTensor> = { mu, ...places, ...colours };
  files.set(file, new Uint8Array(Buffer.concat(encodeTensors({ tensors, metadata: {} }))));
  return {
    files,
    reference: {
      ...{ file, rows, of },
      labels: labels !== null,
      thumbnails: { ...thumbnails, of: examples.picturesOf },
      embeddings: embeddings.map((each) => (told ? { ...each, note: `${each.note} ${told}` } : each)),
      colourings,
      dimensions: dimensionsOf(mu, logvar, standardNormal),
      components,
      start: startOf(mu, labels?.data ?? null, distance),
      usual: { distance: percentiles(distance), error: error && percentiles(error) },
    },
  };
}

/** A code whose neighbours are nearer than those of three rows in four. The nearest of all are often the plainest pictures. */
function startOf(
  { data, shape }: Examples["mu"],
  labels: Int32Array | null,
  distance: readonly number[],
): SiteReference["start"] {
  const [rows, latent] = shape as [number, number];
  const byDistance = Array.from({ length: rows }, (_, row) => row).sort(
    (a, b) => distance[a]! - distance[b]!,
  );
  const row = byDistance[Math.floor(rows / 4)]!;
  const z = Array.from(data.subarray(row * latent, (row + 1) * latent));
  return { row, z, label: labels?.[row] ?? null };
}

function distinctRows({ data, shape }: Rows): number {
  const [rows, columns] = shape as [number, number];
  const seen = new Set<string>();
  for (let row = 0; row < rows; row++) seen.add(data.subarray(row * columns, (row + 1) * columns).join());
  return seen.size;
}
