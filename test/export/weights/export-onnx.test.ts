import { mkdtempSync, readdirSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { exportOnnx } from "@vaekit/export";
import { VerificationError } from "@vaekit/infer";
import { tf } from "@vaekit/train";
import { afterAll, beforeAll, expect, it } from "vitest";
import { normal } from "../lower/values.ts";

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "vaekit-small-"));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const weights = ([64, 96] as const).map((n, i) =>
  tf.tensor(normal([64, n], i + 1).data as Float32Array, [64, n]),
);
const source = {
  name: "heads",
  fn: ({ x }: Record<string, tf.Tensor>) => ({
    y: tf.matMul(tf.tanh(tf.matMul(x!, weights[0]! as tf.Tensor2D)), weights[1]! as tf.Tensor2D),
  }),
  inputs: { x: { shape: ["batch", 64] } },
};
const meanOf = ({ data }: { data: ArrayLike<number | bigint> }) =>
  Array.from(data, Number).reduce((sum, value) => sum + value, 0) / data.length;

it.each([
  ["fp16", 0.5],
  ["int8", 0.25],
] as const)(
  "%s weights: the size, the errors and the user's metric are in the report",
  async (kind, share) => {
    const out = join(folder, `${kind}.onnx`);
    const { report, bytes } = await exportOnnx(source, {
      out,
      weights: kind,
      metric: ({ y }) => meanOf(y!),
    });
    const small = report.small!;
    const cost = small.costs.node!;
    expect(bytes).toBeNull();
    expect(small.weights.bytes.after / small.weights.bytes.before).toBeCloseTo(share, 1);
    expect(cost.outputs.y!.maxRelative).toBeGreaterThan(1e-5);
    expect(cost.outputs.y!.maxRelative).toBeLessThan(cost.tolerance);
    expect(report.verified!.node!.outputs.y!.maxRelative).toBeLessThan(1e-5);
    expect(cost.metric!.before).not.toBe(cost.metric!.after);
    expect(cost.metric!.after).toBeCloseTo(cost.metric!.before, 1);
    expect(statSync(out).size).toBe(report.bytes);
  },
);

it("beyond what is allowed nothing is written", async () => {
  const out = join(folder, "strict.onnx");
  const before = readdirSync(folder);
  await expect(exportOnnx(source, { out, weights: "int8", tolerance: 1e-6 })).rejects.toThrow(
    VerificationError,
  );
  expect(readdirSync(folder)).toEqual(before);
});

it("half-precision activations keep a float32 interface", async () => {
  const { graph, report } = await exportOnnx(source, { precision: "fp16" });
  expect(graph.inputs.map(({ dtype }) => dtype)).toEqual(["float32"]);
  expect(graph.outputs.map(({ value }) => value.dtype)).toEqual(["float32"]);
  expect(report.small!.precision).not.toBeNull();
});
