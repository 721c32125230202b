import { tf } from "@vaekit/train";
import fc from "fast-check";
import { bools, type Draw, ints, type Properties, positive, seed, shapeAndAxis, shapeOf } from "./draw.ts";

type Reduce = (x: tf.Tensor, axis?: number | number[], keepDims?: boolean) => tf.Tensor;

const anyAxes = shapeOf(1, 4).chain((shape) =>
  fc.record({
    shape: fc.constant(shape),
    axes: fc.subarray([...shape.keys()], { minLength: 1 }),
    keepDims: fc.boolean(),
    from: seed,
  }),
);

const reduction = (reduce: Reduce, values = positive): fc.Arbitrary<Draw> =>
  anyAxes.map(({ shape, axes, keepDims, from }) => ({
    run: (x) => reduce(x!, axes, keepDims),
    inputs: [values(shape, from)],
  }));

/** Whole numbers among which some are equal: the first counts. */
const place = (find: (x: tf.Tensor, axis: number) => tf.Tensor): fc.Arbitrary<Draw> =>
  fc.tuple(shapeAndAxis, seed).map(([{ shape, axis }, from]) => ({
    run: (x) => find(x!, axis),
    inputs: [ints(shape, -3, 3, from)],
  }));

export const properties = {
  All: reduction(tf.all, bools),
  Any: reduction(tf.any, bools),
  ArgMax: place(tf.argMax),
  ArgMin: place(tf.argMin),
  Max: reduction(tf.max),
  Mean: reduction(tf.mean),
  Min: reduction(tf.min),
  Prod: reduction(tf.prod),
  Sum: reduction(tf.sum),
} satisfies Partial<Properties>;
