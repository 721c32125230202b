import { tf } from "@vaekit/train";
import fc from "fast-check";
import { type Draw, dim, type Properties, positive, seed, shapeOf } from "./draw.ts";

const sizes = fc.record({
  stack: shapeOf(0, 2),
  n: dim,
  k: dim,
  m: dim,
  turnA: fc.boolean(),
  turnB: fc.boolean(),
  from: seed,
});

/** Stacks of one size, each matrix turned or not. */
const matMul = sizes.map(({ stack, n, k, m, turnA, turnB, from }): Draw => {
  const a = turnA ? [k, n] : [n, k];
  const b = turnB ? [m, k] : [k, m];
  return {
    run: (x, y) => tf.matMul(x!, y!, turnA, turnB),
    inputs: [positive([...stack, ...a], from), positive([...stack, ...b], from + 1)],
  };
});

/** A stack beside a single matrix, for which tfjs's own gradient has the stack's shape and is refused by tfjs. */
const matMulOfStacks = fc
  .record({ a: fc.constantFrom(1, 3), b: fc.constantFrom(1, 3), n: dim, k: dim, m: dim, from: seed })
  .map(
    ({ a, b, n, k, m, from }): Draw => ({
      run: (x, y) => tf.matMul(x!, y!),
      inputs: [positive([a, n, k], from), positive([b, k, m], from + 1)],
      gradient: a === b,
    }),
  );

const activation = fc.constantFrom<NonNullable<Parameters<typeof tf.fused.matMul>[0]["activation"]>>(
  "linear",
  "relu",
  "relu6",
  "elu",
  "sigmoid",
);

const fused = fc.tuple(sizes, activation, fc.boolean()).map(
  ([{ stack, n, k, m, turnA, turnB, from }, activation, withBias]): Draw => ({
    run: (x, y, bias) =>
      tf.fused.matMul({ a: x!, b: y!, transposeA: turnA, transposeB: turnB, bias, activation }),
    inputs: [
      positive([...stack, ...(turnA ? [k, n] : [n, k])], from),
      positive([...stack, ...(turnB ? [m, k] : [k, m])], from + 1),
      ...(withBias ? [positive([m], from + 2)] : []),
    ],
  }),
);

const letters = ["a", "b", "c", "d", "e"];

/** Any letters of one operand. Of two, tfjs's cpu backend sums rightly only one letter that both have (`a,b->a` is wrong). */
function keptOf(operands: readonly string[][]) {
  const [first = [], second] = operands;
  if (!second) return fc.shuffledSubarray(first);
  const all = [...new Set([...first, ...second])];
  const shared = first.filter((name) => second.includes(name));
  return fc
    .option(fc.constantFrom(...shared, ""))
    .chain((summed) => fc.constant(all.filter((name) => name !== summed)))
    .chain((kept) => fc.shuffledSubarray(kept, { minLength: kept.length }));
}

/** Each operand has some of the letters in any order, the result some of those. */
const einsum = fc
  .record({
    sizes: fc.array(dim, { minLength: letters.length, maxLength: letters.length }),
    operands: fc.array(fc.shuffledSubarray(letters, { minLength: 1, maxLength: 3 }), {
      minLength: 1,
      maxLength: 2,
    }),
    from: seed,
  })
  .chain(({ operands, ...rest }) =>
    fc.record({
      operands: fc.constant(operands),
      kept: keptOf(operands),
      rest: fc.constant(rest),
    }),
  )
  .map(({ operands, kept, rest: { sizes, from } }): Draw => {
    const equation = `${operands.map((names) => names.join("")).join(",")}->${kept.join("")}`;
    const shapes = operands.map((names) => names.map((name) => sizes[letters.indexOf(name)]!));
    return {
      run: (...tensors) => tf.einsum(equation, ...tensors),
      inputs: shapes.map((shape, i) => positive(shape, from + i)),
    };
  });

const batchNorm = fc.tuple(shapeOf(1, 3), dim, seed).map(
  ([outer, channels, from]): Draw => ({
    run: (...[x, mean, variance, offset, scale]) =>
      tf.batchNorm(
        x!,
        mean as tf.Tensor1D,
        variance as tf.Tensor1D,
        offset as tf.Tensor1D,
        scale as tf.Tensor1D,
      ),
    inputs: [
      positive([...outer, channels], from),
      ...[1, 2, 3, 4].map((i) => positive([channels], from + i)),
    ],
    // The mean is taken away first, so that results may be small beside what they were made from.
    scaleTol: 1e-5,
  }),
);

export const properties = {
  BatchMatMul: fc.oneof(matMul, matMulOfStacks),
  Einsum: einsum,
  FusedBatchNorm: batchNorm,
  _FusedMatMul: fused,
} satisfies Partial<Properties>;
