import { tf } from "@vaekit/train";
import type { Cases } from "../case.ts";
import { float, int, normal, uniform } from "../values.ts";

const { NaN: nan, POSITIVE_INFINITY: inf } = Number;
const least = -(2 ** 31);
/** Both signs, exact and not, by 0, and the one quotient that int32 has no room for. */
const wholes = [int([7, -7, 7, -7, 6, -6, 5, 0, least, least]), int([3, 3, -3, -3, 3, 3, 0, 0, -1, 7])];
const parts = [float([7.5, -7.5, 7.5, -7.5, 6, -6, 0.1, 1e6]), float([2, 2, -2, -2, 3, 3, 0.25, 7])];

export const cases = {
  BitwiseAnd: [
    {
      shows: "all bits, of negative numbers too",
      run: tf.bitwiseAnd,
      inputs: [int([6, -1, -1, least, 2 ** 31 - 1, -256]), int([3, 5, -1, -1, least, 2 ** 30 + 511])],
    },
    { shows: "matrices", run: tf.bitwiseAnd, inputs: [int([1, 2, 3, 4], [2, 2]), int([3, 3, 5, 6], [2, 2])] },
  ],
  FloorDiv: [
    { shows: "int32", run: tf.floorDiv, inputs: wholes },
    { shows: "float32 gives int32", run: tf.floorDiv, inputs: parts },
    {
      shows: "float32 by 0 is 0",
      run: tf.floorDiv,
      inputs: [float([1, -1, 0]), float([0, 0, 0])],
      gradient: false,
    },
    { shows: "a row broadcasts", run: tf.floorDiv, inputs: [int([7, 8, 9, 10], [2, 2]), int([2, -3])] },
  ],
  Mod: [
    { shows: "int32", run: tf.mod, inputs: wholes },
    { shows: "float32", run: tf.mod, inputs: parts },
    { shows: "ordinary", run: tf.mod, inputs: [normal([3, 4]), uniform([3, 4], 0.3, 1)] },
    { shows: "a scalar broadcasts", run: tf.mod, inputs: [normal([3, 4]), float([-0.7], [])] },
    {
      shows: "edges",
      run: tf.mod,
      inputs: [
        float([1, -1, -1e-9, 0, 5, -5, inf, nan, 1, 0]),
        float([0, 0, 3, -3, inf, inf, 2, 1, nan, -inf]),
      ],
      gradient: false,
    },
  ],
} satisfies Partial<Cases>;
