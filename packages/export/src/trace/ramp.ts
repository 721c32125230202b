import type { Dim } from "../ir/dim.js";
import { type ElementArray, onnxTypes } from "../ir/element.js";
import type { Graph } from "../ir/graph.js";
import type { Value } from "../ir/value.js";
import type { Fitter } from "./fit.js";
import type { SizeArithmetic } from "./size-arithmetic.js";

/** start, start + step, ...: as many as `length` says. */
interface Ramp {
  readonly start: Dim;
  readonly step: number;
  readonly length: Dim;
}

/** Rank 1 constants that are `tf.range` of a size, in every recording; null for others. */
export function fitRamp(values: readonly Value[], fitter: Fitter): Ramp | null {
  const [first] = values as [Value];
  if (first.rank !== 1 || first.dtype === "bool" || first.dtype === "uint8") return null;
  const arrays = values.map(({ data }) => data!);
  if (arrays.some(({ length }) => length < 2)) return null;
  const step = Number(arrays[0]![1]) - Number(arrays[0]![0]);
  const rises = (array: ElementArray) => {
    const start = Number(array[0]);
    for (let i = 0; i < array.length; i++) if (Number(array[i]) !== start + i * step) return false;
    return true;
  };
  if (step === 0 || !arrays.every(rises)) return null;
  const starts = arrays.map((array) => Number(array[0]));
  const start = starts.every((n) => n === starts[0]) ? starts[0]! : fitter.fit(starts);
  const length = fitter.fit(arrays.map((array) => array.length));
  return start === null || length === null ? null : { start, step, length };
}

/** The same numbers, computed in the graph. */
export function rampValue(
  { start, step, length }: Ramp,
  dtype: "float32" | "int32" | "int64",
  graph: Graph,
  arithmetic: SizeArithmetic,
): Value {
  const scalar = (n: Dim): Value => {
    if (typeof n !== "number") return arithmetic.scalar(n, dtype);
    return dtype === "int64"
      ? graph.constant("int64", BigInt64Array.of(BigInt(n)), [])
      : graph.scalar(n, dtype);
  };
  const whole = (n: number) => graph.constant("int64", BigInt64Array.of(BigInt(n)), []);
  const places = graph.op("Range", [whole(0), arithmetic.scalar(length, "int64"), whole(1)], {
    outputs: [{ dtype: "int64", shape: [length] }],
  });
  const numbers =
    dtype === "int64" ? places : graph.op("Cast", [places], { attributes: { to: onnxTypes[dtype] } });
  const steps = step === 1 ? numbers : graph.op("Mul", [numbers, scalar(step)]);
  return start === 0 ? steps : graph.op("Add", [steps, scalar(start)]);
}
