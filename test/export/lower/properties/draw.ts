import type { SupportedKernel } from "@vaekit/export";
import type { RuntimeTensor } from "@vaekit/infer";
import type { tf } from "@vaekit/train";
import fc from "fast-check";
import type { Case } from "../case.ts";
import { bool, int, uniform } from "../values.ts";

/** One random use of a kernel. */
export type Draw = Omit<Case<SupportedKernel>, "shows" | "attrs">;
export type Run = Draw["run"];

/** Lowered kernels on pictures and volumes: properties-spatial.test.ts has them. */
export type Spatial = Extract<
  SupportedKernel,
  | `${"Avg" | "Max"}Pool${string}`
  | `${"" | "Fused"}${"" | "Depthwise"}Conv${string}`
  | `LRN${string}`
  | `Resize${string}`
  | `Dilation2D${string}`
  | "BatchToSpaceND"
  | "CropAndResize"
  | "DepthToSpace"
  | "FlipLeftRight"
  | "MirrorPad"
  | "RotateWithOffset"
  | "SpaceToBatchND"
  | "Transform"
>;

export type Properties = {
  readonly [K in Exclude<SupportedKernel, Spatial>]: fc.Arbitrary<Draw>;
};

export type DType = "float32" | "int32" | "bool";

export const dim = fc.integer({ min: 1, max: 4 });
export const seed = fc.nat(1e6);
export const dtype = fc.constantFrom<DType>("float32", "int32", "bool");
export const shapeOf = (minLength: number, maxLength: number) => fc.array(dim, { minLength, maxLength });

/** A shape with one of its axes. */
export const shapeAndAxis = shapeOf(1, 4).chain((shape) =>
  fc.record({ shape: fc.constant(shape), axis: fc.nat(shape.length - 1) }),
);

/** A shape with something drawn for each of its axes. */
export const perAxis = <T>(draw: (size: number, axis: number) => fc.Arbitrary<T>) =>
  shapeOf(1, 4).chain((shape) =>
    fc.record({ shape: fc.constant(shape), each: fc.tuple(...shape.map(draw)) }),
  );

/** One that broadcasts to the shape: axes in front left out, others shrunk to 1. */
const broadcastable = (shape: readonly number[]) =>
  fc
    .tuple(fc.nat(shape.length), fc.array(fc.boolean(), { minLength: shape.length, maxLength: shape.length }))
    .map(([drop, shrink]) => shape.map((n, i) => (shrink[i] ? 1 : n)).slice(drop));

/** Two shapes that broadcast. */
export const shapePair = shapeOf(0, 4).chain((shape) => fc.tuple(broadcastable(shape), broadcastable(shape)));

/** Of one sign, as are their logarithms: no sum loses digits, so that a tolerance means the same everywhere. */
export const positive = (shape: readonly number[], from: number) => uniform(shape, 1.1, 2, from);

export function ints(shape: readonly number[], low: number, high: number, from: number): RuntimeTensor {
  return int(Array.from(uniform(shape, low, high, from).data as Float32Array, Math.floor), shape);
}

export function bools(shape: readonly number[], from: number): RuntimeTensor {
  return bool(
    Array.from(uniform(shape, 0, 1, from).data as Float32Array, (value) => (value < 0.5 ? 0 : 1)),
    shape,
  );
}

export function tensor(shape: readonly number[], type: DType, from: number): RuntimeTensor {
  if (type === "bool") return bools(shape, from);
  return type === "int32" ? ints(shape, -9, 9, from) : positive(shape, from);
}

/** x of any shape, with elements in [low, high). */
export const unary = (
  run: (x: tf.Tensor) => tf.Tensor,
  low: number,
  high: number,
  scaleTol?: number,
): fc.Arbitrary<Draw> =>
  fc
    .tuple(shapeOf(0, 4), seed)
    .map(([shape, from]) => ({ run, inputs: [uniform(shape, low, high, from)], scaleTol }));
