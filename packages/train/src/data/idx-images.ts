import { DataError } from "@vaekit/infer";
import { images } from "./dataset.js";
import { readIdx } from "./idx.js";
import type { Dataset } from "./types.js";

/**
 * Pictures from an IDX file, [count, height, width] or [count, height, width, channels], with labels beside them.
 * @throws DataError, also when labels are given as pictures
 */
export async function readIdxImages(
  path: string,
  { name = path, labels }: { name?: string; labels?: string } = {},
): Promise<Dataset> {
  const { shape, values } = await readIdx(path);
  const [count = 0, height = 0, width = 0, channels = 1] = shape;
  if (shape.length === 1) {
    throw new DataError(
      `${path}: these are ${count} labels, not pictures. Give the images file (its name often has idx3).`,
    );
  }
  if (shape.length < 3 || shape.length > 4) {
    throw new DataError(
      `${path}: rank ${shape.length}, [${shape}]; pictures have [count, height, width] or a channel axis more.`,
    );
  }
  if (values.length === 0) throw new DataError(`${path}: no pictures: the header declares [${shape}].`);
  const marks = labels === undefined ? null : await readLabels(labels, count);
  return images({ name, shape: [height, width, channels], values, labels: marks });
}

async function readLabels(path: string, count: number): Promise<Uint8Array> {
  const { shape, values } = await readIdx(path);
  if (shape.length !== 1 || shape[0] !== count) {
    throw new DataError(`${path}: [${shape}] are not the labels of ${count} pictures.`);
  }
  return values;
}
