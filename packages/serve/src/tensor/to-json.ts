import type { NdArray } from "@vaekit/infer";
import { RequestError } from "../errors.js";

/**
 * A tensor's elements as JSON text, flat in row-major order. Each number is written so that float32 reads it back.
 * @throws RequestError (422) for NaN and infinities, which JSON has no words for
 */
export function flatJson(name: string, array: NdArray): string {
  checkFinite(name, array);
  return `[${array.data.join(",")}]`;
}

/** A tensor as nested JSON arrays, by its shape. @throws RequestError (422) as flatJson */
export function nestedJson(name: string, array: NdArray): string {
  const { data, shape } = array;
  checkFinite(name, array);
  return nest(data, shape, 0, 0, data.length);
}

function nest(
  data: Float32Array,
  shape: readonly number[],
  depth: number,
  start: number,
  end: number,
): string {
  if (depth >= shape.length - 1) return `[${data.subarray(start, end).join(",")}]`;
  const size = (end - start) / shape[depth]!;
  const parts: string[] = [];
  for (let at = start; at < end; at += size) parts.push(nest(data, shape, depth + 1, at, at + size));
  return `[${parts.join(",")}]`;
}

/** @throws RequestError (422) for NaN and infinities, which neither JSON nor a picture can hold */
export function checkFinite(name: string, { data, length }: NdArray): void {
  const size = data.length / length;
  for (let i = 0; i < data.length; i++) {
    if (Number.isFinite(data[i])) continue;
    throw new RequestError(
      422,
      `${name}: the model gives ${data[i]} for row ${Math.floor(i / size)}: its input is beyond what float32 can compute. ` +
        "Give smaller numbers, or ask for binary data (/v2), which can hold it.",
    );
  }
}
