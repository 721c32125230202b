import { tf } from "@vaekit/train";
import fc from "fast-check";
import { describe, it } from "vitest";
import { expectSameAsTfjs } from "../support.ts";
import { type Case, feedsOf, forwardOf, gradientFeeds, gradientOf } from "./case.ts";
import { uniform } from "./values.ts";

/** A fixed seed: a failure is found again by running the test again. */
const runs = { numRuns: 20, seed: 11 };
const dim = fc.integer({ min: 1, max: 4 });
const shapeOf = (minLength: number, maxLength: number) => fc.array(dim, { minLength, maxLength });

/** A shape with one of its axes. */
const shapeAndAxis = shapeOf(1, 4).chain((shape) =>
  fc.record({ shape: fc.constant(shape), axis: fc.nat(shape.length - 1) }),
);

/** One that broadcasts to the shape: axes in front left out, others shrunk to 1. */
const broadcastable = (shape: readonly number[]) =>
  fc
    .tuple(fc.nat(shape.length), fc.array(fc.boolean(), { minLength: shape.length, maxLength: shape.length }))
    .map(([drop, shrink]) => shape.map((n, i) => (shrink[i] ? 1 : n)).slice(drop));

/** Of one sign, as are their logarithms: no sum loses digits, so that a tolerance means the same everywhere. */
const values = (shape: readonly number[], seed: number) => uniform(shape, 1.1, 2, seed);
const inputs = (...shapes: (readonly number[])[]) => shapes.map((shape, i) => values(shape, i + 1));

type Run = Case<"Add">["run"];

async function agrees(run: Run, given: Case<"Add">["inputs"], gradient = true): Promise<void> {
  const row = { shows: "", run, inputs: given };
  await expectSameAsTfjs(forwardOf(row), feedsOf(row));
  if (!gradient) return;
  const feeds = gradientFeeds(row);
  await expectSameAsTfjs(gradientOf(row), { ...feeds, dy: values(feeds.dy!.shape, 9) });
}

