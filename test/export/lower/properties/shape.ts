import { tf } from "@vaekit/train";
import fc from "fast-check";
import {
  type Draw,
  dim,
  dtype,
  type Properties,
  perAxis,
  positive,
  seed,
  shapeAndAxis,
  shapeOf,
  tensor,
} from "./draw.ts";

type Unary = (x: tf.Tensor) => tf.Tensor | tf.Tensor[];

/** x of any shape and dtype, with what the kernel is told about its axes. */
const moved = <T>(
  draws: fc.Arbitrary<{ shape: number[] } & T>,
  run: (given: { shape: number[] } & T) => Unary,
) =>
  fc.tuple(draws, dtype, seed).map(
    ([given, type, from]): Draw => ({
      run: run(given) as Draw["run"],
      inputs: [tensor(given.shape, type, from)],
    }),
  );

const anyShape = fc.record({ shape: shapeOf(0, 4) });

/** Several parts of one dtype, each with the sizes that `shapesOf` gives it. */
const joined = (
  sizes: fc.Arbitrary<number[]>,
  shapeOfPart: (shape: number[], axis: number, size: number) => number[],
  run: (parts: tf.Tensor[], axis: number) => tf.Tensor,
) =>
  fc.tuple(shapeAndAxis, sizes, dtype, seed).map(
    ([{ shape, axis }, all, type, from]): Draw => ({
      run: (...parts) => run(parts, axis),
      inputs: all.map((size, i) => tensor(shapeOfPart(shape, axis, size), type, from + i)),
    }),
  );

const someSizes = fc.array(dim, { minLength: 2, maxLength: 4 });

/** A begin, an end and a step for each axis; the end may leave nothing. */
const strides = perAxis((size) =>
  fc.record({
    begin: fc.integer({ min: -size, max: size - 1 }),
    end: fc.integer({ min: -size - 1, max: size + 1 }),
    step: fc.constantFrom(1, 2, 3, -1, -2),
  }),
);

/** Constants that do not depend on x, added to one that does. */
const beside = <T>(made: fc.Arbitrary<T>, make: (given: T) => tf.Tensor, size: (given: T) => number[]) =>
  fc.tuple(made, seed).map(
    ([given, from]): Draw => ({
      run: (x) => tf.mul(x!, make(given)),
      inputs: [positive(size(given), from)],
    }),
  );

export const properties = {
  Cast: fc.tuple(shapeOf(0, 4), dtype, dtype, seed).map(
    ([shape, from, to, start]): Draw => ({
      run: (x) => tf.cast(x!, to),
      inputs: [tensor(shape, from, start)],
      // Only between floats is there a gradient to speak of.
      gradient: from === "float32" && to === "float32",
    }),
  ),
  Concat: joined(
    fc.array(dim, { minLength: 1, maxLength: 4 }),
    (shape, axis, n) => shape.with(axis, n),
    tf.concat,
  ),
  ExpandDims: moved(
    shapeAndAxis,
    ({ axis }) =>
      (x) =>
        tf.expandDims(x, axis),
  ),
  Fill: beside(
    shapeOf(0, 3),
    (shape) => tf.fill(shape, 2.5),
    (shape) => shape,
  ),
  Identity: moved(anyShape, () => tf.clone),
  LinSpace: beside(
    fc.record({ start: fc.integer({ min: -9, max: 9 }), count: fc.integer({ min: 1, max: 40 }) }),
    ({ start, count }) => tf.linspace(start, start + 0.7, count),
    ({ count }) => [count],
  ),
  OnesLike: moved(anyShape, () => tf.onesLike),
  Pack: joined(someSizes, (shape) => shape, tf.stack),
  PadV2: moved(
    perAxis(() => fc.tuple(fc.nat(2), fc.nat(2))),
    ({ each }) =>
      (x) =>
        tf.pad(x, each, 1),
  ),
  Range: beside(
    fc.record({ start: fc.integer({ min: -9, max: 9 }), count: fc.integer({ min: 1, max: 40 }) }),
    ({ start, count }) => tf.range(start, start + count, 1),
    ({ count }) => [count],
  ),
  Reshape: moved(
    shapeOf(1, 4).chain((shape) =>
      fc.record({
        shape: fc.constant(shape),
        target: fc.shuffledSubarray(shape, { minLength: shape.length }),
      }),
    ),
    ({ target }) =>
      (x) =>
        tf.reshape(x, target),
  ),
  Reverse: moved(
    shapeOf(1, 4).chain((shape) =>
      fc.record({ shape: fc.constant(shape), axes: fc.subarray([...shape.keys()], { minLength: 1 }) }),
    ),
    ({ axes }) =>
      (x) =>
        tf.reverse(x, axes),
  ),
  Slice: moved(
    perAxis((n) =>
      fc
        .nat(n - 1)
        .chain((begin) =>
          fc.record({ begin: fc.constant(begin), size: fc.integer({ min: 1, max: n - begin }) }),
        ),
    ),
    ({ each }) =>
      (x) =>
        tf.slice(
          x,
          each.map(({ begin }) => begin),
          each.map(({ size }) => size),
        ),
  ),
  SplitV: fc.tuple(shapeAndAxis, someSizes, seed).map(
    ([{ shape, axis }, all, from]): Draw => ({
      run: (x) => tf.split(x!, all, axis),
      inputs: [
        positive(
          shape.with(
            axis,
            all.reduce((sum, n) => sum + n, 0),
          ),
          from,
        ),
      ],
    }),
  ),
  StridedSlice: moved(
    fc
      .tuple(strides, fc.nat(15), fc.nat(15))
      .map(([drawn, beginMask, endMask]) => ({ ...drawn, beginMask, endMask })),
    ({ each, beginMask, endMask }) =>
      (x) =>
        tf.stridedSlice(
          x,
          each.map(({ begin }) => begin),
          each.map(({ end }) => end),
          each.map(({ step }) => step),
          beginMask,
          endMask,
        ),
  ),
  Tile: moved(
    perAxis(() => fc.integer({ min: 1, max: 3 })),
    ({ each }) =>
      (x) =>
        tf.tile(x, each),
  ),
  Transpose: moved(
    shapeOf(1, 4).chain((shape) =>
      fc.record({
        shape: fc.constant(shape),
        perm: fc.shuffledSubarray([...shape.keys()], { minLength: shape.length }),
      }),
    ),
    ({ perm }) =>
      (x) =>
        tf.transpose(x, perm),
  ),
  // tfjs's own gradient of a single part fails.
  Unpack: fc.tuple(shapeAndAxis, dtype, seed).map(
    ([{ shape, axis }, type, from]): Draw => ({
      run: (x) => tf.unstack(x!, axis),
      inputs: [tensor(shape, type, from)],
      gradient: type === "float32" && shape[axis]! > 1,
    }),
  ),
  ZerosLike: moved(anyShape, () => tf.zerosLike),
} satisfies Partial<Properties>;
