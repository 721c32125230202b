import {
  complexKernels,
  kernelNames,
  lowerings,
  trace,
  UnsupportedKernelError,
  unsupported,
} from "@vaekit/export";
import { tf } from "@vaekit/train";
import { describe, expect, it } from "vitest";

describe("the tables", () => {
  it("every kernel of tfjs is lowered, or impossible for a reason", () => {
    const known = [...Object.keys(lowerings), ...complexKernels, ...Object.keys(unsupported)];
    expect(known.toSorted()).toEqual(kernelNames().toSorted());
  });

  it("finds the kernels of tfjs 4.22", () => {
    expect(tf.version_core).toBe("4.22.0");
    expect(kernelNames()).toHaveLength(180);
    expect(kernelNames()).toEqual(
      expect.arrayContaining([tf.Conv2D, tf.NonMaxSuppressionV5, tf._FusedMatMul]),
    );
  });

  it("each reason says what to do instead", () => {
    for (const reason of Object.values(unsupported)) expect(reason).toMatch(/; \w+/);
  });
});

describe("kernels without a lowering", () => {
  const x = { shape: ["batch", 8] } as const;
  const boxes = (values: tf.Tensor) => tf.reshape(values, [-1, 4]) as tf.Tensor2D;
  const scores = (values: tf.Tensor) => tf.sum(boxes(values), 1) as tf.Tensor1D;
  const pick = (values: tf.Tensor) => tf.image.nonMaxSuppression(boxes(values), scores(values), 5);

  const failure = (fn: () => unknown): UnsupportedKernelError => {
    try {
      fn();
    } catch (error) {
      expect(error).toBeInstanceOf(UnsupportedKernelError);
      return error as UnsupportedKernelError;
    }
    throw new Error("nothing was thrown");
  };

  it("are all in one error, with counts, an example each and the reason", () => {
    const { message, code, exitCode } = failure(() =>
      trace(
        ({ x }) => {
          const { values, indices } = tf.unique(tf.relu(x!), 1);
          return { picked: tf.concat([pick(x!), pick(tf.square(x!))]), values, indices };
        },
        { x },
      ),
    );
    expect(message.split("\n")).toEqual([
      "trace: 2 kernels have no ONNX lowering",
      `  Unique x1  (input float32 [3, 8]): ${unsupported.Unique}`,
      `  NonMaxSuppressionV3 x2  (input float32 [6, 4], float32 [6]): ${unsupported.NonMaxSuppressionV3}`,
      "Replace these calls, or add the lowerings: docs/new-kernel.md",
    ]);
    expect({ code, exitCode }).toEqual({ code: "UNSUPPORTED_KERNEL", exitCode: 3 });
  });

  it("one is called one", () => {
    expect(failure(() => trace(({ x }) => ({ y: pick(x!) }), { x })).message).toMatch(
      /^trace: 1 kernel has no/,
    );
  });

  it("a random one says to draw the numbers outside", () => {
    const draw = ({ x }: Record<string, tf.Tensor>) => ({
      y: tf
        .engine()
        .runKernel<tf.Tensor>("Multinomial", { logits: x! }, { numSamples: 2, seed: 1, normalized: false }),
    });
    const { message } = failure(() => trace(draw, { x: { shape: [3, 4] } }));
    expect(message).toContain(
      "Multinomial x1  (input float32 [3, 4]): it draws random numbers; pass them in as an input",
    );
  });

  it("are reported although the function fails because of them", () => {
    const { message } = failure(() =>
      trace(
        ({ x }) => {
          const picked = pick(x!);
          if (picked.dataSync()[0]! > 0) throw new Error("unreachable");
          return { picked };
        },
        { x },
      ),
    );
    expect(message).toContain("NonMaxSuppressionV3 x1");
  });

  it("are reported where a gradient runs them again", () => {
    const first = (values: tf.Tensor) => tf.mul(values, tf.cast(tf.unique(values).indices, "float32"));
    const loss = tf.customGrad((values, save) => {
      (save as (saved: tf.Tensor[]) => void)([values as tf.Tensor]);
      const gradFunc = (dy: tf.Tensor, [saved]: tf.Tensor[]) => tf.mul(dy, first(saved!));
      return { value: tf.sum(first(values as tf.Tensor)), gradFunc };
    });
    const { message } = failure(() => trace(({ x }) => ({ y: tf.grad(loss)(x!) }), { x: { shape: [4] } }));
    expect(message).toContain("Unique x2");
  });
});
