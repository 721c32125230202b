import { type InputSpecs, TraceError, trace, UnsupportedKernelError } from "@vaekit/export";
import { tf } from "@vaekit/train";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { float } from "./lower/values.ts";
import { type NamedFunction, runOnnx } from "./support.ts";

const specs: InputSpecs = { x: { shape: [2, 3] } };
const reading =
  (read: (x: tf.Tensor) => unknown): NamedFunction =>
  ({ x }) => {
    const y = tf.exp(x!);
    read(y);
    return { y };
  };
const adding =
  (noise: (shape: number[]) => tf.Tensor): NamedFunction =>
  ({ x }) => ({ y: tf.add(x!, noise([2, 3])) });

type Tensors = Record<string, tf.Tensor>;
type Refused = Record<string, readonly [fn: unknown, message: string]>;

const reads: Refused = {
  dataSync: [reading((x) => x.dataSync()), "tensor.dataSync() reads a value"],
  arraySync: [reading((x) => x.arraySync()), "tensor.arraySync() reads a value"],
  bufferSync: [reading((x) => x.bufferSync()), "tensor.bufferSync() reads a value"],
  data: [reading((x) => x.data()), "tensor.data() reads a value"],
  array: [reading((x) => x.array()), "tensor.array() reads a value"],
  bytes: [reading((x) => x.bytes()), "tensor.bytes() reads a value"],
  print: [reading((x) => x.print()), "tensor.print() reads a value"],
  "as text": [reading((x) => `${x}`), "tensor.toString() reads a value"],
  "tf.print": [reading((x) => tf.print(x)), "tensor.toString() reads a value"],
  "dataSync inside a gradient": [
    ({ x }: Tensors) => ({ y: tf.grad((v) => (v.dataSync()[0]! > 0 ? tf.sum(v) : tf.mean(v)))(x!) }),
    "tensor.dataSync() reads a value",
  ],
};

const draws: Refused = {
  randomNormal: [adding((shape) => tf.randomNormal(shape)), "tf.randomNormal draws random numbers"],
  "randomNormal with a seed": [
    adding((shape) => tf.randomNormal(shape, 0, 1, "float32", 7)),
    "tf.randomNormal",
  ],
  randomStandardNormal: [adding((shape) => tf.randomStandardNormal(shape)), "tf.randomStandardNormal draws"],
  randomUniform: [adding((shape) => tf.randomUniform(shape)), "tf.randomUniform draws"],
  randomUniformInt: [adding((shape) => tf.randomUniformInt(shape, 0, 9)), "tf.randomUniformInt draws"],
  randomGamma: [adding((shape) => tf.randomGamma(shape, 2)), "tf.randomGamma draws"],
  truncatedNormal: [adding((shape) => tf.truncatedNormal(shape)), "tf.truncatedNormal draws"],
  rand: [adding((shape) => tf.rand(shape, () => 0.5)), "tf.rand draws"],
  dropout: [({ x }: Tensors) => ({ y: tf.dropout(x!, 0.5) }), "tf.dropout draws"],
  "Math.random as a number": [
    ({ x }: Tensors) => ({ y: tf.mul(x!, Math.random()) }),
    "Mul of tfjs Multiply: a constant is",
  ],
  "Math.random in a tensor": [
    adding(() => tf.tensor2d(Array.from({ length: 6 }, Math.random), [2, 3])),
    "Add of tfjs Add: a constant is",
  ],
};

let calls = 0;
const results: Refused = {
  "an async function": [async ({ x }: Tensors) => ({ y: x }), "the function is async"],
  "an async function that waits": [
    async ({ x }: Tensors) => ({ y: tf.mul(x!, (await x!.data())[0]!) }),
    "tensor.data() reads a value",
  ],
  nothing: [() => {}, "must return its outputs by name"],
  "no outputs": [() => ({}), "must return its outputs by name"],
  "a tensor without a name": [({ x }: Tensors) => x, "must return its outputs by name"],
  "a list": [({ x }: Tensors) => [[x]], "must return its outputs by name"],
  "a number": [() => ({ y: 1 }), "must return its outputs by name"],
  "other outputs at each call": [({ x }: Tensors) => ({ [`y${calls++}`]: x! }), "from call to call"],
};

describe("a function that a graph cannot hold is a TraceError that names the call", () => {
  const weights = tf.variable(tf.tensor1d([1, 2, 3]), true, "purity/w");
  let before: { numTensors: number; backend: string; dataSync: unknown };
  const state = () => ({
    numTensors: tf.memory().numTensors,
    backend: tf.getBackend(),
    dataSync: tf.Tensor.prototype.dataSync,
  });

  beforeEach(() => {
    before = state();
  });

  afterEach(async () => {
    expect(state()).toEqual(before);
    expect([...weights.dataSync()]).toEqual([1, 2, 3]);
    const graph = trace(({ x }) => ({ y: tf.add(x!, weights) }), specs);
    const { y } = await runOnnx(graph, { x: float([0, 0, 0, 1, 1, 1], [2, 3]) });
    expect([...(y!.data as Float32Array)]).toEqual([1, 2, 3, 2, 3, 4]);
  });

  /** Changes the weights first, so that a failure must also put them back. */
  const failing =
    (fn: unknown): NamedFunction =>
    (inputs) => {
      weights.assign(tf.mul(weights, 2));
      tf.variable(tf.zeros([2]), true, "purity/made-inside");
      return (fn as NamedFunction)(inputs);
    };

  const all = Object.entries({ ...reads, ...draws, ...results });
  it.each(all.map(([name, [fn, message]]) => [name, fn, message] as const))("%s", (_, fn, message) => {
    let thrown: unknown;
    try {
      trace(failing(fn), specs);
    } catch (error) {
      thrown = error;
    }
    expect(thrown).toBeInstanceOf(TraceError);
    expect((thrown as Error).message).toMatch(/^trace: /);
    expect((thrown as Error).message).toContain(message);
  });

  it("multinomial, which is a kernel: an UnsupportedKernelError with the reason", () => {
    const fn = failing(({ x }: Tensors) => ({ y: tf.multinomial(x as tf.Tensor2D, 2, 1) }));
    expect(() => trace(fn, specs)).toThrow(UnsupportedKernelError);
    expect(() => trace(fn, specs)).toThrow(/Multinomial x1 .*draws random numbers/);
  });

  it("the function's own error comes through as it is", () => {
    const own = new RangeError("mine");
    expect(() =>
      trace(
        failing(() => {
          throw own;
        }),
        specs,
      ),
    ).toThrow(own);
  });
});

describe("what looks impure and is not", () => {
  it("reading a constant", async () => {
    const graph = trace(({ x }) => ({ y: tf.mul(x!, tf.tensor1d([4, 2, 7]).dataSync()[0]!) }), {
      x: { shape: [1] },
    });
    const { y } = await runOnnx(graph, { x: float([3]) });
    expect(y!.data[0]).toBe(12);
  });

  it("a tensor that was drawn outside", () => {
    const noise = tf.randomNormal([2, 3]);
    expect(() =>
      trace(
        adding(() => noise),
        specs,
      ),
    ).not.toThrow();
    noise.dispose();
  });
});
