import type { Dataset } from "./types.js";

export type Split = "train" | "test";

/** A data set that is known by name. */
export interface NamedSource {
  /** Where it would be read from. @throws DataError with what to do when it is not there */
  describe(): string;
  open(split: Split): Promise<Dataset>;
}

/** The file names that LeCun gave, which MNIST-like sets keep. */
export const idxNames: { readonly [K in Split]: { images: string; labels: string } } = {
  train: { images: "train-images-idx3-ubyte", labels: "train-labels-idx1-ubyte" },
  test: { images: "t10k-images-idx3-ubyte", labels: "t10k-labels-idx1-ubyte" },
};
