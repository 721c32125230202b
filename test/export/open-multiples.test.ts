import { input, layers, model, type SymbolicTensor } from "@tensorflow/tfjs-layers";
import {
  decodeModel,
  dimText,
  encodeModel,
  exportOnnx,
  graphText,
  type InputSpecs,
  trace,
  verify,
} from "@vaekit/export";
import type { Session } from "@vaekit/infer";
import { tf } from "@vaekit/train";
import { describe, expect, it, onTestFinished } from "vitest";
import { normal } from "./lower/values.ts";
import { expectSameOutputs, type NamedFunction, runOnnx, runTfjs } from "./support.ts";

/** Halves pictures `depth` times and joins each size again on the way back. */
function unet(depth: number, shape: (number | null)[] = [null, null, 1]) {
  const convolution = (x: SymbolicTensor) =>
    layers.conv2d({ filters: 2, kernelSize: 3, padding: "same" }).apply(x) as SymbolicTensor;
  const picture = input({ shape, name: "picture" });
  const skips: SymbolicTensor[] = [];
  let x = convolution(picture);
  for (let i = 0; i < depth; i++) {
    skips.push(x);
    x = convolution(layers.maxPooling2d({ poolSize: 2 }).apply(x) as SymbolicTensor);
  }
  for (const skip of skips.reverse()) {
    const up = layers.upSampling2d({ size: [2, 2] }).apply(x) as SymbolicTensor;
    x = layers.concatenate().apply([up, skip]) as SymbolicTensor;
  }
  const built = model({ inputs: picture, outputs: x });
  onTestFinished(() => void built.dispose());
  return built;
}

const shapeOf = ({ shape }: { shape: readonly unknown[] }) => shape.map(String).join(" ");

describe("open sizes that are multiples", () => {
  it("a U-Net in memory is exported and verified at multiples of 4 that were never recorded", async () => {
    const { graph, report } = await exportOnnx(unet(2), { dynamic: ["4*height", "4*width"] });
    expect(shapeOf(graph.inputs[0]!)).toBe("batch 4*height 4*width 1");
    expect(shapeOf(graph.outputs[0]!.value)).toBe("batch 4*height 4*width 6");
    const { sizes, outputs } = report.verified!.node!;
    expect(sizes!.map(({ height }) => height).sort()).toEqual([16, 5, 8]);
    expect(Object.values(outputs)[0]!.maxRelative).toBeLessThan(1e-6);
  });

  it.each([13, 17])("sizes in the graph are worked out from the multiple, opset %i", async (opset) => {
    const fn: NamedFunction = ({ x }) => ({
      quarter: tf.reshape(x!, [-1, 4, x!.shape[1]! / 4, 2]),
      thirds: tf.mean(tf.slice(x!, [0, 0, 0], [-1, Math.floor(x!.shape[1]! / 3), -1]), [0, 1]),
      grown: tf.fill([x!.shape[1]! / 4 + 1], x!.shape[1]! / 4),
    });
    const inputs: InputSpecs = { x: { shape: ["batch", "4*height", 2] } };
    const graph = trace(fn, inputs, { opset });
    expect(graph.outputs.map(({ value }) => value.shape.map(dimText).join(" "))).toEqual([
      "batch 4 height 2",
      "2",
      "height+1",
    ]);
    for (const height of [1, 2, 5, 18, 90]) {
      const feeds = { x: normal([2, 4 * height, 2], height) };
      expectSameOutputs(await runOnnx(graph, feeds), runTfjs(fn, feeds), 2e-6);
    }
    await expect(graph).toRunInOrt();
  });

  it("are read back from the file", () => {
    const graph = trace(({ x }) => ({ y: tf.relu(x!) }), { x: { shape: ["batch", "8*time"] } });
    const read = decodeModel(encodeModel(graph, { name: "m" })).graph;
    expect(graphText(read)).toBe(graphText(graph));
    expect(shapeOf(read.inputs[0]!)).toBe("batch 8*time");
  });

  it.each([
    [2, [9, 16, 18]],
    [4, [5, 8, 16]],
    [16, [2, 3, 4]],
    [64, [1, 2, 3]],
  ])("of %i run at %j times it", async (times, expected) => {
    const ran = new Set<number>();
    const inputs: InputSpecs = { x: { shape: [`${times}*time`] } };
    const fn: NamedFunction = ({ x }) => ({ y: tf.relu(x!) });
    const session = {
      run: async (feeds: Parameters<Session["run"]>[0]) => {
        ran.add(feeds.x!.shape[0]!);
        return runTfjs(fn, feeds);
      },
    } as Session;
    await verify(fn, inputs, session);
    expect([...ran].map((size) => size / times).sort((a, b) => a - b)).toEqual(expected);
  });

  it.each([
    [1, "2*height,2*width"],
    [3, "8*height,8*width"],
  ])("the error of a U-Net of depth %i says which multiple works", (depth, wanted) => {
    const built = unet(depth);
    expect(() => trace(built, { dynamic: ["height", "width"] })).toThrow(
      new RegExp(
        `fails at batch 3, height 37, width 29: Error in concat4D[\\s\\S]*odd ones too[\\s\\S]*--dynamic "${wanted.replaceAll("*", "\\*")}"`,
      ),
    );
  });

  it("a multiple that is too small is told the one that works", () => {
    expect(() => trace(unet(3), { dynamic: ["2*height", "2*width"] })).toThrow(
      /fails at batch 3, 2\*height 74, 2\*width 58: [\s\S]*--dynamic "8\*height,8\*width"/,
    );
  });

  it.each(["0*height", "4*", "4*4*h", "-2*h", "4 * h", "height*4"])("%s is no size", (size) => {
    expect(() => trace(({ x }) => ({ y: x! }), { x: { shape: [size] } })).toThrow(
      /cannot name a dimension; .*4\*height/,
    );
  });
});

describe("advice is given for its own error only", () => {
  const open: InputSpecs = { image: { shape: ["batch", "height", "width", 3] } };
  const refused = (fn: unknown) => {
    try {
      trace(fn as NamedFunction, open);
    } catch (error) {
      return (error as Error).message;
    }
    throw new Error("it was traced");
  };

  it("a function that fails at every size keeps its own error", () => {
    const message = refused(() => {
      throw new Error("of another kind");
    });
    expect(message).toBe("of another kind");
  });

  it("a method that is not there", () => {
    const image = { message: "image.relu is not a function" };
    const message = refused(() => {
      throw new TypeError(image.message);
    });
    expect(message).toMatch(/^trace: image\.relu is not a function\. .*"@tensorflow\/tfjs".* tf\.relu\(x/);
    expect(message).not.toContain("odd");
  });

  it("a misspelt input", () => {
    const message = refused(({ imgae }: Record<string, tf.Tensor>) => ({ y: tf.relu(imgae!) }));
    expect(message).toMatch(/asks for the input imgae, which is not there; its inputs are: image/);
    expect(message).not.toContain("odd");
  });

  it.each(["as it is", "with NCHW outputs"])("a function that returns nothing, %s", async (how) => {
    const source = { name: "none", fn: (() => undefined) as unknown as NamedFunction, inputs: open };
    const options = how === "as it is" ? {} : { outputsAsNchw: true as const };
    await expect(exportOnnx(source, options)).rejects.toThrow(/must return its outputs by name/);
    const later = { ...source, fn: (async () => ({})) as unknown as NamedFunction };
    await expect(exportOnnx(later, options)).rejects.toThrow(/the function is async/);
  });
});
