import type { NdArray } from "@vaekit/infer";
import { RequestError } from "../errors.js";

/**
 * A tensor's elements as JSON text, flat in row-major order. Each number is written so that float32 reads it back.
 * @throws RequestError (422) for NaN and infinities, which JSON has no words for
 */
export function flatJson(name: string, { data, length }: NdArray): string {
  checkFinite(name, data, data.length / length);
  return `[${data.join(",")}]`;
}

/** A tensor as nested JSON arrays, by its shape. @throws RequestError (422) as flatJson */
export function nestedJson(name: string, { data, shape, length }: NdArray): string {
  checkFinite(name, data, data.length / length);
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

function checkFinite(name: string, data: Float32Array, size: number): void {
  for (let i = 0; i < data.length; i++) {
    if (Number.isFinite(data[i])) continue;
    throw new RequestError(
      422,
      `${name}: the model gives ${data[i]} for row ${Math.floor(i / size)}: its input is beyond what float32 can compute. ` +
        "Give smaller numbers, or ask for binary data, which can hold it.",
    );
  }
}
