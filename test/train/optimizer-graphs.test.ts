import { optimize, trace } from "@vaekit/export";
import { tf } from "@vaekit/train";
import { beforeAll, describe, expect, it } from "vitest";
import { clipByGlobalNorm } from "../../packages/train/src/optimizer/clip.ts";
import { emaShare, updateEma } from "../../packages/train/src/optimizer/ema.ts";
import {
  createOptimizer,
  type OptimizerConfig,
  optimizerSchema,
} from "../../packages/train/src/optimizer/index.ts";
import { expectSameOutputs, type NamedFunction, runOnnx, runTfjs, specsOf } from "../export/support.ts";
import learning from "../oracles/learning.json" with { type: "json" };

beforeAll(() => void tf.setBackend("cpu"));

const feed = (values: readonly number[], shape: readonly number[] = [values.length]) => ({
  dtype: "float32" as const,
  shape,
  data: Float32Array.from(values),
});

/** tfjs's values, once the traced graph in ONNX Runtime has the same. */
async function run(fn: NamedFunction, feeds: Parameters<typeof runTfjs>[1]) {
  const expected = runTfjs(fn, feeds);
  expectSameOutputs(await runOnnx(optimize(trace(fn, specsOf(feeds))), feeds), expected);
  return expected;
}

describe("a traced optimizer", () => {
  const { start, gradients } = learning.optimizers;
  const configs = [
    { kind: "adam" },
    { kind: "adamw", decay: "all" },
    { kind: "rmsprop" },
    { kind: "rmsprop", momentum: 0.9 },
    { kind: "sgd" },
    { kind: "sgd", momentum: 0.9 },
    { kind: "sgd", momentum: 0.9, nesterov: true },
  ] as const;

  it.each(configs)("%j computes in ONNX Runtime what it does in tfjs", async (given) => {
    const optimizer = createOptimizer(optimizerSchema.parse(given) as OptimizerConfig);
    const fn: NamedFunction = ({ weight, gradient, ...rest }) => {
      const next = optimizer.update(weight!, gradient!, rest, rest, "encoder/hidden_1/kernel");
      const slots = Object.entries(next.slots).map(([slot, tensor]) => [`next/${slot}`, tensor]);
      return { "next/weight": next.weight, ...Object.fromEntries(slots) };
    };
    const feeds = {
      weight: feed(start),
      gradient: feed(gradients[0]!),
      ...Object.fromEntries(optimizer.slots.map((slot, i) => [slot, feed(gradients[i + 1]!.map(Math.abs))])),
      ...Object.fromEntries(
        Object.entries(optimizer.scalars(0.1, 3)).map(([name, value]) => [name, feed([value], [])]),
      ),
    };
    const outputs = await run(fn, feeds);
    expect(Object.keys(outputs)).toEqual(["next/weight", ...optimizer.slots.map((slot) => `next/${slot}`)]);
  });
});

describe("clipping by the global norm", () => {
  const clip =
    (limit: number): NamedFunction =>
    ({ kernel, bias }) => {
      const { gradients, norm } = clipByGlobalNorm([kernel!, bias!], limit);
      return { clipped: gradients[0]!, clippedBias: gradients[1]!, norm };
    };

  it.each(learning.clip)("to $limit gives what PyTorch's does at the norm $norm", async (one) => {
    const [kernel, bias] = one.gradients as [number[], number[]];
    const outputs = await run(clip(one.limit), { kernel: feed(kernel, [2, 3]), bias: feed(bias) });
    expect(outputs.norm!.shape).toEqual([]);
    expect(outputs.norm!.data as Float32Array).toBeAllClose([one.norm], { rtol: 3e-7 });
    expect(outputs.clipped!.data as Float32Array).toBeAllClose(one.clipped[0]!, { rtol: 3e-7 });
    expect(outputs.clippedBias!.data as Float32Array).toBeAllClose(one.clipped[1]!, { rtol: 3e-7 });
  });

  it("leaves what is not finite in sight", async () => {
    const nan = await run(clip(1), { kernel: feed([Number.NaN, 1], [2, 1]), bias: feed([1]) });
    expect(nan.norm!.data[0]).toBeNaN();
    expect(nan.clipped!.data[0]).toBeNaN();
    const infinite = await run(clip(1), {
      kernel: feed([Number.POSITIVE_INFINITY, 1], [2, 1]),
      bias: feed([1]),
    });
    expect([...infinite.norm!.data]).toEqual([Number.POSITIVE_INFINITY]);
    expect(infinite.clipped!.data[0]).toBeNaN();
  });

  it("makes no step of finite gradients whose norm overflows, and says so", async () => {
    const outputs = await run(clip(1), { kernel: feed([3e30, 1], [2, 1]), bias: feed([1]) });
    expect([...outputs.norm!.data]).toEqual([Number.POSITIVE_INFINITY]);
    expect([...outputs.clipped!.data, ...outputs.clippedBias!.data]).toEqual([0, 0, 0]);
  });

  it("takes gradients of any rank, a scalar's too", async () => {
    const fn: NamedFunction = (inputs) => {
      const { gradients, norm } = clipByGlobalNorm(Object.values(inputs), 1.3);
      return { norm, ...Object.fromEntries(gradients.map((gradient, i) => [`clipped${i}`, gradient])) };
    };
    const one = {
      scalar: feed([5], []),
      filter: feed([1, 3, 4, 5, 6, 7], [1, 2, 3, 1]),
      column: feed([2, 2], [2, 1]),
    };
    const outputs = await run(fn, one);
    expect(outputs.norm!.data[0]).toBe(13);
    expect(outputs.clipped1!.shape).toEqual([1, 2, 3, 1]);
    expect(outputs.clipped1!.data as Float32Array).toBeAllClose([0.1, 0.3, 0.4, 0.5, 0.6, 0.7], {
      rtol: 3e-7,
    });
  });
});

describe("the moving average of weights", () => {
  it("is PyTorch's running mean at first and its exponential average from 1 / (1 - decay) steps on", () => {
    const { decay, weights, after } = learning.average;
    let average = [0, 0, 0];
    for (const [i, weight] of weights.entries()) {
      average = tf.tidy(() => {
        const share = tf.scalar(emaShare(decay, i + 1));
        return [...updateEma(tf.tensor1d(average), tf.tensor1d(weight), share).dataSync()];
      });
      expect(average, `step ${i + 1}`).toBeAllClose(after[i]!, { scaleTol: 3e-7 });
    }
  });

  it("has the share of a mean until the decay's own is larger", () => {
    const shares = [1, 2, 100, 128, 1000].map((step) => emaShare(1 - 1 / 128, step));
    expect(shares).toEqual([1, 1 / 2, 1 / 100, 1 / 128, 1 / 128]);
  });

  it("computes in ONNX Runtime what it does in tfjs", async () => {
    const fn: NamedFunction = ({ average, weight, share }) => ({
      next: updateEma(average!, weight!, share!),
    });
    await run(fn, { average: feed([1, -2, 3]), weight: feed([0.5, 4, 3]), share: feed([0.01], []) });
  });
});
