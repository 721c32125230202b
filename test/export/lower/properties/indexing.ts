import { tf } from "@vaekit/train";
import fc from "fast-check";
import { int } from "../values.ts";
import { type Draw, dim, dtype, ints, type Properties, positive, seed, shapeOf, tensor } from "./draw.ts";

const count = fc.integer({ min: 1, max: 6 });

/** Places along the first axes of a shape. */
const placesIn = shapeOf(1, 4).chain((shape) =>
  fc.record({
    shape: fc.constant(shape),
    depth: fc.integer({ min: 1, max: shape.length }),
    count,
    from: seed,
  }),
);

/** [count, depth], each within the sizes. */
function places(shape: readonly number[], depth: number, count: number, from: number) {
  const columns = shape.slice(0, depth).map((n, axis) => ints([count], 0, n, from + axis).data);
  const rows = Array.from({ length: count }, (_, i) => columns.map((column) => Number(column[i])));
  return int(rows.flat(), [count, depth]);
}

/** Places that all differ: with repeated ones it is open which of the updates wins. */
const distinct = placesIn.map(({ shape, depth, count, from }) => {
  const { data } = places(shape, depth, count, from);
  const rows = Array.from({ length: count }, (_, i) =>
    Array.from(data.slice(i * depth, (i + 1) * depth), Number),
  );
  const unique = [...new Map(rows.map((row) => [`${row}`, row])).values()];
  return { shape, depth, from, indices: int(unique.flat(), [unique.length, depth]), count: unique.length };
});

const gather = shapeOf(1, 4)
  .chain((shape) =>
    fc.record({
      shape: fc.constant(shape),
      axis: fc.nat(shape.length - 1),
      picks: shapeOf(0, 2),
      type: dtype,
      from: seed,
    }),
  )
  .chain((drawn) => fc.record({ drawn: fc.constant(drawn), batch: fc.nat(Math.min(1, drawn.axis)) }))
  .map(({ drawn: { shape, axis, picks, type, from }, batch }): Draw => {
    const indices = ints([...shape.slice(0, batch), ...picks], 0, shape[axis]!, from + 1);
    return {
      run: (x, i) => tf.gather(x!, i!, axis, batch),
      inputs: [tensor(shape, type, from), indices],
      // tfjs's own gradient of a batched one is right only where each batch has a list of indices.
      gradient: type === "float32" && (batch === 0 || picks.length === 1) ? undefined : false,
    };
  });

const rows = fc.record({ rows: dim, columns: dim, from: seed });
const bins = fc.record({ size: dim, from: seed, weighted: fc.boolean() });
const noWeights = (x: tf.Tensor): tf.Tensor => tf.zeros(x.shape.map(() => 0));

const counts = fc.tuple(bins, count).map(
  ([{ size, from, weighted }, length]): Draw => ({
    run: (x, weights) => tf.bincount(x as tf.Tensor1D, (weights ?? noWeights(x!)) as tf.Tensor1D, size),
    inputs: [ints([length], 0, 5, from), ...(weighted ? [positive([length], from + 1)] : [])],
    gradient: false,
  }),
);

const denseCounts = fc.tuple(bins, shapeOf(1, 2), fc.boolean()).map(
  ([{ size, from, weighted }, shape, binary]): Draw => ({
    run: (x, weights) =>
      tf.denseBincount(x as tf.Tensor1D, (weights ?? noWeights(x!)) as tf.Tensor1D, size, binary),
    inputs: [ints(shape, 0, 5, from), ...(weighted ? [positive(shape, from + 1)] : [])],
    gradient: false,
  }),
);

type Segments = (x: tf.Tensor, indices: tf.Tensor1D, ids: tf.Tensor1D) => tf.Tensor;

