import { optimize, trace } from "@vaekit/export";
import { tf } from "@vaekit/train";
import { beforeAll, describe, expect, it } from "vitest";
import { type KlControl, plainKl, weighKl } from "../../packages/train/src/objective/kl-control.ts";
import { expectSameOutputs, type NamedFunction, runOnnx, runTfjs, specsOf } from "../export/support.ts";
import learning from "../oracles/learning.json" with { type: "json" };

const { kl, beta, capacity, nats, results } = learning.klControl;
const shape = [3, 6];

beforeAll(() => void tf.setBackend("cpu"));

const free = (group: number, nats: number): KlControl => ({ capacity: false, freeBits: { nats, group } });
const drawn: KlControl = { capacity: true, freeBits: null };
const cases: { [K in keyof typeof results]: { control: KlControl; capacity?: number } } = {
  plain: { control: plainKl },
  "below capacity": { control: drawn, capacity },
  "above capacity": { control: drawn, capacity: capacity / 4 },
  "free bits 1": { control: free(1, nats) },
  "free bits 2": { control: free(2, 2 * nats) },
  "free bits 6": { control: free(6, nats) },
};

const scalar = (value: number) => ({ dtype: "float32" as const, shape: [], data: Float32Array.of(value) });

/** The KL's part of the loss and its gradient, as a training step computes them. */
const lossAndGradient =
  (control: KlControl): NamedFunction =>
  ({ kl, ...inputs }) => {
    const { value, grad } = tf.valueAndGrad((leaf: tf.Tensor) => weighKl(leaf, control, inputs))(kl!);
    return { loss: value, gradient: grad };
  };

describe.each(Object.keys(cases) as (keyof typeof cases)[])("the KL's part of the loss, %s", (name) => {
  const { control, capacity } = cases[name];
  const feeds = {
    kl: { dtype: "float32" as const, shape, data: Float32Array.from(kl) },
    beta: scalar(beta),
    ...(capacity !== undefined && { capacity: scalar(capacity) }),
  };

  it("and its gradient are what PyTorch computes from the formula", () => {
    const { loss, gradient } = runTfjs(lossAndGradient(control), feeds);
    expect(loss!.shape).toEqual([]);
    expect(loss!.data as Float32Array).toBeAllClose([results[name].loss], { rtol: 3e-7 });
    expect(gradient!.data as Float32Array).toBeAllClose(results[name].gradient, { rtol: 3e-7 });
  });

  it("is the same in the traced step", async () => {
    const fn = lossAndGradient(control);
    const graph = optimize(trace(fn, specsOf(feeds)));
    expectSameOutputs(await runOnnx(graph, feeds), runTfjs(fn, feeds));
  });
});

describe("free bits", () => {
  it("take a KL that does not split into dimensions as one group", () => {
    const sums = [5, 0.5, 2];
    const loss = (nats: number) =>
      tf.tidy(() => weighKl(tf.tensor2d(sums, [3, 1]), free(1, nats), { beta: tf.scalar(2) }).dataSync()[0]);
    expect(loss(1)).toBe(5);
    expect(loss(4)).toBe(8);
  });
});
