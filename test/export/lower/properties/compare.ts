import { tf } from "@vaekit/train";
import fc from "fast-check";
import { float } from "../values.ts";
import { bools, dtype, ints, type Properties, type Run, seed, shapeOf, shapePair, tensor } from "./draw.ts";

/** Few different values, so that some are equal. */
const comparison = (run: Run) =>
  fc.tuple(shapePair, seed, fc.boolean()).map(([[a, b], from, whole]) => {
    const given = [ints(a, -2, 2, from), ints(b, -2, 2, from + 1)];
    const inputs = whole ? given : given.map(({ data, shape }) => float(Array.from(data, Number), shape));
    return { run, inputs, gradient: false };
  });

const logical = (run: Run) =>
  fc.tuple(shapePair, seed).map(([[a, b], from]) => ({ run, inputs: [bools(a, from), bools(b, from + 1)] }));

const special = fc.constantFrom(Number.NaN, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY, 0, -1, 3e38);
const test = (run: Run) =>
  fc.array(special, { minLength: 1, maxLength: 8 }).map((values) => ({ run, inputs: [float(values)] }));

const sizes = fc.array(fc.integer({ min: 0, max: 5 }), { maxLength: 4 });

export const properties = {
  BroadcastArgs: sizes.chain((shape) =>
    fc.tuple(fc.nat(shape.length), fc.constant(shape)).map(([drop]) => {
      const other = shape.map((n, i) => (i % 2 === 0 ? 1 : n)).slice(drop);
      return { run: tf.broadcastArgs as Run, inputs: [shape, other].map((s) => ints0(s)) };
    }),
  ),
  Equal: comparison(tf.equal as Run),
  Greater: comparison(tf.greater as Run),
  GreaterEqual: comparison(tf.greaterEqual as Run),
  IsFinite: test(tf.isFinite as Run),
  IsInf: test(tf.isInf as Run),
  IsNan: test(tf.isNaN as Run),
  Less: comparison(tf.less as Run),
  LessEqual: comparison(tf.lessEqual as Run),
  LogicalAnd: logical(tf.logicalAnd as Run),
  LogicalOr: logical(tf.logicalOr as Run),
  NotEqual: comparison(tf.notEqual as Run),
  Select: fc.tuple(shapeOf(0, 4), dtype, seed).map(([shape, type, from]) => ({
    run: tf.where as Run,
    inputs: [bools(shape, from), tensor(shape, type, from + 1), tensor(shape, type, from + 2)],
  })),
} satisfies Partial<Properties>;

function ints0(values: readonly number[]) {
  return { dtype: "int32" as const, shape: [values.length], data: Int32Array.from(values) };
}