/** Constant segments in rising order, some of them without rows. */
const sparseSegments = (run: Segments) =>
  fc
    .tuple(shapeOf(1, 3), fc.array(fc.nat(2), { minLength: 1, maxLength: 6 }), seed)
    .map(([shape, steps, from]): Draw => {
      const ids = steps.map((_, i) => steps.slice(0, i + 1).reduce((sum, step) => sum + step, 0));
      return {
        run: (x, i) => run(x!, i as tf.Tensor1D, tf.tensor1d(ids, "int32")),
        inputs: [positive(shape, from), ints([ids.length], 0, shape[0]!, from + 1)],
        gradient: false,
      };
    });

/** A sparse tensor's places, its shape, and the same sizes in another order, one of them open. */
const sparseShapes = fc
  .record({ shape: shapeOf(1, 3), count, from: seed })
  .chain(({ shape, count, from }) =>
    fc.record({
      target: fc.shuffledSubarray(shape, { minLength: shape.length }),
      open: fc.nat(shape.length),
      indices: fc.constant(places(shape, shape.length, count, from)),
      shape: fc.constant(shape),
    }),
  )
  .map(
    ({ target, open, indices, shape }): Draw => ({
      run: (i, old, wanted) => {
        const { outputIndices, outputShape } = tf.sparse.sparseReshape(
          i as tf.Tensor2D,
          old as tf.Tensor1D,
          wanted as tf.Tensor1D,
        );
        return [outputIndices!, outputShape!];
      },
      inputs: [indices, int(shape), int(target.map((n, i) => (i === open ? -1 : n)))],
    }),
  );

export const properties = {
  Bincount: counts,
  DenseBincount: denseCounts,
  Diag: fc
    .tuple(shapeOf(1, 2), dtype, seed)
    .map(([shape, type, from]): Draw => ({ run: (x) => tf.diag(x!), inputs: [tensor(shape, type, from)] })),
  GatherNd: fc.tuple(placesIn, dtype).map(
    ([{ shape, depth, count, from }, type]): Draw => ({
      run: (x, i) => tf.gatherND(x!, i!),
      inputs: [tensor(shape, type, from), places(shape, depth, count, from)],
      gradient: false,
    }),
  ),
  GatherV2: gather,
  OneHot: fc.tuple(shapeOf(0, 3), fc.integer({ min: 2, max: 5 }), seed).map(
    ([shape, depth, from]): Draw => ({
      run: (i) => tf.oneHot(i!, depth, 2, -1, "float32"),
      inputs: [ints(shape, -2, 6, from)],
    }),
  ),
  ScatterNd: placesIn.map(
    ({ shape, depth, count, from }): Draw => ({
      run: (i, u) => tf.scatterND(i!, u!, shape),
      inputs: [places(shape, depth, count, from), positive([count, ...shape.slice(depth)], from + 9)],
      gradient: false,
    }),
  ),
  SparseReshape: sparseShapes,
  SparseSegmentMean: sparseSegments(tf.sparse.sparseSegmentMean),
  SparseSegmentSum: sparseSegments(tf.sparse.sparseSegmentSum),
  SparseToDense: distinct.map(
    ({ shape, depth, indices, count, from }): Draw => ({
      run: (i, v) => tf.sparseToDense(i!, v!, shape.slice(0, depth), 0.5),
      inputs: [indices, positive([count], from + 9)],
      gradient: false,
    }),
  ),
  TensorScatterUpdate: distinct.map(
    ({ shape, depth, indices, count, from }): Draw => ({
      run: (t, i, u) => tf.tensorScatterUpdate(t!, i!, u!),
      inputs: [positive(shape, from), indices, positive([count, ...shape.slice(depth)], from + 9)],
      gradient: false,
    }),
  ),
  UnsortedSegmentSum: fc.tuple(rows, dim).map(
    ([{ rows, columns, from }, segments]): Draw => ({
      run: (x, ids) => tf.unsortedSegmentSum(x!, ids as tf.Tensor1D, segments),
      inputs: [positive([rows, columns], from), ints([rows], -1, segments, from + 1)],
    }),
  ),
} satisfies Partial<Properties>;
