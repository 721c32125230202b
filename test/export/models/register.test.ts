import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { exportOnnx, loadModel } from "@vaekit/export";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { float, op, placeholder, put, writeGraphModel, writeModel } from "../../support/saved-models.ts";
import { float as tensor } from "../lower/values.ts";
import { runOnnx } from "../support.ts";

const folder = mkdtempSync(join(tmpdir(), "vaekit-register-"));
const at = (name: string) => join(folder, name);
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** A layer of a class that nobody knows, around nothing: x * factor. */
function customModel(directory: string, className: string): void {
  const layer = (class_name: string, config: object, inbound_nodes: unknown[]) => ({
    class_name,
    name: (config as { name: string }).name,
    config,
    inbound_nodes,
  });
  const inputConfig = { batch_input_shape: [null, 2], dtype: "float32", sparse: false, name: "x" };
  writeModel(
    directory,
    {
      format: "layers-model",
      modelTopology: {
        class_name: "Model",
        config: {
          name: "m",
          layers: [
            layer("InputLayer", inputConfig, []),
            layer(className, { name: "first", factor: 3 }, [[["x", 0, 0, {}]]]),
            layer("Wrapped", { name: "outer", layer: { class_name: "Inner", config: { name: "inner" } } }, [
              [["first", 0, 0, {}]],
            ]),
          ].slice(0, className === "Pair" ? 3 : 2),
          input_layers: [["x", 0, 0]],
          output_layers: [["first", 0, 0]],
        },
      },
    },
    [],
  );
}

const classOf = (name: string) => `class extends layers.Layer {
  static className = "${name}";
  constructor(config) { super(config); this.factor = config.factor; }
  call(x) { return tf.mul([x].flat()[0], this.factor); }
}`;

beforeAll(() => {
  customModel(at("given"), "Given");
  put(
    at("given.mjs"),
    `export default ({ tf, layers: { layers } }) => { tf.serialization.registerClass(${classOf("Given")}); };`,
  );
  put(at("nothing.mjs"), "export const x = 1;");
  put(at("throws.mjs"), 'throw new Error("no such thing");');
  put(
    at("node_modules/@tensorflow/tfjs-core/package.json"),
    '{"name": "@tensorflow/tfjs-core", "main": "index.js"}',
  );
  put(
    at("project/node_modules/@tensorflow/tfjs-core/index.js"),
    "exports.serialization = { registerClass() {} };",
  );
  put(
    at("project/other.mjs"),
    'import tf from "@tensorflow/tfjs-core"; tf.serialization.registerClass(class Given {});',
  );
});

describe("custom layers", () => {
  it("that are not registered: all of them, with the layers' names and what to do", async () => {
    customModel(at("pair"), "Pair");
    const error = await loadModel(at("pair")).catch((caught: Error) => caught);
    expect((error as Error).message).toMatch(/3 layers are of classes that tfjs-layers does not know/);
    for (const row of [
      "Pair  (layer first)",
      "Wrapped  (layer outer)",
      "Inner  (layer inner)",
      "--register layers.mjs",
    ]) {
      expect((error as Error).message).toContain(row);
    }
    expect(error).toMatchObject({ code: "DATA" });
  });

  it("a file that registers nothing is named", async () => {
    await expect(loadModel(at("given"), { register: [at("nothing.mjs")] })).rejects.toThrow(
      /Given {2}\(layer first\)\n.*nothing\.mjs registered no class\n/,
    );
  });

  it("another copy of tfjs-core is found, and how to do without", async () => {
    await expect(loadModel(at("given"), { register: [at("project/other.mjs")] })).rejects.toThrow(
      /other\.mjs registered no class; its @tensorflow\/tfjs-core is another copy than vaekit's .*export default \(\{ tf, layers \}\)/,
    );
  });

  it("a default export gets the tfjs that models are loaded with", async () => {
    const source = await loadModel(at("given"), { register: [at("given.mjs")] });
    const { graph } = await exportOnnx(source, { tolerance: 1e-6 });
    source.dispose();
    const x = tensor([1, -2, 4, 0.5], [2, 2]);
    expect(Array.from((await runOnnx(graph, { x })).first!.data as Float32Array)).toEqual([3, -6, 12, 1.5]);
  });

  it("may call tensors' methods, which tfjs-core alone does not have", async () => {
    customModel(at("methods"), "Methods");
    const methods = classOf("Methods").replace(
      "tf.mul([x].flat()[0], this.factor)",
      "[x].flat()[0].mul(this.factor).reshape([-1, 2]).toFloat()",
    );
    put(
      at("methods.mjs"),
      `export default ({ tf, layers: { layers } }) => { tf.serialization.registerClass(${methods}); };`,
    );
    const source = await loadModel(at("methods"), { register: [at("methods.mjs")] });
    const { graph } = await exportOnnx(source, { tolerance: 1e-6 });
    source.dispose();
    const { first } = await runOnnx(graph, { x: tensor([1, -2], [1, 2]) });
    expect(Array.from(first!.data as Float32Array)).toEqual([3, -6]);
  });

  it.each([
    ["missing.mjs", /--register .*missing\.mjs: no such file\. It is an ES module/],
    ["throws.mjs", /--register .*throws\.mjs: it failed: no such thing/],
  ])("%s", async (file, says) => {
    await expect(loadModel(at("given"), { register: [at(file)] })).rejects.toThrow(says);
  });
});

it("ops of a graph-model can be registered", async () => {
  writeGraphModel(
    at("ops"),
    [placeholder("x", [-1, 2]), op("y", "TimesSeven", ["x", "w"])],
    [float("w", [2], [7, 7])],
  );
  await expect(loadModel(at("ops"))).rejects.toThrow(
    /TimesSeven {2}\(y\): an op that tfjs-converter does not know/,
  );
  put(
    at("ops.mjs"),
    'export default ({ tf, converter }) => converter.registerOp("TimesSeven", (node) => tf.mul(node.inputs[0], node.inputs[1]));',
  );
  const source = await loadModel(at("ops"), { register: [at("ops.mjs")] });
  const { graph } = await exportOnnx(source, { tolerance: 1e-6 });
  source.dispose();
  const { y } = await runOnnx(graph, { x: tensor([1, 2], [1, 2]) });
  expect(Array.from(y!.data as Float32Array)).toEqual([7, 14]);
});