describe("any shape", () => {
  const withGradient = { add: tf.add, sub: tf.sub, mul: tf.mul, div: tf.div, pow: tf.pow };
  // tfjs's gradients of these refuse broadcast inputs.
  const without = {
    maximum: tf.maximum,
    minimum: tf.minimum,
    squaredDifference: tf.squaredDifference,
    less: tf.less,
  };
  const pairs = shapeOf(0, 4).chain((shape) => fc.tuple(broadcastable(shape), broadcastable(shape)));

  it.each(Object.entries(withGradient))("%s broadcasts, and so does its gradient", async (_, op) => {
    await fc.assert(
      fc.asyncProperty(pairs, ([a, b]) => agrees(op as Run, inputs(a, b))),
      runs,
    );
  });

  it.each(Object.entries(without))("%s broadcasts", async (_, op) => {
    await fc.assert(
      fc.asyncProperty(pairs, ([a, b]) => agrees(op as Run, inputs(a, b), false)),
      runs,
    );
  });

  it.each(Object.entries({ sum: tf.sum, mean: tf.mean, max: tf.max, min: tf.min }))(
    "%s over any axes",
    async (_, op) => {
      const reductions = shapeOf(1, 4).chain((shape) =>
        fc.record({
          shape: fc.constant(shape),
          axes: fc.subarray([...shape.keys()], { minLength: 1 }),
          keepDims: fc.boolean(),
        }),
      );
      await fc.assert(
        fc.asyncProperty(reductions, ({ shape, axes, keepDims }) =>
          agrees((x) => op(x, axes, keepDims), inputs(shape)),
        ),
        runs,
      );
    },
  );

  it("transpose by any permutation", async () => {
    const permuted = shapeOf(1, 4).chain((shape) =>
      fc.record({
        shape: fc.constant(shape),
        perm: fc.shuffledSubarray([...shape.keys()], { minLength: shape.length }),
      }),
    );
    await fc.assert(
      fc.asyncProperty(permuted, ({ shape, perm }) => agrees((x) => tf.transpose(x, perm), inputs(shape))),
      runs,
    );
  });

  it("concat of several sizes", async () => {
    const sizes = fc.array(dim, { minLength: 1, maxLength: 4 });
    await fc.assert(
      fc.asyncProperty(shapeAndAxis, sizes, ({ shape, axis }, all) =>
        agrees((...parts) => tf.concat(parts, axis), inputs(...all.map((n) => shape.with(axis, n)))),
      ),
      runs,
    );
  });

  it("slice of any block", async () => {
    const blocks = shapeOf(1, 4).chain((shape) =>
      fc.record({
        shape: fc.constant(shape),
        block: fc.tuple(
          ...shape.map((n) =>
            fc
              .nat(n - 1)
              .chain((begin) =>
                fc.record({ begin: fc.constant(begin), size: fc.integer({ min: 1, max: n - begin }) }),
              ),
          ),
        ),
      }),
    );
    await fc.assert(
      fc.asyncProperty(blocks, ({ shape, block }) => {
        const [begin, size] = [block.map((at) => at.begin), block.map((at) => at.size)];
        return agrees((x) => tf.slice(x, begin, size), inputs(shape));
      }),
      runs,
    );
  });

  it("split into any sizes", async () => {
    const sizes = fc.array(dim, { minLength: 2, maxLength: 4 });
    await fc.assert(
      fc.asyncProperty(shapeAndAxis, sizes, ({ shape, axis }, all) => {
        const total = all.reduce((sum, n) => sum + n, 0);
        return agrees((x) => tf.split(x, all, axis), inputs(shape.with(axis, total)));
      }),
      runs,
    );
  });

  it("tile any number of times", async () => {
    const tiled = shapeOf(1, 4).chain((shape) =>
      fc.record({
        shape: fc.constant(shape),
        reps: fc.array(fc.integer({ min: 1, max: 3 }), { minLength: shape.length, maxLength: shape.length }),
      }),
    );
    await fc.assert(
      fc.asyncProperty(tiled, ({ shape, reps }) => agrees((x) => tf.tile(x, reps), inputs(shape))),
      runs,
    );
  });

  it("pad by any width", async () => {
    const width = fc.tuple(fc.nat(2), fc.nat(2));
    const padded = shapeOf(1, 4).chain((shape) =>
      fc.record({
        shape: fc.constant(shape),
        widths: fc.array(width, { minLength: shape.length, maxLength: shape.length }),
      }),
    );
    await fc.assert(
      fc.asyncProperty(padded, ({ shape, widths }) => agrees((x) => tf.pad(x, widths, 0.25), inputs(shape))),
      runs,
    );
  });

  it("reshape to any order of the sizes", async () => {
    const shapes = shapeOf(1, 4).chain((shape) =>
      fc.tuple(fc.constant(shape), fc.shuffledSubarray(shape, { minLength: shape.length })),
    );
    await fc.assert(
      fc.asyncProperty(shapes, ([shape, target]) =>
        agrees((x) => tf.mul(tf.reshape(x, target), tf.reshape(x, target)), inputs(shape)),
      ),
      runs,
    );
  });

  const products = fc.record({ stack: shapeOf(0, 2), n: dim, k: dim, m: dim });

  it.each([
    [false, false],
    [false, true],
    [true, false],
    [true, true],
  ])("matMul with transposeA %s, transposeB %s", async (transposeA, transposeB) => {
    await fc.assert(
      fc.asyncProperty(products, ({ stack, n, k, m }) => {
        const a = transposeA ? [k, n] : [n, k];
        const b = transposeB ? [m, k] : [k, m];
        const given = inputs([...stack, ...a], [...stack, ...b]);
        return agrees((x, y) => tf.matMul(x, y, transposeA, transposeB), given);
      }),
      runs,
    );
  });

  it("matMul of stacks that broadcast", async () => {
    const stacks = fc.record({ a: fc.constantFrom(1, 3), b: fc.constantFrom(1, 3), n: dim, k: dim, m: dim });
    await fc.assert(
      fc.asyncProperty(stacks, ({ a, b, n, k, m }) =>
        agrees((x, y) => tf.matMul(x, y), inputs([a, n, k], [b, k, m]), a === b),
      ),
      runs,
    );
  });
});
