import { sizeOf } from "@vaekit/infer";

/** Weights as whole numbers of a step (the scale) that each channel has of its own. */
export interface Quantized {
  /** Row-major, in the weight's shape. */
  data: Int8Array;
  scales: Float32Array;
  /** The weight's shape with 1 along every axis that is not kept: the scales broadcast against it. */
  scaleShape: readonly number[];
}

/**
 * Symmetric int8: w is about q * scale, with q from -most to most and scale = max|w| / most over each channel, so that
 * no weight is off by more than scale / 2. A channel of zeros has the scale 1.
 *
 * kept: the axes that tell channels apart
 * most: 127; 63 where a product must not overflow 16 bits (see dynamic.ts)
 */
export function quantize(
  values: Float32Array,
  shape: readonly number[],
  kept: readonly number[],
  most = 127,
): Quantized {
  const scaleShape = shape.map((size, axis) => (kept.includes(axis) ? size : 1));
  const largest = new Float32Array(sizeOf(scaleShape));
  eachRow(shape, scaleShape, (start, end, channel, step) => {
    for (let i = start, at = channel; i < end; i++, at += step) {
      const size = Math.abs(values[i]!);
      if (size > largest[at]!) largest[at] = size;
    }
  });
  const scales = largest.map((size) => (size / most < smallestScale ? 1 : size / most));
  const data = new Int8Array(values.length);
  eachRow(shape, scaleShape, (start, end, channel, step) => {
    for (let i = start, at = channel; i < end; i++, at += step)
      data[i] = Math.max(-most, Math.min(most, Math.round(values[i]! / scales[at]!)));
  });
  return { data, scales, scaleShape };
}

/** Below it float32 itself gets coarse; such weights are zero for any purpose. */
const smallestScale = 2 ** -126;

/** q * scale in float32, as a runtime computes it. */
export function dequantize({ data, scales, scaleShape }: Quantized, shape: readonly number[]): Float32Array {
  const values = new Float32Array(data.length);
  eachRow(shape, scaleShape, (start, end, channel, step) => {
    for (let i = start, at = channel; i < end; i++, at += step) values[i] = data[i]! * scales[at]!;
  });
  return values;
}

/** Rows along the last axis: where each starts and ends, its first scale, and 1 where the scale changes along it. */
function eachRow(
  shape: readonly number[],
  scaleShape: readonly number[],
  visit: (start: number, end: number, channel: number, step: 0 | 1) => void,
): void {
  const last = shape.length - 1;
  const columns = shape[last]!;
  const step = scaleShape[last] === 1 ? 0 : 1;
  const index = new Array<number>(last).fill(0);
  for (let start = 0; start < sizeOf(shape); start += columns) {
    let channel = 0;
    for (let axis = 0; axis < last; axis++)
      channel = channel * scaleShape[axis]! + (scaleShape[axis] === 1 ? 0 : index[axis]!);
    visit(start, start + columns, channel * scaleShape[last]!, step);
    for (let axis = last - 1; axis >= 0 && ++index[axis]! === shape[axis]; axis--) index[axis] = 0;
  }
}
