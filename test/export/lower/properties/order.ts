import { tf } from "@vaekit/train";
import fc from "fast-check";
import { float, uniform } from "../values.ts";
import { type Draw, dim, ints, type Properties, positive, seed, shapeAndAxis, shapeOf } from "./draw.ts";

type Scan = (x: tf.Tensor, axis: number, exclusive: boolean, reverse: boolean) => tf.Tensor;

/** tfjs's own gradient of Cumsum gets the shape wrong unless the axis is the last one; Cumprod has none. */
const scan = (run: Scan) =>
  fc.tuple(shapeAndAxis, fc.boolean(), fc.boolean(), fc.integer({ min: 1, max: 9 }), seed).map(
    ([{ shape, axis }, exclusive, reverse, size, from]): Draw => ({
      run: (x) => run(x!, axis, exclusive, reverse),
      inputs: [positive(shape.with(axis, size), from)],
      gradient: axis === shape.length - 1 && run === tf.cumsum,
    }),
  );

/** Few different values, so that some are equal. */
const topK = fc
  .tuple(shapeOf(0, 3), fc.integer({ min: 1, max: 8 }), seed)
  .chain(([shape, last, from]) =>
    fc.record({
      x: fc.constant(ints([...shape, last], -3, 3, from)),
      k: fc.integer({ min: 1, max: last }),
    }),
  )
  .map(
    ({ x, k }): Draw => ({
      run: (v) => {
        const { values, indices } = tf.topk(v!, k);
        return [values, indices];
      },
      inputs: [x],
    }),
  );

const search = fc
  .record({ rows: dim, sorted: fc.integer({ min: 1, max: 8 }), wanted: dim, right: fc.boolean(), from: seed })
  .map(({ rows, sorted, wanted, right, from }): Draw => {
    const lists = Array.from({ length: rows }, (_, row) =>
      Array.from(ints([sorted], -3, 3, from + row).data, Number).sort((a, b) => a - b),
    );
    return {
      run: (s, v) => tf.searchSorted(s!, v!, right ? "right" : "left"),
      inputs: [
        float(lists.flat(), [rows, sorted]),
        float(Array.from(ints([rows, wanted], -4, 5, from + 9).data, Number), [rows, wanted]),
      ],
    };
  });

const boxes = fc
  .record({
    count: fc.integer({ min: 1, max: 20 }),
    most: fc.integer({ min: 1, max: 20 }),
    overlap: fc.constantFrom(0.25, 0.5, 0.75),
    least: fc.constantFrom(0, 0.3, 0.9),
    from: seed,
  })
  .map(
    ({ count, most, overlap, least, from }): Draw => ({
      run: (b, s) => {
        const { selectedIndices, validOutputs } = tf.image.nonMaxSuppressionPadded(
          b as tf.Tensor2D,
          s as tf.Tensor1D,
          most,
          overlap,
          least,
          true,
        );
        return [selectedIndices!, validOutputs!];
      },
      inputs: [uniform([count, 4], 0, 1, from), uniform([count], 0, 1, from + 1)],
    }),
  );

export const properties = {
  Cumprod: scan(tf.cumprod),
  Cumsum: scan(tf.cumsum),
  NonMaxSuppressionV4: boxes,
  SearchSorted: search,
  TopK: topK,
} satisfies Partial<Properties>;
