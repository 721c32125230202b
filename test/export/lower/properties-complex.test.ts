import { tf } from "@vaekit/train";
import fc from "fast-check";
import { describe, it } from "vitest";
import { expectSameAsTfjs, type NamedFunction } from "../support.ts";
import { seed, shapeOf } from "./properties/draw.ts";
import { numRuns } from "./runs.ts";
import { uniform } from "./values.ts";

type Complex = (z: tf.Tensor, w: tf.Tensor) => tf.Tensor;

/** Both parts of what becomes of two complex tensors of one shape. */
const partsOf =
  (run: Complex): NamedFunction =>
  ({ a, b, c, d }) => {
    const y = run(tf.complex(a!, b!), tf.complex(c!, d!));
    return { real: tf.real(y), imag: tf.imag(y) };
  };

/** Lengths that are powers of two, primes, and neither. */
const spectra = fc.tuple(shapeOf(0, 2), fc.integer({ min: 1, max: 20 }), seed, fc.constantFrom(13, 17, 21));

const functions: Record<string, NamedFunction> = {
  "FFT, Complex, Real and Imag": partsOf((z) => tf.fft(z)),
  IFFT: partsOf((z) => tf.ifft(z)),
  "there and back": partsOf((z) => tf.ifft(tf.fft(z))),
  ComplexAbs: ({ a, b }) => ({ y: tf.abs(tf.complex(a!, b!)) }),
  "sums and products": partsOf((z, w) => tf.add(tf.mul(z, w), tf.sub(z, w))),
};

describe("complex numbers of any shape", () => {
  it.each(Object.entries(functions))(
    "%s",
    async (_, fn) => {
      await fc.assert(
        fc.asyncProperty(spectra, async ([outer, length, from, opset]) => {
          const shape = [...outer, length];
          const part = (i: number) => uniform(shape, -2, 2, from + i);
          // Parts may be near 0 beside the other part: sums of both signs.
          await expectSameAsTfjs(fn, { a: part(0), b: part(1), c: part(2), d: part(3) }, 1e-5, opset);
        }),
        { numRuns, seed: 11 },
      );
    },
    600_000,
  );
});
