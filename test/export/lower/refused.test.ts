import { TraceError, trace } from "@vaekit/export";
import { tf } from "@vaekit/train";
import { describe, expect, it } from "vitest";
import { type NamedFunction, runOnnx } from "../support.ts";
import { bool, float, int } from "./values.ts";

const traced = (fn: NamedFunction, dtype: "bool" | "int32") =>
  trace(fn, { a: { shape: [3], dtype }, b: { shape: [3], dtype } });

describe("what ONNX has no operator for", () => {
  // tfjs computes with bools as with bytes: true + true is a bool that holds 2.
  it.each(
    Object.entries({ Add: tf.add, Sub: tf.sub, RealDiv: tf.div, SquaredDifference: tf.squaredDifference }),
  )("%s of bools is a TraceError that names it", (kernel, op) => {
    const trial = () => traced(({ a, b }) => ({ y: op(a!, b!) }), "bool");
    expect(trial).toThrow(TraceError);
    expect(trial).toThrow(new RegExp(`tfjs's ${kernel} cannot be lowered here: .* takes no bool`));
  });

  it.each(Object.entries({ Reciprocal: tf.reciprocal, Selu: tf.selu, Softplus: tf.softplus }))(
    "%s of int32, which tfjs rounds down, is a TraceError that names it",
    (kernel, op) => {
      const trial = () => traced(({ a }) => ({ y: op(a!) }), "int32");
      expect(trial).toThrow(TraceError);
      expect(trial).toThrow(new RegExp(`tfjs's ${kernel} cannot be lowered here`));
    },
  );

  it("string constants are a TraceError that names the dtype", () => {
    expect(() => traced(({ a }) => ({ y: tf.add(a!, tf.tensor(["x"])) }), "int32")).toThrow(/string/);
  });
});

/** tfjs's cpu kernel repeats elements of the first column here, and tf.where never calls it so. */
it("Select with a condition of rank 1 chooses rows", async () => {
  const graph = trace(
    ({ c, t, e }) => ({ y: tf.engine().runKernel<tf.Tensor>("Select", { condition: c!, t: t!, e: e! }) }),
    { c: { shape: [3], dtype: "bool" }, t: { shape: [3, 2] }, e: { shape: [3, 2] } },
  );
  const feeds = {
    c: bool([1, 0, 1]),
    t: float([1, 2, 3, 4, 5, 6], [3, 2]),
    e: float([-1, -2, -3, -4, -5, -6], [3, 2]),
  };
  const { y } = await runOnnx(graph, feeds);
  expect([...(y!.data as Float32Array)]).toEqual([1, 2, -3, -4, 5, 6]);
});

it("a result beyond int32 wraps around as in tfjs", async () => {
  const graph = traced(({ a, b }) => ({ y: tf.add(a!, b!) }), "int32");
  const { y } = await runOnnx(graph, { a: int([2 ** 31 - 1, 0, -(2 ** 31)]), b: int([1, 0, -1]) });
  expect([...(y!.data as Int32Array)]).toEqual([-(2 ** 31), 0, 2 ** 31 - 1]);
});

/** What tfjs's own backends refuse is refused here as well, and not left for ONNX Runtime to find. */
describe("sizes that do not fit", () => {
  const tensor = (...shape: number[]) => tf.zeros(shape);
  it.each<[string, () => tf.Tensor | tf.Tensor[], RegExp]>([
    ["concat", () => tf.concat([tensor(2, 3), tensor(2, 4)], 0), /does not match the shape of the rest/],
    ["concat with an empty part", () => tf.concat([tensor(2, 3), tensor(0, 4)], 0), /does not match/],
    ["expandDims", () => tf.expandDims(tensor(2), -3), /axis -3 is not within \[-2, 1\]/],
    ["matMul", () => tf.matMul(tensor(2, 3), tensor(2, 3)), /the inner sizes differ/],
    ["matMul, transposed", () => tf.matMul(tensor(2, 3), tensor(3, 2), true), /the inner sizes differ/],
    ["reshape", () => tf.reshape(tensor(2, 3), [4, 2]), /as many elements/],
    ["slice", () => tf.slice(tensor(3), [2], [2]), /would overflow/],
    ["slice from below 0", () => tf.slice(tensor(3), [-1], [1]), /negative begin/],
    ["split", () => tf.split(tensor(3), [1, 1]), /must match the size of the axis/],
    ["stack", () => tf.stack([tensor(2), tensor(3)]), /the parts differ/],
  ])("%s", (_, run, message) => {
    const fn: NamedFunction = ({ a }) => ({ y: a!, z: [run()].flat()[0]! });
    expect(() => trace(fn, { a: { shape: [1] } })).toThrow(message);
  });
});
