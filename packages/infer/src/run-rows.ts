import { NdArray, sizeOf, type TypedArray } from "./nd-array.js";
import type { RuntimeTensor, Session } from "./runtime/types.js";

export type Inputs = Readonly<Record<string, NdArray<TypedArray>>>;

/**
 * Run a graph on rows in pieces of at most batchSize; it takes those of the inputs that it names.
 * inputs [rows, ...] -> every output [rows, ...]
 */
export async function runRows(
  session: Session,
  inputs: Inputs,
  rows: number,
  batchSize: number,
): Promise<Record<string, NdArray>> {
  if (rows <= batchSize) return arrays(await session.run(feedsOf(session, inputs)));
  const whole: Record<string, NdArray> = {};
  for (let start = 0; start < rows; start += batchSize) {
    const end = Math.min(rows, start + batchSize);
    const part = arrays(await session.run(feedsOf(session, inputs, start, end)));
    for (const name in part) {
      const { data, shape } = part[name]!;
      const rest = shape.slice(1);
      whole[name] ??= new NdArray(new Float32Array(rows * sizeOf(rest)), [rows, ...rest]);
      whole[name].data.set(data, start * sizeOf(rest));
    }
  }
  return whole;
}

function feedsOf(
  session: Session,
  inputs: Inputs,
  start?: number,
  end?: number,
): Record<string, RuntimeTensor> {
  const feeds: Record<string, RuntimeTensor> = {};
  for (const { name, dtype } of session.inputs) {
    const all = inputs[name]!;
    const { data, shape } = start === undefined ? all : all.rows(start, end!);
    feeds[name] = { dtype, data, shape };
  }
  return feeds;
}

function arrays(tensors: Record<string, RuntimeTensor>): Record<string, NdArray> {
  const out: Record<string, NdArray> = {};
  for (const name in tensors) {
    const { data, shape } = tensors[name]!;
    out[name] = new NdArray(data as Float32Array, shape);
  }
  return out;
}
