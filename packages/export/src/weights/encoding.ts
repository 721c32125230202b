import { onnxTypes } from "../ir/element.js";
import type { Graph } from "../ir/graph.js";
import { staticShape, type Value } from "../ir/value.js";
import { fromHalves, toHalves } from "./half.js";
import { dequantize, quantize } from "./int8.js";
import type { WeightError } from "./report.js";

/** A float32 constant in fewer bytes. */
export interface Encoding {
  as: "float16" | "int8";
  bytes: number;
  error: WeightError;
  /** Append the nodes that make float32 of it again. */
  decode(graph: Graph): Value;
}

/** float16, cast to float32 when the model is loaded. Half the bytes. */
export function asHalf(weight: Value): Encoding {
  const halves = toHalves(weight.data as Float32Array);
  return {
    as: "float16",
    bytes: halves.byteLength,
    error: weightError(weight.data as Float32Array, fromHalves(halves)),
    decode(graph) {
      const stored = graph.constant("float16", halves, staticShape(weight), weight.name);
      return toFloat(stored, graph);
    },
  };
}

/**
 * int8 with a scale for each channel. A quarter of the bytes.
 *
 * Cast and Mul, not DequantizeLinear: ONNX Runtime keeps that one, to fuse quantised operators, and runs it each time
 * (bench/suites/weights.mjs).
 */
export function asInt8(weight: Value, kept: readonly number[]): Encoding {
  const shape = staticShape(weight);
  const quantized = quantize(weight.data as Float32Array, shape, kept);
  const { data, scales, scaleShape } = quantized;
  return {
    as: "int8",
    bytes: data.byteLength + scales.byteLength,
    error: weightError(weight.data as Float32Array, dequantize(quantized, shape)),
    decode(graph) {
      const stored = graph.constant("int8", data, shape, weight.name);
      const scale = graph.constant("float32", scales, scaleShape, weight.name && `${weight.name}:scale`);
      return graph.op("Mul", [toFloat(stored, graph), scale]);
    },
  };
}

/** The float32 numbers of a weight that asInt8 has stored, as its nodes restore them; null for any other value. */
export function decodedInt8({ producer, shape }: Value): Float32Array | null {
  const [cast, scale] = producer?.op === "Mul" ? producer.inputs : [];
  const stored = cast?.producer?.op === "Cast" ? cast.producer.inputs[0] : null;
  if (stored?.dtype !== "int8" || !stored.data || !scale?.data) return null;
  const scales = { scales: scale.data as Float32Array, scaleShape: staticShape(scale) };
  return dequantize({ data: stored.data as Int8Array, ...scales }, shape as readonly number[]);
}

function toFloat(value: Value, graph: Graph): Value {
  return graph.op("Cast", [value], { attributes: { to: onnxTypes.float32 } });
}

/** How far stored weights are from the given ones; infinite where one is no number any more. */
export function weightError(given: Float32Array, stored: Float32Array): WeightError {
  let [maxAbsolute, largest, squares] = [0, 0, 0];
  for (let i = 0; i < given.length; i++) {
    const size = Math.abs(given[i]!);
    const difference = Math.abs(given[i]! - stored[i]!);
    if (size > largest) largest = size;
    if (difference > maxAbsolute) maxAbsolute = difference;
    squares += difference * difference;
  }
  if (!Number.isFinite(squares)) return { maxAbsolute: Infinity, maxRelative: Infinity, rms: Infinity };
  const rms = Math.sqrt(squares / given.length);
  return { maxAbsolute, maxRelative: largest > 0 ? maxAbsolute / largest : 0, rms };
}
