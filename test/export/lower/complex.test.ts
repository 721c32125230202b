import { optimize, TraceError, trace } from "@vaekit/export";
import { tf } from "@vaekit/train";
import { describe, expect, it } from "vitest";
import {
  expectSameAsTfjs,
  expectSameOutputs,
  type NamedFunction,
  runOnnx,
  runTfjs,
  specsOf,
} from "../support.ts";
import { float, normal } from "./values.ts";

const [re, im, re2, im2] = [1, 2, 3, 4].map((seed) => normal([3, 4], seed));
const feeds = { re: re!, im: im!, re2: re2!, im2: im2! };
type Unary = (z: tf.Tensor) => tf.Tensor;
type Binary = (z: tf.Tensor, w: tf.Tensor) => tf.Tensor;

/** Both parts of what the function makes of re + i im and re2 + i im2. */
const parts =
  (fn: Binary): NamedFunction =>
  ({ re, im, re2, im2 }) => {
    const y = fn(tf.complex(re!, im!), tf.complex(re2!, im2!));
    return { real: tf.real(y), imag: tf.imag(y) };
  };

/** ONNX Runtime knows no complex numbers: what tfjs computes with them is computed with pairs of real ones. */
describe("complex numbers", () => {
  it.each<[string, Binary]>([
    ["add", (z, w) => tf.add(z, w)],
    ["subtract", (z, w) => tf.sub(z, w)],
    ["multiply", (z, w) => tf.mul(z, w)],
    ["add a real tensor", (z) => tf.add(z, tf.ones([3, 4]))],
    ["reshape", (z) => tf.reshape(z, [2, 6])],
    ["clone", (z) => tf.clone(z)],
    ["concat", (z, w) => tf.concat([z, w], 1)],
    ["transpose", (z) => tf.transpose(z)],
    ["onesLike", (z) => tf.add(z, tf.onesLike(z))],
    ["zerosLike", (z) => tf.add(z, tf.zerosLike(z))],
    ["the spectrum of rows", (z) => tf.fft(z)],
    ["rows from their spectrum", (z) => tf.ifft(z)],
  ])("%s", async (_, fn) => {
    await expectSameAsTfjs(parts(fn), feeds);
  });

  it.each<[string, Unary]>([
    ["abs", (z) => tf.abs(z)],
    ["cast to float32", (z) => tf.cast(z, "float32")],
    ["cast to int32", (z) => tf.cast(z, "int32")],
    ["the real rows of a spectrum", (z) => tf.irfft(z)],
  ])("%s is real", async (_, fn) => {
    await expectSameAsTfjs(({ re, im }) => ({ y: fn(tf.complex(re!, im!)) }), { re: re!, im: im! });
  });

  it.each([5, 8, 12])("the spectrum of %i real numbers, in magnitude", async (n) => {
    await expectSameAsTfjs(({ x }) => ({ y: tf.abs(tf.rfft(x!)) }), { x: normal([2, n]) });
  });

  it("a short-time spectrum", async () => {
    const stft: NamedFunction = ({ x }) => ({ y: tf.abs(tf.signal.stft(x as tf.Tensor1D, 8, 4)) });
    await expectSameAsTfjs(stft, { x: normal([32]) });
  });

  it("abs neither under- nor overflows", async () => {
    const [x, y] = [float([3e-30, 0, 3e30, 1]), float([4e-30, 0, 4e30, 0])];
    await expectSameAsTfjs(({ x, y }) => ({ a: tf.abs(tf.complex(x!, y!)) }), { x, y });
  });

  it("what is broadcast", async () => {
    // tfjs's cpu backend gives NaN for it, so its real numbers are the oracle.
    const twist = parts((z) => tf.mul(z, tf.complex([0.5, 1, 0, 3], [-2, 0, 1, 4])));
    const byHand: NamedFunction = ({ re, im }) => {
      const [c, d] = [tf.tensor1d([0.5, 1, 0, 3]), tf.tensor1d([-2, 0, 1, 4])];
      const real = tf.sub(tf.mul(re!, c), tf.mul(im!, d));
      return { real, imag: tf.add(tf.mul(re!, d), tf.mul(im!, c)) };
    };
    const actual = await runOnnx(optimize(trace(twist, specsOf(feeds))), feeds);
    expectSameOutputs(actual, runTfjs(byHand, feeds));
  });

  it("a constant from outside", async () => {
    const constant = tf.complex(
      tf.reshape(tf.linspace(0, 1, 12), [3, 4]),
      tf.reshape(tf.linspace(2, -1, 12), [3, 4]),
    );
    await expectSameAsTfjs(
      parts((z) => tf.mul(z, constant)),
      feeds,
    );
    constant.dispose();
  });

  const traced = (fn: NamedFunction) => () => trace(fn, specsOf(feeds));

  it("as an output it is a TraceError that says what to take", () => {
    expect(traced(({ re, im }) => ({ y: tf.complex(re!, im!) }))).toThrow(/take tf.real, tf.imag or tf.abs/);
  });

  it("a kernel that takes none is a TraceError that names it", () => {
    const divide = parts((z, w) => tf.engine().runKernel<tf.Tensor>("RealDiv", { a: z, b: w }));
    expect(traced(divide)).toThrow(TraceError);
    expect(traced(divide)).toThrow(/RealDiv cannot be lowered here: it takes no complex numbers/);
  });

  it.each([13, 17, 21])("a batch of spectra of any size, opset %i", async (opset) => {
    const fn: NamedFunction = ({ x }) => ({ y: tf.abs(tf.rfft(x!)) });
    const graph = optimize(trace(fn, { x: { shape: ["batch", 8] } }, { opset }));
    for (const rows of [1, 4, 11]) {
      const given = { x: normal([rows, 8], rows) };
      expectSameOutputs(await runOnnx(graph, given), runTfjs(fn, given));
    }
  });

  it.each([13, 17, 20, 21])("spectra at opset %i", async (opset) => {
    const there = parts((z) => tf.fft(z));
    const back = parts((z) => tf.ifft(z));
    for (const fn of [there, back]) {
      const graph = optimize(trace(fn, specsOf(feeds), { opset }));
      expectSameOutputs(await runOnnx(graph, feeds), runTfjs(fn, feeds));
    }
  });
});
