import {
  linkSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  symlinkSync,
  truncateSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { loadModel } from "@vaekit/export";
import { tf } from "@vaekit/train";
import { afterAll, afterEach, beforeEach, describe, expect, it } from "vitest";
import { float, op, placeholder, put, writeGraphModel } from "../../support/saved-models.ts";

const root = mkdtempSync(join(tmpdir(), "vaekit-files-"));
afterAll(() => rmSync(root, { recursive: true, force: true }));
let count = 0;
let directory: string;
let tensors: number;
const at = (name: string) => join(directory, name);

type Json = Record<string, unknown> & {
  weightsManifest: { paths: string[]; weights: Record<string, unknown>[] }[];
};

/** Two weights in one group of two files: w [4, 3] and b [3], 60 bytes in 40 and 20. */
beforeEach(() => {
  directory = join(root, `m${count++}`);
  const weights = [
    float(
      "w",
      [4, 3],
      Array.from({ length: 12 }, (_, i) => i),
    ),
    float("b", [3], [1, 2, 3]),
  ];
  const nodes = [placeholder("x", [-1, 4]), op("m", "MatMul", ["x", "w"]), op("y", "BiasAdd", ["m", "b"])];
  writeGraphModel(directory, nodes, weights, { shard: 40 });
  tensors = tf.memory().numTensors;
});
afterEach(() => expect(tf.memory().numTensors).toBe(tensors));

const names = ["group1-shard1of2.bin", "group1-shard2of2.bin"] as const;
const readJson = () => JSON.parse(readFileSync(at("model.json"), "utf8")) as Json;

function edit(change: (json: Json) => unknown): void {
  const json = readJson();
  writeFileSync(at("model.json"), JSON.stringify(change(json) ?? json));
}

const setPath = (path: string) => edit((json) => void json.weightsManifest[0]!.paths.splice(1, 1, path));
const setWeight = (fields: object) =>
  edit((json) => void Object.assign(json.weightsManifest[0]!.weights[1]!, fields));

const failure = async (source = directory) => {
  const error = await loadModel(source).catch((caught: Error) => caught);
  expect(error).toMatchObject({ code: "DATA", exitCode: 3 });
  return (error as Error).message;
};

it("the file and its directory both name the model", async () => {
  for (const source of [directory, at("model.json")]) {
    const model = await loadModel(source);
    expect([model.name, model.format, Object.keys(model.inputs)]).toEqual([
      `m${count - 1}`,
      "graph-model",
      ["x"],
    ]);
    model.dispose();
  }
});

describe("weights files", () => {
  it("missing", async () => {
    rmSync(at(names[1]));
    expect(await failure()).toMatch(/shard2of2\.bin: no such file\. The model needs it/);
  });
  it("truncated, too long, or of another model", async () => {
    truncateSync(at(names[1]), 7);
    expect(await failure()).toMatch(
      /2 weights \(w, \.\.\.\) take 60 bytes, their files hold 47 \(.*shard2of2\.bin 7\): a file is truncated/,
    );
    writeFileSync(at(names[1]), new Uint8Array(21));
    expect(await failure()).toMatch(/take 60 bytes, their files hold 61 .*another model\.json/);
  });
  it("declared larger than memory: refused by its files' size, before anything is allocated", async () => {
    setWeight({ shape: [2 ** 36] });
    expect(await failure()).toMatch(/take 274877906992 bytes, their files hold 60/);
  });
  it.each(["../secret.bin", "/etc/hostname", "a/../../secret.bin", "", "..", "."])(
    "outside of the directory: %j",
    async (path) => {
      put(join(root, "secret.bin"), new Uint8Array(20));
      setPath(path);
      expect(await failure()).toMatch(
        /the manifest names the weights file ".*", which is outside of the model's directory/,
      );
    },
  );
  it("at an address", async () => {
    setPath("https://example.com/weights.bin");
    expect(await failure()).toMatch(/which is an address; download it beside model\.json/);
  });
  it("a link that leads outside, in itself or by its folder", async () => {
    put(join(root, "secret/secret.bin"), new Uint8Array(20));
    rmSync(at(names[1]));
    symlinkSync(join(root, "secret/secret.bin"), at(names[1]));
    expect(await failure()).toMatch(/a link that leads outside of the model's directory/);
    symlinkSync(join(root, "secret"), at("inside"));
    setPath("inside/secret.bin");
    expect(await failure()).toMatch(/a link that leads outside of the model's directory/);
  });
  it("a link within the directory, and a folder, are fine", async () => {
    put(at("parts/two.bin"), readFileSync(at(names[1])));
    symlinkSync("parts/two.bin", at("link.bin"));
    linkSync(at("parts/two.bin"), at("hard.bin"));
    for (const path of ["parts/two.bin", "link.bin", "hard.bin"]) {
      setPath(path);
      (await loadModel(directory)).dispose();
    }
  });
  it("a directory", async () => {
    put(at("folder/x"), "");
    setPath("folder");
    expect(await failure()).toMatch(/"folder", which is not a file/);
  });
});

describe("weights manifests", () => {
  it.each<[object, RegExp]>([
    [{ dtype: "float16" }, /weight b: its dtype is "float16"; tfjs reads float32, int32/],
    [{ dtype: "string" }, /weight b: it holds strings/],
    [{ dtype: "toString" }, /weight b: its dtype is "toString"/],
    [{ shape: [-3] }, /weight b: its shape is \[-3\]/],
    [{ shape: [1.5, 2] }, /weight b: its shape is \[1\.5,2\]/],
    [{ shape: "3" }, /weight b: its shape is "3"/],
    [{ shape: [2 ** 30, 2 ** 30] }, /weight b: its shape is/],
    [{ name: "w" }, /weight w is listed twice/],
    [{ name: 3 }, /a weight in the manifest has no name/],
    [
      { quantization: { dtype: "int4" } },
      /weight b: it is quantised to "int4"; tfjs reads uint8, uint16, float16/,
    ],
    [{ quantization: null }, /weight b: it is quantised to undefined/],
    [
      { quantization: { dtype: "uint8", scale: 1 } },
      /weight b: it is quantised to uint8 without a scale and a min/,
    ],
    [
      { dtype: "int32", quantization: { dtype: "float16" } },
      /weight b: int32 cannot be quantised to float16/,
    ],
  ])("%j", async (fields, says) => {
    setWeight(fields);
    expect(await failure()).toMatch(says);
  });

  it.each<[unknown, RegExp]>([
    ["weights.bin", /weightsManifest is a string, not a list/],
    [null, /weightsManifest is null, not a list/],
    [[null], /weightsManifest\[0\] has no paths and weights/],
    [[{ paths: [3], weights: [] }], /weightsManifest\[0\] has no paths and weights/],
    [[{ paths: [], weights: [null] }], /a weight in the manifest has no name/],
  ])("%j", async (manifest, says) => {
    edit((json) => ({ ...json, weightsManifest: manifest }));
    expect(await failure()).toMatch(says);
  });
});

it.each([
  ["gone", '[["gone", 0, 0, {}]]', /the layers d take the outputs of layers that the model does not have/],
  ["itself", '[["d", 0, 0, {}]]', /the layers d take the outputs of .* or of each other in a circle/],
  ["nothing", "[]", /tfjs-layers cannot build this model/],
])("a layer that takes the output of %s, where tfjs-layers would never end", async (_, call, says) => {
  const layers = [
    {
      class_name: "InputLayer",
      name: "x",
      config: { batch_input_shape: [null, 2], name: "x" },
      inbound_nodes: [],
    },
    { class_name: "Dense", name: "d", config: { units: 2, name: "d" }, inbound_nodes: [JSON.parse(call)] },
  ];
  const config = { name: "m", layers, input_layers: [["x", 0, 0]], output_layers: [["d", 0, 0]] };
  const modelTopology = { class_name: "Model", config };
  writeFileSync(at("model.json"), JSON.stringify({ modelTopology, weightsManifest: [] }));
  expect(await failure()).toMatch(says);
});

describe("files that are no model", () => {
  it.each<[string, RegExp]>([
    ["", /not JSON .*expected a tfjs layers-model or graph-model/],
    ["\u0000\u0001", /not JSON/],
    ["[]", /not a model: expected/],
    ["3", /not a model: expected/],
    ['[{"paths": ["a"], "weights": []}]', /a weights manifest of tfjs before 1\.0/],
    ['{"version": 1}', /no modelTopology/],
    ['{"class_name": "Sequential", "config": []}', /the layers of a model without its weights/],
    [
      '{"modelTopology": {"class_name": "Model"}, "weightsManifest": [], "format": "onnx"}',
      /its format is "onnx"/,
    ],
    ['{"modelTopology": {}, "weightsManifest": []}', /its format is undefined/],
    ['{"modelTopology": {"class_name": "Model"}}', /no weightsManifest in model\.json/],
    ['{"modelTopology": {}, "weightsManifest": [], "format": "graph-model"}', /a graph-model without nodes/],
    [
      '{"format": "layers-model", "modelTopology": {"keras_version": "3.4.1", "model_config": {"class_name": "Functional"}}, "weightsManifest": []}',
      /written by Keras 3/,
    ],
    [
      '{"module": "keras", "class_name": "Functional", "config": {}, "registered_name": "Functional"}',
      /written by Keras 3/,
    ],
    [
      '{"format": "layers-model", "modelTopology": {"class_name": "Model", "config": {"layers": 3}}, "weightsManifest": []}',
      /tfjs-layers cannot build this model/,
    ],
    ['{"modelTopology": {"node": []}, "weightsManifest": []}', /tfjs-converter cannot read this model/],
  ])("%s", async (contents, says) => {
    writeFileSync(at("model.json"), contents);
    expect(await failure()).toMatch(says);
  });

  it("directories without model.json: says what is there", async () => {
    expect(await failure(join(root, "nowhere"))).toMatch(/nowhere: no such file or directory/);
    put(join(root, "other/config.json"), "{}");
    expect(await failure(join(root, "other"))).toMatch(/other: no model\.json there; it has config\.json/);
    put(join(root, "saved/saved_model.pb"), "");
    expect(await failure(join(root, "saved"))).toMatch(/This is a TensorFlow SavedModel: .*tf2onnx/);
  });
});
