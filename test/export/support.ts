import { checkGraph, encodeModel, type Graph, type InputSpecs, optimize, trace } from "@vaekit/export";
import { type Feeds, loadRuntime, type RuntimeTensor, type SessionOptions } from "@vaekit/infer";
import { tf } from "@vaekit/train";
import { expect } from "vitest";

/** A pure function of named tensors, as `trace` takes it. */
export type NamedFunction = (inputs: Record<string, tf.Tensor>) => Record<string, tf.Tensor>;

/** Inputs of exactly these shapes, no symbolic batch. */
export function specsOf(feeds: Feeds): InputSpecs {
  return Object.fromEntries(
    Object.entries(feeds).map(([name, { dtype, shape }]) => [name, { dtype: dtype as "float32", shape }]),
  );
}

/** Run a graph's bytes in onnxruntime-node, once the checker has passed it. */
export async function runOnnx(
  graph: Graph,
  feeds: Feeds,
  options?: SessionOptions,
): Promise<Record<string, RuntimeTensor>> {
  checkGraph(graph);
  const session = await (await loadRuntime()).createSession(encodeModel(graph), options);
  try {
    return await session.run(feeds);
  } finally {
    await session.dispose();
  }
}

/** The function's own values, on tfjs's cpu backend. */
export function runTfjs(fn: NamedFunction, feeds: Feeds): Record<string, RuntimeTensor> {
  return tf.tidy(() => {
    const inputs = Object.entries(feeds).map(([name, { dtype, data, shape }]) => {
      // tfjs keeps the array that it is given; a copy keeps ours untouched.
      return [name, tf.tensor(data.slice() as Float32Array, [...shape], dtype as "float32")] as const;
    });
    const outputs = Object.entries(fn(Object.fromEntries(inputs))).map(([name, tensor]) => {
      const data = tensor.dataSync<"float32">().slice();
      return [name, { dtype: tensor.dtype as "float32", shape: tensor.shape, data }] as const;
    });
    return Object.fromEntries(outputs);
  });
}

/** float32 within scaleTol of the largest expected value, everything else exactly; names, shapes and dtypes equal. */
export function expectSameOutputs(
  actual: Readonly<Record<string, RuntimeTensor>>,
  expected: Readonly<Record<string, RuntimeTensor>>,
  scaleTol = 1e-6,
): void {
  const types = (outputs: Readonly<Record<string, RuntimeTensor>>) =>
    Object.entries(outputs).map(([name, { dtype, shape }]) => `${name}: ${dtype} [${shape}]`);
  expect(types(actual)).toEqual(types(expected));
  for (const [name, { dtype, data }] of Object.entries(expected)) {
    const tolerance = dtype === "float32" ? { scaleTol } : {};
    expect(actual[name]!.data as Float32Array, name).toBeAllClose(data as Float32Array, tolerance);
  }
}

/** The opset that parity is tested at where a test does not say: `VAEKIT_OPSET=13`, or the default. */
export const parityOpset = process.env.VAEKIT_OPSET ? Number(process.env.VAEKIT_OPSET) : undefined;

/** Trace with the feeds' own shapes, optimize, run in ONNX Runtime, and compare with tfjs. Returns the graph. */
export async function expectSameAsTfjs(
  fn: NamedFunction,
  feeds: Feeds,
  scaleTol?: number,
  opset = parityOpset,
): Promise<Graph> {
  const graph = optimize(trace(fn, specsOf(feeds), { opset }));
  expectSameOutputs(await runOnnx(graph, feeds), runTfjs(fn, feeds), scaleTol);
  return graph;
}
