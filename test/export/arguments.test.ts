import { layers, sequential } from "@tensorflow/tfjs-layers";
import { exportOnnx, loadModel, trace, verifyModel } from "@vaekit/export";
import { tf } from "@vaekit/train";
import { afterAll, describe, expect, it } from "vitest";
import type { NamedFunction } from "./support.ts";

const fn: NamedFunction = ({ x }) => ({ y: tf.relu(x!) });
const source = { name: "m", fn, inputs: { x: { shape: ["batch", 2] } } };
const open = sequential({
  layers: [layers.conv2d({ inputShape: [null, null, 1], filters: 1, kernelSize: 3, name: "y" })],
});
afterAll(() => void open.dispose());

/** As JavaScript calls it: nothing checks the types. */
const untyped = (call: unknown) => call as (...all: unknown[]) => unknown;

async function refusal(call: unknown, ...all: unknown[]): Promise<string> {
  try {
    await untyped(call)(...all);
  } catch (error) {
    expect(error).toMatchObject({ code: "USAGE", exitCode: 2 });
    return (error as Error).message;
  }
  throw new Error("it was accepted");
}

describe("options", () => {
  it.each([
    [{ weights: "int4" }, "weights must be one of fp32, fp16, int8, int8-dynamic; got"],
    [{ precision: "bf16" }, 'precision must be one of fp32, fp16; got "bf16"'],
    [{ tolerance: "x" }, 'tolerance must be a number above 0, such as 1e-4; got "x"'],
    [{ tolerance: Number.NaN }, "tolerance must be a number above 0, such as 1e-4; got NaN"],
    [{ opsett: 13 }, "there is no option opsett. There are out, force,"],
    [{ opset: "17" }, 'opset must be a whole number; got "17"'],
    [{ inputsAsNchw: "image" }, 'inputsAsNchw must be true or a list of names: ["image"]; got "image"'],
    [{ dynamic: "height" }, 'dynamic must be a list of names for open axes: ["height", "width"]'],
    [{ force: "yes" }, 'force must be true or false; got "yes"'],
    [{ metric: 3 }, "metric must be a function; got 3"],
    [{ verifyOn: { batchs: [1] } }, "there is no option verifyOn.batchs. There are batches, sizes,"],
    [
      { verifyOn: { batches: [0] } },
      "verifyOn.batches must be a list of whole numbers from 1: [1, 7, 64]; got [0]",
    ],
    [{ verifyOn: [1] }, "verifyOn must be an object such as { batches: ... }, got [1]"],
    [{ verifyOn: { samples: { x: [1, 2] } } }, "verifyOn.samples must be a typed array"],
    [
      { verifyOn: { samples: { z: new Float32Array(2) } } },
      "verifyOn.samples must be for the inputs x; got z",
    ],
    [{ runtimes: [] }, "runtimes must be a list of runtimes"],
    [{ dynamic: ["height"] }, "dynamic is for a LayersModel"],
    [{ shapes: { x: [1, 2] } }, "shapes is for a LayersModel"],
    [null, "the options must be an object such as { out: ... }, got null"],
  ])("exportOnnx %j", async (options, expected) => {
    expect(await refusal(exportOnnx, source, options)).toContain(`exportOnnx: ${expected}`);
  });

  it("undefined is an option that is not given", async () => {
    const { report } = await exportOnnx(source, {
      weights: undefined,
      verifyOn: undefined,
      opset: undefined,
    });
    expect(report.opset).toBe(17);
  });

  it("of the others", async () => {
    expect(await refusal(verifyModel, source, "m.onnx", { tolerence: 1 })).toContain(
      "verifyModel: there is no option tolerence",
    );
    expect(await refusal(verifyModel, source, "m.onnx", { samples: {} })).toContain(
      "verifyModel: samples must be for the inputs x; got none",
    );
    expect(await refusal(loadModel, "m", { register: "layers.mjs" })).toContain(
      'loadModel: register must be a list of files: ["layers.mjs"]; got "layers.mjs"',
    );
    expect(await refusal(trace, fn, source.inputs, { opset: 17, verify: true })).toContain(
      "trace: there is no option verify. There are opset, variables",
    );
    expect(await refusal(trace, open, { dynamics: ["height"] })).toContain(
      "trace: there is no option dynamics. There are opset, dynamic, shapes",
    );
  });
});

describe("what is exported", () => {
  it.each([
    [
      exportOnnx,
      "model.json",
      'exportOnnx: "model.json" is a path; read the model first: await loadModel("model.json")',
    ],
    [verifyModel, "model", 'verifyModel: "model" is a path'],
    [
      exportOnnx,
      undefined,
      "exportOnnx: the first argument must be a LayersModel, what loadModel gives, or { name, fn",
    ],
    [exportOnnx, Promise.resolve(), "got a promise (await it)"],
    [exportOnnx, { fn, name: "m" }, "exportOnnx: inputs must be what each input looks like"],
    [exportOnnx, { fn, inputs: {} }, "exportOnnx: name must be text"],
    [exportOnnx, fn, "or { name, fn, inputs"],
    [verifyModel, open, "verifyModel: the first argument must be a saved model"],
    [loadModel, 5, "loadModel: the first argument must be a path"],
    [trace, fn, "trace: a function needs the shapes of its inputs as the second argument"],
    [trace, "x", 'trace: "x" is a path'],
    [trace, source, "a function and its inputs: trace(fn,"],
  ] as const)("%o %o", async (call, what, expected) => {
    expect(await refusal(call, what)).toContain(expected);
  });

  it("verifyModel takes a path", async () => {
    expect(await refusal(verifyModel, source)).toContain(
      "the second argument must be the path of the ONNX file",
    );
  });

  it.each([
    [[1, 28, 28, 3], "give its shape by name: { shape: [1, 28, 28, 3] }"],
    [
      { shape: [null, 3] },
      "null in the shape [null, 3] is no size; give whole numbers and names. A size that stays",
    ],
    [{ shape: [2.5] }, "2.5 in the shape [2.5] is no size"],
    [{ shape: 3 }, 'give its shape, as in { image: { shape: ["batch", 28, 28, 1] } }; got { shape }'],
    [{ shape: [3], dtype: "float64" }, 'dtype must be one of float32, int32, bool; got "float64"'],
    [{ shape: [3], storage: "int8" }, 'storage must be "uint8" or left out; got "int8"'],
    [{ shape: [3], dtpye: "int32" }, "there is no dtpye; an input has shape, dtype and storage"],
  ])("an input %j", async (spec, expected) => {
    expect(await refusal(trace, fn, { x: spec })).toContain(`trace: input x: ${expected}`);
    expect(await refusal(exportOnnx, { ...source, inputs: { x: spec } })).toContain(
      `exportOnnx: input x: ${expected}`,
    );
  });
});

describe("open axes of a LayersModel in memory", () => {
  it("are named by dynamic or by shapes", async () => {
    const shapeOf = async (options: Parameters<typeof exportOnnx>[1]) =>
      (await exportOnnx(open, { verify: false, ...options })).graph.inputs[0]!.shape.join(" ");
    expect(await shapeOf({ dynamic: ["height", "width"] })).toBe("batch height width 1");
    const [name] = open.inputNames as [string];
    expect(await shapeOf({ shapes: { [name]: ["batch", 9, "width", 1] } })).toBe("batch 9 width 1");
    expect(await refusal(exportOnnx, open)).toMatch(/leaves axes 1, 2 open.*\(dynamic\).*\(shapes\)/);
  });
});
