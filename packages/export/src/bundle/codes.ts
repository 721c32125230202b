import {
  type Conditions,
  encodeTensors,
  type Manifest,
  type ReferenceCodes,
  type StoredTensor,
  sizeOf,
  UsageError,
  Vae,
} from "@vaekit/infer";
import { inMemory } from "./in-memory.js";
import type { StoredGraphs } from "./small.js";

/** Examples whose codes a bundle keeps, for maps of the latent space and neighbours. */
export interface ReferenceExamples {
  /** [rows, ...shape] row-major */
  examples: Uint8Array;
  /** What a conditional model is told of them. */
  conditions?: Conditions;
  /** Which example of the data set each is. Default 0, 1, 2, ... */
  index?: ArrayLike<number>;
  /** Default: none are kept. */
  labels?: ArrayLike<number>;
  /** Keep the examples themselves beside their codes: whoever has the bundle can look at them. Default false. */
  pictures?: boolean;
}

export interface StoredCodes {
  parts: Uint8Array[];
  record: NonNullable<Manifest["reference"]>;
}

/** Encode the examples with the bundle's own encoder. @throws UsageError for rows, labels or an index that do not fit */
export async function encodeCodes(
  manifest: Manifest,
  graphs: StoredGraphs,
  { examples, conditions, index, labels, pictures = false }: ReferenceExamples,
): Promise<StoredCodes> {
  const rows = examples.length / sizeOf(manifest.data.shape);
  if (!(Number.isInteger(rows) && rows > 0)) {
    throw new UsageError(
      `exportBundle: reference: examples hold ${examples.length} values, no whole number of [${manifest.data.shape}]`,
    );
  }
  for (const [name, list] of Object.entries({ index, labels })) {
    if (list && list.length !== rows) {
      throw new UsageError(
        `exportBundle: reference: there are ${rows} examples, and ${list.length} in ${name}`,
      );
    }
  }
  const vae = await Vae.load(await inMemory(manifest, graphs, "bytes"), { graphs: ["encoder"] });
  try {
    const { mu, logvar } = await vae.encode(examples, { c: conditions });
    const numbers = (list: ArrayLike<number>): StoredTensor => ({
      data: Int32Array.from(list),
      shape: [rows],
    });
    const tensors: { [K in keyof ReferenceCodes]?: StoredTensor } = {
      mu,
      logvar,
      index: numbers(index ?? Int32Array.from({ length: rows }, (_, i) => i)),
      ...(labels && { labels: numbers(labels) }),
      ...(pictures && { pictures: { data: examples, shape: [rows, ...manifest.data.shape] } }),
    };
    return {
      parts: encodeTensors({ tensors: tensors as Record<string, StoredTensor>, metadata: {} }),
      record: { examples: rows, labels: labels !== undefined, pictures },
    };
  } finally {
    await vae.dispose();
  }
}
