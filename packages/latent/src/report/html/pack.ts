import type { Rows } from "../../rows.js";
import type { PageClasses, PageEmbedding, PageValues } from "../page/page-data.js";

const most = 65535;

/**
 * An embedding as the page takes it, 16 bits for each number.
 *
 * points [rows, 2 or 3]; note: a sentence for under the map
 */
export function packEmbedding(name: string, points: Rows, note: string): PageEmbedding {
  const [rows = 0, columns = 0] = points.shape;
  if (columns !== 2 && columns !== 3)
    throw new RangeError(`packEmbedding: ${columns} columns; give those of a map, 2 or 3`);
  const { data } = points;
  const low = new Array<number>(columns).fill(Infinity);
  const high = new Array<number>(columns).fill(-Infinity);
  for (let i = 0; i < rows * columns; i++) {
    const axis = i % columns;
    low[axis] = Math.min(low[axis]!, data[i]!);
    high[axis] = Math.max(high[axis]!, data[i]!);
  }
  const range = low.map((from, axis): [number, number] => (rows === 0 ? [0, 0] : [from, high[axis]!]));
  const packed = new Uint16Array(rows * columns);
  for (let i = 0; i < packed.length; i++) {
    const [from, to] = range[i % columns]!;
    packed[i] = to === from ? 0 : Math.round(((data[i]! - from) / (to - from)) * most);
  }
  return { name, dimensions: columns, data: base64(packed), range, note };
}

/** Labels or clusters as the page takes them; labels [rows]: index into names, below 0 for none, which is called `none`. */
export function packClasses(
  name: string,
  labels: ArrayLike<number>,
  names: readonly string[],
  none = "none",
): PageClasses {
  const data = Int32Array.from(labels, (label) => (label >= 0 && label < names.length ? label : -1));
  return { name, kind: "categorical", names: [...names], data: base64(data), none };
}

/** A column of numbers as the page takes it, [rows]; what is not finite counts as missing. */
export function packValues(name: string, values: ArrayLike<number>): PageValues {
  const data = Float32Array.from(values, (value) => (Number.isFinite(value) ? value : Number.NaN));
  return { name, kind: "continuous", data: base64(data) };
}

/** The numbers of the rows that a map of a part of the data shows, [rows]. */
export function packIndex(index: ArrayLike<number>): string {
  return base64(Int32Array.from(index));
}

function base64(array: Uint16Array | Int32Array | Float32Array): string {
  return Buffer.from(array.buffer, array.byteOffset, array.byteLength).toString("base64");
}
