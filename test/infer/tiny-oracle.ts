import { expect } from "vitest";
import { RandomStream } from "../../packages/infer/src/random/stream.ts";
import { loadRuntime } from "../../packages/infer/src/runtime/index.ts";
import type { Feeds, Port, RuntimeTensor } from "../../packages/infer/src/runtime/types.ts";
import { plainProducts } from "../../packages/infer/src/tiny/products-plain.ts";
import { simdProducts } from "../../packages/infer/src/tiny/products-simd.ts";
import { makeTinyRuntime } from "../../packages/infer/src/tiny/runtime.ts";

/** Each way to multiply, forced. */
export const tinyRuntimes = {
  simd: makeTinyRuntime(() => {
    const products = simdProducts();
    if (!products) throw new Error("there is no WebAssembly SIMD here");
    return products;
  }),
  plain: makeTinyRuntime(() => plainProducts),
};

/** Standard normal numbers, or bytes, for each of a model's inputs. */
export function drawFeeds(inputs: readonly Port[], batch: number, seed: number): Feeds {
  const stream = new RandomStream(seed, "sample");
  const feeds: Record<string, RuntimeTensor> = {};
  for (const { name, dtype, shape: sizes } of inputs) {
    const shape = sizes.map((size) => (typeof size === "number" ? size : batch));
    const values = stream.normal(new Float32Array(shape.reduce((a, b) => a * b, 1)));
    const data = dtype === "uint8" ? Uint8Array.from(values, (value) => 128 + 60 * value) : values;
    feeds[name] = { dtype, shape, data };
  }
  return feeds;
}

/** The model gives what onnxruntime-node makes of it, for batches of these sizes and the first of them again. */
export async function expectAsOnnxruntime(
  model: Uint8Array,
  { batches = [1, 3, 17], seed = 1 }: { batches?: readonly number[]; seed?: number } = {},
): Promise<void> {
  const oracle = await (await loadRuntime("node")).createSession(model);
  for (const runtime of Object.values(tinyRuntimes)) {
    const tiny = await runtime.createSession(model);
    expect(tiny.inputs).toEqual(oracle.inputs);
    expect(tiny.outputs.map(({ name, dtype }) => [name, dtype])).toEqual(
      oracle.outputs.map(({ name, dtype }) => [name, dtype]),
    );
    for (const [i, batch] of [...batches, batches[0]!].entries()) {
      const feeds = drawFeeds(tiny.inputs, batch, seed + i);
      const expected = await oracle.run(feeds);
      const outputs = await tiny.run(feeds);
      expect(Object.keys(outputs).toSorted()).toEqual(Object.keys(expected).toSorted());
      for (const name in expected) {
        expect(outputs[name]!.shape).toEqual([...expected[name]!.shape]);
        expect(outputs[name]!.data as Float32Array).toBeAllClose(expected[name]!.data as Float32Array, {
          scaleTol: 1e-5,
        });
      }
    }
    await tiny.dispose();
  }
  await oracle.dispose();
}
