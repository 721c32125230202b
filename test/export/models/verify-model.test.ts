import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import * as kit from "@tensorflow/tfjs-layers";
import {
  affordableBatches,
  type ExportSource,
  exportOnnx,
  layersSource,
  type VerifyModelOptions,
  verifyModel,
} from "@vaekit/export";
import { loadRuntime, type Runtime } from "@vaekit/infer";
import { tf } from "@vaekit/train";
import { afterAll, describe, expect, it } from "vitest";

const folder = mkdtempSync(join(tmpdir(), "vaekit-pair-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));
let count = 0;

const w = tf.tensor2d([1, 2, 3, 4, 5, 6], [3, 2]);
afterAll(() => w.dispose());
const dense: ExportSource = {
  name: "dense",
  inputs: { x: { shape: ["batch", 3] } },
  fn: ({ x }) => ({ y: tf.matMul(x!, w) }),
};
const picture: ExportSource = {
  name: "picture",
  inputs: { image: { shape: ["batch", 4, 5, 3] } },
  fn: ({ image }) => ({ out: tf.relu(image!) }),
};

async function write(source: ExportSource, options = {}): Promise<string> {
  const out = join(folder, `${count++}.onnx`);
  await exportOnnx(source, { out, verify: false, ...options });
  return out;
}

const usage = { code: "USAGE", exitCode: 2 };
const node = async (): Promise<readonly Runtime[]> => [await loadRuntime("node")];
const failure = async (
  source: ExportSource,
  onnx: string,
  options: VerifyModelOptions = {},
  kind: object = { code: "VERIFICATION", exitCode: 4 },
) => {
  const error = await verifyModel(source, onnx, { runtimes: await node(), ...options }).catch(
    (e: Error) => e,
  );
  expect(error).toMatchObject(kind);
  return (error as Error).message;
};

describe("a tfjs model and an ONNX file", () => {
  it("agree in both runtimes, at the batches that were asked for", async () => {
    const report = await verifyModel(dense, await write(dense), { batches: [2, 5], tolerance: 1e-6 });
    expect(Object.keys(report)).toEqual(["node", "web"]);
    expect(report.web).toMatchObject({ batches: [2, 5], tolerance: 1e-6 });
    for (const { outputs } of Object.values(report)) expect(outputs.y!.maxRelative).toBeLessThan(1e-6);
  });

  it("disagree: which output, in which file, by how much", async () => {
    const other = await write({ ...dense, fn: ({ x }) => ({ y: tf.mul(tf.matMul(x!, w), 1.001) }) });
    const message = await failure(dense, other);
    expect(message).toMatch(
      /\.onnx on node: 1 of 1 outputs differ from tfjs by more than 0\.00001\n {2}y: largest relative error 1\.\d+e-3/,
    );
    expect(message).toMatch(/see --tolerance/);
    await verifyModel(dense, other, { runtimes: await node(), tolerance: 0.01 });
  });

  it("names that differ are shown, and can be mapped", async () => {
    const other = await write({
      ...dense,
      inputs: { "in:0": { shape: ["batch", 3] } },
      fn: (given) => ({ "out:0": tf.matMul(given["in:0"]!, w) }),
    });
    expect(await failure(dense, other)).toMatch(
      /the tfjs model has no input in:0\. Where names differ give --rename <tfjs>=in:0\n {2}tfjs: x \[batch, 3\] float32\n {2}ONNX: in:0 \[batch, 3\] float32/,
    );
    expect(await failure(dense, other, { rename: { x: "in:0" } })).toMatch(/output y is missing/);
    expect(await failure(dense, other, { rename: { x: "nope" } }, usage)).toMatch(
      /--rename gives "nope", the file has in:0, out:0/,
    );
    await verifyModel(dense, other, { rename: { x: "in:0", y: "out:0" } });
  });

  it("a missing input, another dtype, another shape", async () => {
    const two: ExportSource = {
      ...dense,
      inputs: { ...dense.inputs, more: { shape: ["batch", 2] } },
      fn: ({ x, more }) => ({ y: tf.add(tf.matMul(x!, w), more!) }),
    };
    expect(await failure(two, await write(dense))).toMatch(/the file has no input more/);
    const counted: ExportSource = {
      ...dense,
      inputs: { x: { shape: ["batch", 3], dtype: "int32" } },
      fn: ({ x }) => ({ y: tf.matMul(tf.cast(x!, "float32"), w) }),
    };
    expect(await failure(dense, await write(counted))).toMatch(/input x is int32 in the file, not float32/);
    const wide: ExportSource = {
      ...dense,
      inputs: { x: { shape: ["batch", 4] } },
      fn: ({ x }) => ({ y: tf.relu(x!) }),
    };
    expect(await failure(dense, await write(wide))).toMatch(/input x has another shape in the file\n/);
  });

  it("channels first: says so, and compares when it is told", async () => {
    const turned = await write(picture, { inputsAsNchw: true, outputsAsNchw: true });
    expect(await failure(picture, turned)).toMatch(/It has the channels first: give --inputs-nchw/);
    await verifyModel(picture, turned, {
      runtimes: await node(),
      inputsAsNchw: true,
      outputsAsNchw: ["out"],
    });
    expect(await failure(picture, turned, { inputsAsNchw: true })).toMatch(
      /output out is \[1,3,4,5\], tfjs gives \[1,4,5,3\]/,
    );
  });

  it("a file of one batch only", async () => {
    const fixed = await write({ ...dense, inputs: { x: { shape: [2, 3] } } });
    expect(await failure(dense, fixed, {}, usage)).toMatch(
      /the file fixes batch of input x at 2; give --batch 2/,
    );
    await verifyModel(dense, fixed, { runtimes: await node(), batches: [2] });
  });
});

it("large inputs are verified in small batches, a fixed batch once", () => {
  const batches = (...shape: (number | string)[]) => affordableBatches({ x: { shape } });
  expect(batches("batch", 28, 28, 1)).toEqual([1, 7, 64]);
  expect(batches("batch", 224, 224, 3)).toEqual([1, 6]);
  expect(batches("batch", 4096, 4096, 3)).toEqual([1, 2]);
  expect(batches("batch", "height", "width", 3)).toEqual([1, 7, 64]);
  expect(batches(5, 28, 28, 1)).toEqual([1]);
});

describe("inputs that are indices", () => {
  const embedding = () => {
    const x = kit.input({ shape: [4], name: "words" });
    const y = kit.layers.embedding({ inputDim: 5, outputDim: 3 }).apply(x) as kit.SymbolicTensor;
    return kit.model({ inputs: x, outputs: y });
  };

  it("are drawn below the size of the table", async () => {
    const model = embedding();
    const { report } = await exportOnnx(model, { tolerance: 1e-6 });
    expect(report.verified!.node!.batches).toEqual([1, 7, 64]);
    const source = layersSource(model);
    const out = join(folder, "words.onnx");
    await exportOnnx(source, { out });
    await verifyModel(source, out, { tolerance: 1e-6 });
    model.dispose();
  });

  it("where that is not found, the error asks for samples, and they do", async () => {
    const table = tf.tensor2d([1, 2, 3], [3, 1]);
    const source: ExportSource = {
      name: "shifted",
      inputs: { at: { shape: ["batch"], dtype: "int32" } },
      fn: ({ at }) => ({ y: tf.gather(table, tf.sub(at!, tf.scalar(1, "int32"))) }),
    };
    const out = await write(source);
    expect(await failure(source, out)).toMatch(
      /tfjs cannot run on the inputs it was given: .*\n.*--samples file\.npz/,
    );
    const samples = { at: Int32Array.of(1, 2, 3, 3) };
    await verifyModel(source, out, { runtimes: await node(), samples, random: false });
    table.dispose();
  });
});
