import { spawnSync } from "node:child_process";
import {
  linkSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  realpathSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { join } from "node:path";
import {
  batch,
  exportOnnx,
  Graph,
  inspectModel,
  ModelError,
  openModel,
  readModel,
  writeModel,
} from "@vaekit/export";
import { DataError, loadRuntime, RandomStream, VerificationError } from "@vaekit/infer";
import { tf } from "@vaekit/train";
import { describe, expect, it } from "vitest";
import { onnx } from "../../packages/export/src/proto/generated/onnx.js";
import { findPython } from "../../tools/python.mjs";
import { temporaryDirectory } from "../support/data.ts";
import { runOnnx } from "./support.ts";

const python = findPython({ needs: ["onnx", "onnxruntime"] });
const withoutPython = python
  ? ""
  : " (skipped: no Python with onnx; node tools/python.mjs --only onnx installs it)";
const width = 64;
const feeds = { x: { dtype: "float32", shape: [2, width], data: values(2 * width, 9) } } as const;

function values(size: number, seed: number): Float32Array<ArrayBuffer> {
  return new RandomStream(seed, "sample").normal(new Float32Array(size)) as Float32Array<ArrayBuffer>;
}

/** x -> relu(x w0) -> relu(. w1) ...; every `equal` weights the same elements in other memory. */
function mlp({ layers = 3, equal = false } = {}): Graph {
  const graph = new Graph();
  let x = graph.input("x", "float32", [batch, width]);
  for (let i = 0; i < layers; i++) {
    const weights = values(width * width, equal ? 1 : i).map((value) => value / 8);
    const bias = graph.constant("float32", values(width, i + 50), [width], `layer${i}/bias`);
    const product = graph.op("MatMul", [
      x,
      graph.constant("float32", weights, [width, width], `layer${i}/weights`),
    ]);
    x = graph.op("Relu", [graph.op("Add", [product, bias])]);
  }
  graph.output("y", x);
  return graph;
}

const read = (path: string) => onnx.ModelProto.decode(readFileSync(path));
const placesOf = (model: onnx.ModelProto) =>
  model.graph!.initializer!.map(({ name, external_data }) => ({
    name,
    ...Object.fromEntries(external_data!.map(({ key, value }) => [key, value])),
  }));

/** A model whose weights are in `place`, which is made as `make` likes it. */
async function modelWith(location: string, make: (directory: string, data: Uint8Array) => void = () => {}) {
  const directory = join(temporaryDirectory(), "model");
  mkdirSync(directory);
  const path = join(directory, "m.onnx");
  await writeModel(path, mlp(), { externalData: true });
  const model = read(path);
  for (const { external_data } of model.graph!.initializer!)
    for (const entry of external_data ?? []) if (entry.key === "location") entry.value = location;
  writeFileSync(path, onnx.ModelProto.encode(model).finish());
  const data = readFileSync(`${path}.data`);
  rmSync(`${path}.data`);
  make(directory, data);
  return path;
}

describe("weights beside the model", () => {
  it("come back bit for bit, and compute the same in both runtimes", async () => {
    const path = join(temporaryDirectory(), "m.onnx");
    const graph = mlp();
    const written = await writeModel(path, graph, { externalData: true });
    expect(written.data).toEqual({
      path: realpathSync(`${path}.data`),
      bytes: statSync(`${path}.data`).size,
    });
    expect(written.model.bytes).toBeLessThan(4096);
    const expected = await runOnnx(graph, feeds);
    expect(await runOnnx((await readModel(path)).graph, feeds)).toEqual(expected);
    for (const name of ["node", "web"] as const) {
      const session = await openModel(path, { runtime: await loadRuntime(name) });
      const { y } = await session.run(feeds);
      await session.dispose();
      expect(y!.data as Float32Array).toBeAllClose(expected.y!.data as Float32Array, { scaleTol: 1e-6 });
    }
  });

  it("start at whole cache lines, large ones at whole 64 KiB, with nothing but zeros between", async () => {
    const graph = new Graph();
    const sizes = [300, 2 ** 18, 1000, 2 ** 18 + 1, 500];
    const x = graph.input("x", "float32", [1]);
    sizes.forEach((size, i) => {
      graph.output(
        `y${i}`,
        graph.op("Mul", [x, graph.constant("float32", values(size, i).map(Math.abs), [size])]),
      );
    });
    const path = join(temporaryDirectory(), "m.onnx");
    const { data } = await writeModel(path, graph, { externalData: true });
    const places = placesOf(read(path)) as unknown as { offset: string; length: string; location: string }[];
    const offsets = places.map(({ offset }) => Number(offset));
    expect(offsets).toEqual([0, 2 ** 16, 2 ** 16 + 2 ** 20, 2 ** 17 + 2 ** 20, 2 ** 17 + 2 ** 21 + 64]);
    expect(places.map(({ length }) => Number(length))).toEqual(sizes.map((size) => 4 * size));
    expect(data!.bytes).toBe(offsets.at(-1)! + 2000);
    const bytes = readFileSync(data!.path);
    expect(bytes.subarray(1200, 2 ** 16).every((byte) => byte === 0)).toBe(true);
  });

  it("equal ones are stored once", async () => {
    const folder = temporaryDirectory();
    const once = await writeModel(join(folder, "once.onnx"), mlp({ layers: 1 }), { externalData: true });
    const equal = await writeModel(join(folder, "equal.onnx"), mlp({ layers: 9, equal: true }), {
      externalData: true,
    });
    expect(equal.data!.bytes).toBe(once.data!.bytes);
    const { graph } = await readModel(equal.model.path);
    expect(await runOnnx(graph, feeds)).toEqual(await runOnnx(mlp({ layers: 9, equal: true }), feeds));
  });

  it("small ones stay inside; externalThreshold says what is small", async () => {
    const folder = temporaryDirectory();
    const outside = async (externalThreshold?: number) => {
      const path = join(folder, `${externalThreshold}.onnx`);
      await writeModel(path, mlp({ layers: 1 }), { externalData: true, externalThreshold });
      return read(path).graph!.initializer!.filter(({ data_location }) => data_location === 1).length;
    };
    expect(await outside()).toBe(1);
    expect(await outside(0)).toBe(2);
    expect(await outside(2 ** 20)).toBe(0);
    expect(readdirSync(folder).filter((file) => file.endsWith(".data"))).toHaveLength(2);
  });

  it("are inside below 2 GB unless asked for", async () => {
    const folder = temporaryDirectory();
    expect((await writeModel(join(folder, "m.onnx"), mlp())).data).toBeNull();
    expect(readdirSync(folder)).toEqual(["m.onnx"]);
  });

  it("a write that fails leaves nothing behind", async () => {
    const folder = temporaryDirectory();
    mkdirSync(join(folder, "m.onnx.data"));
    await expect(writeModel(join(folder, "m.onnx"), mlp(), { externalData: true })).rejects.toThrow(
      ModelError,
    );
    await expect(writeModel(join(folder, "none/m.onnx"), mlp(), { externalData: true })).rejects.toThrow(
      /there is no directory/,
    );
    await expect(writeModel(join(folder, "none/m.onnx"), mlp())).rejects.toThrow(DataError);
    expect(readdirSync(folder)).toEqual(["m.onnx.data"]);
  });

  it.skipIf(!python)(`onnx.checker and Python's onnxruntime accept them${withoutPython}`, async () => {
    const path = join(temporaryDirectory(), "m.onnx");
    await writeModel(path, mlp(), { externalData: true });
    const script = join(import.meta.dirname, "../oracles/onnx_check.py");
    const { stdout } = spawnSync(python!, [script, path], { encoding: "utf8" });
    expect(JSON.parse(stdout).files).toMatchObject([{ ok: true, error: null }]);
  });
});

describe("exportOnnx", () => {
  const source = () => {
    const w = tf.tensor2d(
      values(width * width, 3).map((value) => value / 8),
      [width, width],
    );
    const b = tf.tensor1d(values(width, 4));
    const fn = ({ x }: Record<string, tf.Tensor>) => ({
      y: tf.relu(tf.add(tf.matMul(x as tf.Tensor2D, w), b)),
    });
    return {
      name: "dense",
      fn,
      inputs: { x: { shape: ["batch", width] } },
    } as const;
  };

  it("verifies a model with its weights beside it in both runtimes, then moves both files to their places", async () => {
    const folder = temporaryDirectory();
    const out = join(folder, "m.onnx");
    const runtimes = [await loadRuntime("node"), await loadRuntime("web")];
    const { report, bytes } = await exportOnnx(source(), { out, externalData: true, runtimes });
    expect(bytes).toBeNull();
    expect(Object.keys(report.verified!)).toEqual(["node", "web"]);
    expect(report.files).toEqual([out, realpathSync(`${out}.data`)]);
    expect(report.bytes).toBe(statSync(out).size + statSync(`${out}.data`).size);
    expect(readdirSync(folder).toSorted()).toEqual(["m.onnx", "m.onnx.data"]);
    const { report: inspected } = await inspectModel(out);
    expect(inspected.external).toMatchObject([{ location: "m.onnx.data", problem: null }]);
  });

  it("leaves nothing behind where it fails, and replaces nothing unasked", async () => {
    const folder = temporaryDirectory();
    const out = join(folder, "m.onnx");
    const unlike = exportOnnx(source(), { out, externalData: true, tolerance: 1e-30 });
    await expect(unlike).rejects.toThrow(VerificationError);
    expect(readdirSync(folder)).toEqual([]);
    writeFileSync(`${out}.data`, "mine");
    await expect(exportOnnx(source(), { out, externalData: true })).rejects.toThrow(
      /m.onnx.data exists already/,
    );
    expect(readdirSync(folder)).toEqual(["m.onnx.data"]);
    await exportOnnx(source(), { out, externalData: true, force: true });
    expect((await inspectModel(out)).report.external[0]!.problem).toBeNull();
    await expect(exportOnnx(source(), { externalData: true })).rejects.toThrow(/say where it goes: out/);
  });
});

describe("external data is read from plain files inside the model's directory only", () => {
  const outside = (directory: string, data: Uint8Array) => {
    const path = join(directory, "../outside.data");
    writeFileSync(path, data);
    return path;
  };
  type Make = (directory: string, data: Uint8Array) => void;
  const plain =
    (name: string): Make =>
    (directory, data) =>
      writeFileSync(join(directory, name), data);
  const refused: Record<string, [location: string, says: RegExp, make?: Make]> = {
    "..": ["../outside.data", /leaves the model's directory/, outside],
    ".. further down": ["a/../../outside.data", /leaves the model's directory/, outside],
    ".. that comes back": ["a/../w.data", /leaves the model's directory/, plain("w.data")],
    "what Windows takes for ..": [".. /outside.data", /leaves the model's directory/],
    "an absolute path": ["/etc/hostname", /is an absolute path/],
    "a drive": ["C:/w.data", /holds a colon/],
    "a drive without a slash": ["C:w.data", /holds a colon/],
    "a URL": ["file:///etc/hostname", /holds a colon/],
    "a stream": ["w.data:hidden", /holds a colon/, plain("w.data:hidden")],
    "a share": ["\\\\server\\share\\w.data", /holds a backslash/],
    "a backslash": ["..\\outside.data", /holds a backslash/, plain("..\\outside.data")],
    "a share with slashes": ["//server/share/w.data", /is an absolute path/],
    "a NUL": ["w.data\0.txt", /holds a NUL/],
    "no name": ["", /names no file/],
    "a dot": [".", /names no file/],
    "a directory's name": ["w.data/", /names no file/],
    "a file that is not there": ["w.data", /does not exist/],
    "a directory": ["w.data", /is no plain file/, (directory) => mkdirSync(join(directory, "w.data"))],
    "a pipe": [
      "w.data",
      /is no plain file/,
      (directory) => expect(spawnSync("mkfifo", [join(directory, "w.data")]).status).toBe(0),
    ],
    "a symbolic link": [
      "w.data",
      /is a symbolic link/,
      (directory, data) => symlinkSync(outside(directory, data), join(directory, "w.data")),
    ],
    "a symbolic link inside the directory": [
      "w.data",
      /is a symbolic link/,
      (directory, data) => {
        plain("real.data")(directory, data);
        symlinkSync("real.data", join(directory, "w.data"));
      },
    ],
    "a hard link": [
      "w.data",
      /is a hard link/,
      (directory, data) => linkSync(outside(directory, data), join(directory, "w.data")),
    ],
    "a folder that is a link": [
      "a/outside.data",
      /goes through a, a symbolic link/,
      (directory, data) => {
        outside(directory, data);
        symlinkSync("..", join(directory, "a"));
      },
    ],
    "a folder that is a file": ["w.data/x", /goes through w.data, which is no directory/, plain("w.data")],
    "a file that is too short": [
      "w.data",
      /lies at bytes \d+ to \d+ of w.data, which has 300/,
      (directory, data) => plain("w.data")(directory, data.subarray(0, 300)),
    ],
  };

  it.each(Object.entries(refused))("%s", async (_, [location, says, make]) => {
    const path = await modelWith(location, make);
    for (const open of [readModel, openModel]) {
      await expect(open(path)).rejects.toThrow(ModelError);
      await expect(open(path)).rejects.toThrow(says);
    }
  });

  it("a file in a folder below, and a model's directory behind a link, are fine", async () => {
    const path = await modelWith("./a/b/w.data", (directory, data) => {
      mkdirSync(join(directory, "a/b"), { recursive: true });
      plain("a/b/w.data")(directory, data);
    });
    const link = join(temporaryDirectory(), "link");
    symlinkSync(join(path, ".."), link);
    for (const place of [path, join(link, "m.onnx")]) {
      expect(await runOnnx((await readModel(place)).graph, feeds)).toEqual(await runOnnx(mlp(), feeds));
    }
  });

  const changed = async (
    key: string,
    value: string,
    also: (tensor: onnx.TensorProto.$Properties) => void = () => {},
  ) => {
    const path = await modelWith("w.data", plain("w.data"));
    const model = read(path);
    const tensor = model.graph!.initializer!.find(({ data_location }) => data_location === 1)!;
    for (const entry of tensor.external_data!) if (entry.key === key) entry.value = value;
    also(tensor);
    writeFileSync(path, onnx.ModelProto.encode(model).finish());
    return path;
  };
  it.each([
    ["offset", "-4", /offset "-4" is no number of bytes/],
    ["offset", "0x10", /is no number of bytes/],
    ["offset", "9".repeat(30), /is no number of bytes/],
    ["offset", "9007199254740000", /lies at bytes 9007199254740000 to/],
    ["length", "1e9", /is no number of bytes/],
    ["length", "4", /takes 16384 bytes, but names 4/],
  ])("%s %s is refused before anything is allocated", async (key, value, says) => {
    const path = await changed(key, value);
    await expect(readModel(path)).rejects.toThrow(ModelError);
    await expect(readModel(path)).rejects.toThrow(says);
  });

  it("sizes that no file has, and regions that overlap, are refused", async () => {
    const huge = await changed("length", "1", (tensor) => {
      tensor.dims = [2 ** 31, 2 ** 31];
    });
    await expect(readModel(huge)).rejects.toThrow(/more elements than 53 bits count/);
    const negative = await changed("length", "1", (tensor) => {
      tensor.dims = [-1];
    });
    await expect(readModel(negative)).rejects.toThrow(/has the size -1/);
    const path = await modelWith("w.data", plain("w.data"));
    const model = read(path);
    model.graph!.initializer = Array.from({ length: 50 }, (_, i) => ({
      name: `t${i}`,
      data_type: 1,
      dims: [8000],
      data_location: 1,
      external_data: Object.entries({ location: "w.data", offset: `${i * 4}` }).map(([key, value]) => ({
        key,
        value,
      })),
    }));
    writeFileSync(path, onnx.ModelProto.encode(model).finish());
    await expect(readModel(path)).rejects.toThrow(/tensors overlap in/);
  });
});

describe("external data is written to plain files only", () => {
  const makers: Record<string, [RegExp, (place: string, victim: string) => void]> = {
    "a symbolic link": [/is a symbolic link/, (place, victim) => symlinkSync(victim, place)],
    "a dangling link": [/is a symbolic link/, (place, victim) => symlinkSync(`${victim}.none`, place)],
    "a hard link": [/is a hard link/, (place, victim) => linkSync(victim, place)],
    "a directory": [/is no plain file/, (place) => mkdirSync(place)],
  };
  it.each(Object.entries(makers))("%s is left alone", async (_, [says, make]) => {
    const folder = mkdtempSync(join(temporaryDirectory(), "out-"));
    const victim = join(folder, "victim");
    writeFileSync(victim, "mine");
    make(join(folder, "m.onnx.data"), victim);
    const result = writeModel(join(folder, "m.onnx"), mlp(), { externalData: true });
    await expect(result).rejects.toThrow(ModelError);
    await expect(result).rejects.toThrow(says);
    expect(readFileSync(victim, "utf8")).toBe("mine");
    expect(readdirSync(folder)).not.toContain("m.onnx");
  });
});
