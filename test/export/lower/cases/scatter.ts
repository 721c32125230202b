import { tf } from "@vaekit/train";
import type { Cases } from "../case.ts";
import { bool, float, int, normal } from "../values.ts";

const places = int([0, 2, 0, 1], [4, 1]);
type Pair = (indices: tf.Tensor, updates: tf.Tensor) => tf.Tensor;
const scatter =
  (...shape: number[]): Pair =>
  (indices, updates) =>
    tf.scatterND(indices, updates, shape);

export const cases = {
  ScatterNd: [
    { shows: "elements, some of them summed", run: scatter(5), inputs: [places, normal([4])] },
    { shows: "rows", run: scatter(3, 2), inputs: [places, normal([4, 2])] },
    {
      shows: "places of two axes",
      run: scatter(2, 3),
      inputs: [int([0, 1, 1, 2, 0, 1], [3, 2]), normal([3])],
    },
    {
      shows: "places of two axes, and rows there",
      run: scatter(2, 2, 3),
      inputs: [int([0, 1, 1, 1, 0, 1], [3, 2]), normal([3, 3])],
    },
    {
      shows: "a table of places",
      run: scatter(4, 2),
      inputs: [int([0, 3, 3, 1], [2, 2, 1]), normal([2, 2, 2])],
    },
    { shows: "int32", run: scatter(3), inputs: [places, int([1, 2, 3, 4])] },
  ],
  SparseToDense: [
    {
      shows: "elements",
      run: (i, v) => tf.sparseToDense(i, v, [5], 0.5),
      inputs: [int([4, 0, 2]), normal([3])],
    },
    {
      shows: "places of two axes",
      run: (i, v) => tf.sparseToDense(i, v, [2, 3], -1),
      inputs: [int([0, 1, 1, 2], [2, 2]), normal([2])],
    },
    {
      shows: "one value for all",
      run: (i, v) => tf.sparseToDense(i, v, [4], 0),
      inputs: [int([1, 3]), float([7], [])],
    },
    {
      shows: "one place",
      run: (i, v) => tf.sparseToDense(i, v, [4], 0),
      inputs: [int([2], []), float([7], [])],
    },
    { shows: "int32", run: (i, v) => tf.sparseToDense(i, v, [4], 9), inputs: [int([1, 3]), int([5, 6])] },
    {
      shows: "bool",
      run: (i, v) => tf.sparseToDense(i, v, [3], tf.scalar(true)),
      inputs: [int([1]), bool([0])],
    },
  ],
  TensorScatterUpdate: [
    {
      shows: "rows",
      run: (t, i, u) => tf.tensorScatterUpdate(t, i, u),
      inputs: [normal([3, 2]), int([2, 0], [2, 1]), normal([2, 2], 2)],
    },
    {
      shows: "elements",
      run: (t, i, u) => tf.tensorScatterUpdate(t, i, u),
      inputs: [normal([3, 2]), int([2, 0, 1, 1], [2, 2]), normal([2], 2)],
    },
    {
      shows: "int32",
      run: (t, i, u) => tf.tensorScatterUpdate(t, i, u),
      inputs: [int([1, 2, 3]), int([1], [1, 1]), int([9])],
    },
  ],
} satisfies Partial<Cases>;
