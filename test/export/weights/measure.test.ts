import {
  costLimit,
  costLimits,
  encodeModel,
  type MeasureOptions,
  optimize,
  storeWeights,
  trace,
  verifySmall,
  type WeightFormat,
} from "@vaekit/export";
import { exitCodes, loadRuntime, VerificationError } from "@vaekit/infer";
import { tf } from "@vaekit/train";
import { describe, expect, it } from "vitest";
import { normal } from "../lower/values.ts";
import { type NamedFunction, runOnnx, runTfjs } from "../support.ts";

const kernel = normal([64, 40], 2);
const inputs = { x: { shape: ["batch", 64] as const } };
const product: NamedFunction = ({ x }) => ({
  y: tf.matMul(x!, tf.tensor(kernel.data as Float32Array, [64, 40])),
});

/** Trace, store the weights, and verify both graphs; `wrong` changes what tfjs computes. */
async function measure(
  fn: NamedFunction,
  weights: WeightFormat,
  options: MeasureOptions = {},
  reference: NamedFunction = fn,
) {
  const runtime = await loadRuntime();
  const graph = optimize(trace(fn, inputs));
  const full = await runtime.createSession(encodeModel(graph));
  const small = await runtime.createSession(encodeModel(storeWeights(graph, weights).graph));
  try {
    return await verifySmall(reference, inputs, { full, small }, costLimit(weights), options);
  } finally {
    await Promise.all([full.dispose(), small.dispose()]);
  }
}

describe("verifySmall", () => {
  it("reports the smaller graph's own error, measured against float32", async () => {
    const { verified, cost } = await measure(product, "int8", { batches: [6] });
    expect(verified.tolerance).toBe(1e-5);
    expect(verified.outputs.y!.maxRelative).toBeLessThan(1e-5);
    expect(cost.tolerance).toBe(costLimits.int8);
    // The same error, found without it: the int8 model against tfjs, on other inputs of the same kind.
    const feeds = { x: normal([6, 64], 3) };
    const want = runTfjs(product, feeds).y!.data as Float32Array;
    const small = storeWeights(optimize(trace(product, inputs)), "int8").graph;
    const got = (await runOnnx(small, feeds)).y!.data as Float32Array;
    const error =
      Math.max(...got.map((value, i) => Math.abs(value - want[i]!))) / Math.max(...want.map(Math.abs));
    expect(cost.outputs.y!.maxRelative).toBeGreaterThan(error / 2);
    expect(cost.outputs.y!.maxRelative).toBeLessThan(error * 2);
  });

  it("coarser weights cost more", async () => {
    const [half, int8] = [await measure(product, "fp16"), await measure(product, "int8")];
    expect(int8.cost.outputs.y!.maxRelative).toBeGreaterThan(4 * half.cost.outputs.y!.maxRelative);
  });

  it("throws VerificationError, exit code 4, beyond the limit, and says what to do", async () => {
    const attempt = measure(product, "int8", { tolerance: 1e-4, name: "decoder" });
    await expect(attempt).rejects.toThrow(VerificationError);
    await expect(attempt).rejects.toMatchObject({ exitCode: exitCodes.verification });
    await expect(attempt).rejects.toThrow(/^decoder, smaller: 1 of 1 outputs.*0\.0001[\s\S]*Choose fp16/);
  });

  it("a generous limit does not excuse the float32 graph", async () => {
    const other: NamedFunction = (given) => ({ y: tf.add(product(given).y!, 0.01) });
    await expect(measure(product, "int8", { tolerance: 1 }, other)).rejects.toThrow(/more than 0\.00001/);
  });

  it("gives the user's metric before and after, of the samples in the largest batch", async () => {
    const samples = { x: normal([5, 64], 8).data };
    const seen: number[] = [];
    const { cost } = await measure(product, "int8", {
      batches: [2, 5],
      samples,
      metric: ({ y }, { x }) => {
        expect(x!.data).toEqual(samples.x);
        seen.push(y!.shape[0]!);
        return (y!.data as Float32Array)[0]!;
      },
    });
    expect(seen).toEqual([5, 5]);
    const exact = (runTfjs(product, { x: normal([5, 64], 8) }).y!.data as Float32Array)[0]!;
    expect(cost.metric!.before).toBeCloseTo(exact, 4);
    expect(cost.metric!.after).not.toBe(cost.metric!.before);
    expect(cost.metric!.after).toBeCloseTo(exact, 0);
  });

  it("without a metric there is null", async () => {
    expect((await measure(product, "fp16")).cost.metric).toBeNull();
  });

  it("an output that is no float is reported and not held to the limit", async () => {
    const fn: NamedFunction = (given) => {
      const { y } = product(given);
      return { y: y!, positive: tf.greater(y!, 0) };
    };
    const { cost } = await measure(fn, "int8", { batches: [200] });
    expect(cost.outputs.positive).toEqual({ maxAbsolute: 1, maxRelative: 1 });
    expect(cost.outputs.y!.maxRelative).toBeLessThan(cost.tolerance);
  });
});
