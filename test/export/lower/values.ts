import { RandomStream, type RuntimeTensor, sizeOf } from "@vaekit/infer";

/** Standard normal numbers; the same for the same shape and seed. */
export function normal(shape: readonly number[], seed = 1): RuntimeTensor {
  const data = new RandomStream(seed, "sample").normal(new Float32Array(sizeOf(shape)));
  return { dtype: "float32", shape, data };
}

/** Uniform numbers in [low, high). */
export function uniform(shape: readonly number[], low: number, high: number, seed = 1): RuntimeTensor {
  const data = new RandomStream(seed, "sample").uniform(new Float32Array(sizeOf(shape)));
  return { dtype: "float32", shape, data: data.map((value) => low + (high - low) * value) };
}

export function float(values: readonly number[], shape: readonly number[] = [values.length]): RuntimeTensor {
  return { dtype: "float32", shape, data: Float32Array.from(values) };
}

export function int(values: readonly number[], shape: readonly number[] = [values.length]): RuntimeTensor {
  return { dtype: "int32", shape, data: Int32Array.from(values) };
}

export function bool(values: readonly (0 | 1)[], shape: readonly number[] = [values.length]): RuntimeTensor {
  return { dtype: "bool", shape, data: Uint8Array.from(values) };
}
