import { existsSync, mkdtempSync, rmSync, truncateSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import * as kit from "@tensorflow/tfjs-layers";
import { tf } from "@vaekit/train";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { npz } from "../support/npz.ts";
import { op, placeholder, port, put, saveLayersModel, writeGraphModel } from "../support/saved-models.ts";
import { vaekitHere } from "./in-process.ts";
import { vaekit } from "./run.ts";

const { layers: kinds, input, model } = kit;
type Symbol = kit.SymbolicTensor;
const folder = mkdtempSync(join(tmpdir(), "vaekit-convert-"));
const at = (...parts: string[]) => join(folder, ...parts);
const run = (...args: string[]) => vaekitHere(args, folder);
const register = join(import.meta.dirname, "../support/register-scale.mjs");

class Scale extends kinds.Layer {
  static className = "Scale";
}

async function save(name: string, inputs: Symbol | Symbol[], outputs: unknown): Promise<void> {
  const built = model({ inputs, outputs: outputs as Symbol[] });
  await saveLayersModel(built, at(name), name === "dense" ? { shard: 100, quantize: "uint8" } : {});
  built.dispose();
}

beforeAll(async () => {
  const x = input({ shape: [8], name: "x" });
  await save("dense", x, kinds.dense({ units: 4, name: "y" }).apply(kinds.dense({ units: 9 }).apply(x)));
  await save("other", x, kinds.dense({ units: 4, name: "y" }).apply(x));
  const image = input({ shape: [null, null, 3], name: "image" });
  await save("open", image, kinds.dense({ units: 2, name: "y" }).apply(image));
  const picture = input({ shape: [6, 5, 3], name: "image" });
  await save("picture", picture, kinds.conv2d({ filters: 2, kernelSize: 3, name: "y" }).apply(picture));
  tf.serialization.registerClass(Scale as never);
  await save("custom", x, new Scale({ name: "twice" } as object).apply(x));
  const words = input({ shape: [4], name: "words" });
  const table = kinds.embedding({ inputDim: 5, outputDim: 3, name: "y" });
  await save("words", [words, x], [table.apply(words), kinds.dense({ units: 2, name: "z" }).apply(x)]);
  await save("cut", x, kinds.dense({ units: 4 }).apply(x));
  truncateSync(at("cut/group1-shard1of1.bin"), 50);
  const signature = { inputs: { x: port("x:0", [-1, 2]) }, outputs: { y: port("found:0", [-1]) } };
  writeGraphModel(at("loop"), [placeholder("x", [-1, 2]), op("found", "Where", ["x"])], [], { signature });
  const pair = { inputs: { a: port("in:0", [-1, 2]) }, outputs: { b: port("out:0", [-1, 2]) } };
  writeGraphModel(at("graph"), [placeholder("in", [-1, 2]), op("out", "Tanh", ["in"])], [], {
    signature: pair,
  });
  const rows = {
    words: { data: Int32Array.of(0, 1, 2, 3, 4, 4, 3, 2), shape: [2, 4] },
    x: { data: new Float32Array(24).fill(0.5), shape: [3, 8] },
  };
  put(at("rows.npz"), npz(rows));
  put(at("packed.npz"), npz(rows, true));
  put(at("few.npz"), npz({ x: rows.x }));
  put(at("narrow.npz"), npz({ ...rows, x: { data: new Float32Array(6), shape: [2, 3] } }));
  put(at("text.npz"), "no zip at all, and longer than its end");
  put(at("empty"), "");
  put(at("taken.onnx"), "");
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

describe("vaekit convert", () => {
  it("writes a verified file that verify accepts, and says what to do next", () => {
    const made = vaekit(["convert", "dense", "--out", "dense.onnx"], folder);
    expect(made).toMatchObject({ code: 0, stderr: "" });
    expect(made.stdout).toMatch(
      /^dense\.onnx: opset 17, \d+ nodes \(\d+ as traced\), 121 parameters, [\d.]+ (kB|bytes)\n/,
    );
    expect(made.stdout).toMatch(/ONNX Runtime agrees with tfjs; largest errors:\n {2}y +[\d.e-]+ absolute/);
    expect(made.stdout).toContain(
      "Next: npx vaekit inspect dense.onnx; npx vaekit verify dense dense.onnx\n",
    );
    const checked = vaekit(["verify", "dense/model.json", "dense.onnx"], folder);
    expect(checked).toMatchObject({ code: 0, stderr: "" });
    expect(checked.stdout).toMatch(
      /at batches 1, 7, 64; .*\n {2}node +y +[\d.]+e-\d+\n {2}web +y +[\d.]+e-\d+\n/,
    );
  });

  it("--json: one object each", async () => {
    const made = await run("convert", "graph", "--out", "graph.onnx", "--opset", "13", "--json");
    expect(JSON.parse(made.stdout)).toMatchObject({
      format: "graph-model",
      opset: 13,
      name: "graph",
      operators: { optimized: { Tanh: 1 } },
      files: ["graph.onnx"],
      verified: { node: { batches: [1, 7, 64] } },
    });
    const checked = await run(
      "verify",
      "graph",
      "graph.onnx",
      "--batch",
      "2,3",
      "--tolerance",
      "1e-6",
      "--json",
    );
    expect(JSON.parse(checked.stdout)).toMatchObject({
      verified: true,
      tolerance: 1e-6,
      batches: [2, 3],
      runtimes: { node: { outputs: { b: {} } }, web: { outputs: { b: {} } } },
    });
  });

  it("a model and a file that differ: exit code 4, which output and by how much", async () => {
    await run("convert", "dense", "--out", "dense2.onnx");
    const { code, stderr, stdout } = await run("verify", "other", "dense2.onnx");
    expect({ code, stdout }).toEqual({ code: 4, stdout: "" });
    expect(stderr).toMatch(
      /dense2\.onnx on node: 1 of 1 outputs differ from tfjs by more than 0\.00001\n {2}y: largest/,
    );
  });

  it("custom layers through --register, which verify needs again", async () => {
    const made = await run("convert", "custom", "--out", "custom.onnx", "--register", register);
    expect(made).toMatchObject({ code: 0 });
    expect(made.stdout).toContain(`verify custom custom.onnx --register ${register}`);
    expect(await run("verify", "custom", "custom.onnx", "--register", register)).toMatchObject({ code: 0 });
  });

  it("channels first, at either end", async () => {
    const made = await run(
      "convert",
      "picture",
      "--out",
      "nchw.onnx",
      "--inputs-nchw",
      "--outputs-nchw",
      "y",
    );
    expect(made).toMatchObject({ code: 0 });
    expect(made.stdout).toContain("verify picture nchw.onnx --inputs-nchw --outputs-nchw y\n");
    expect(await run("verify", "picture", "nchw.onnx", "--inputs-nchw", "--outputs-nchw")).toMatchObject({
      code: 0,
    });
    expect(await run("verify", "picture", "nchw.onnx")).toMatchObject({
      code: 4,
      stderr: expect.stringMatching(/It has the channels first: give --inputs-nchw/),
    });
  });

  it("open axes by name or by size", async () => {
    expect(await run("convert", "open", "--out", "open.onnx", "--dynamic", "height,width")).toMatchObject({
      code: 0,
    });
    expect(await run("verify", "open", "open.onnx", "--dynamic", "height,width")).toMatchObject({ code: 0 });
    const fixed = ["--shape", "image=batch,4,5,3"];
    expect(await run("convert", "open", "--out", "fixed.onnx", ...fixed)).toMatchObject({ code: 0 });
    expect(await run("verify", "open", "fixed.onnx", "--dynamic", "image=height,width")).toMatchObject({
      code: 4,
      stderr: expect.stringMatching(/the file fixes height of input image at 4; give --shape for image/),
    });
  });

  it.each(["rows.npz", "packed.npz"])("real inputs from %s", async (file) => {
    const out = `words-${file}.onnx`;
    expect(await run("convert", "words", "--out", out, "--samples", file)).toMatchObject({ code: 0 });
    expect(await run("verify", "words", out, "--samples", file)).toMatchObject({ code: 0 });
  });

  it("indices without samples stay within the table", async () => {
    expect(await run("convert", "words", "--out", "words.onnx")).toMatchObject({ code: 0 });
  });
});

const out = ["--out", "never.onnx"];
/** What is typed, the exit code, and what the message must say. */
const cases: [string[], number, RegExp][] = [
  [["convert", "dense"], 2, /required option '--out <file>'/],
  [["convert", ...out], 2, /missing required argument 'model'/],
  [["convert", "dense", "--out", "model.txt"], 2, /the ending must be one of \.onnx/],
  [["convert", "dense", "--out", "taken.onnx"], 2, /taken\.onnx exists already\. Use --force/],
  [["convert", "dense", "--out", "no/such.onnx"], 2, /no directory no; create it first/],
  [["convert", "dense", ...out, "--opset", "12"], 2, /opset 12 is not one of 13 to 24/],
  [["convert", "dense", ...out, "--opset", "new"], 2, /--opset takes a positive integer, got "new"/],
  [["convert", "dense", ...out, "--tolerance", "0"], 2, /--tolerance takes a positive number, got "0"/],
  [["convert", "nowhere", ...out], 3, /nowhere: no such file or directory/],
  [["convert", "empty", ...out], 3, /empty: not JSON/],
  [["convert", ".", ...out], 3, /\.: no model\.json there/],
  [["convert", "cut", ...out], 3, /take 144 bytes, their files hold 50 .*a file is truncated/],
  [["convert", "custom", ...out, "--register", "no.mjs"], 3, /--register no\.mjs: no such file/],
  [
    ["convert", "loop", ...out],
    3,
    /1 node of this graph-model .*\n {2}Where {2}\(found\): its output's size/,
  ],
  [["convert", "open", ...out], 2, /leaves axes 1, 2 open.*--dynamic height,width/],
  [["convert", "open", ...out, "--dynamic", "3,4"], 2, /--dynamic takes names of open axes.*got "3,4"/],
  [["convert", "open", ...out, "--dynamic", "a=x", "--dynamic", "y"], 2, /--dynamic takes names.*got "y"/],
  [
    ["convert", "open", ...out, "--shape", "1,2,3,3"],
    2,
    /--shape takes an input and its sizes.*got "1,2,3,3"/,
  ],
  [
    ["convert", "open", ...out, "--shape", "img=1,2,3,3"],
    2,
    /--shape names the input "img"; the inputs are image/,
  ],
  [["convert", "dense", ...out, "--inputs-nchw", "x"], 2, /inputsAsNchw: x has rank 2/],
  [["convert", "words", ...out, "--samples", "few.npz"], 3, /few\.npz: no array words; it has x/],
  [
    ["convert", "words", ...out, "--samples", "narrow.npz"],
    3,
    /narrow\.npz: x has the shape \[2,3\], the model takes \[batch, 8\]/,
  ],
  [
    ["convert", "words", ...out, "--samples", "text.npz"],
    3,
    /text\.npz: cannot be used: it is not a zip file/,
  ],
  [["convert", "words", ...out, "--samples", "none.npz"], 3, /none\.npz: no such file/],
  [
    ["convert", "words", ...out, "--samples", "rows.npy"],
    2,
    /the model has the inputs words, x; give a \.npz/,
  ],
  [["convert", "words", ...out, "--samples", "rows.csv"], 2, /give a \.npz or \.npy file/],
  [["convert", "words", ...out, "--samples", "rows.npz", "--no-verify"], 2, /--samples is for verification/],
  [["verify", "dense"], 2, /dense is a tfjs model: give the ONNX file too: vaekit verify dense model\.onnx/],
  [["verify", "taken.onnx"], 2, /give the tfjs model first: vaekit verify model\.json taken\.onnx/],
  [["verify", "run", "--inputs-nchw"], 2, /--inputs-nchw is for a tfjs model/],
  [["verify", "dense", "none.onnx"], 3, /none\.onnx/],
  [["verify", "dense", "empty"], 3, /empty on node: ONNX Runtime cannot load it/],
  [["verify", "dense", "text.npz"], 3, /text\.npz/],
  [["verify", "dense", "taken.onnx", "--batch", "0"], 2, /--batch takes positive integers/],
  [["verify", "dense", "taken.onnx", "--rename", "x"], 2, /--rename takes a name of each side/],
];

describe("misuse of convert and verify is answered with what to do, the right exit code and no stack", () => {
  it.each(cases)("%j", async (args, code, says) => {
    const ran = await run(...args);
    expect(ran.stderr).toMatch(says);
    expect(ran.stderr).not.toMatch(/\n\s+at /);
    expect(ran.code).toBe(code);
    expect(ran.stdout).toBe("");
    expect(existsSync(at("never.onnx"))).toBe(false);
  });

  it("a custom layer without --register, in a process that does not know it", () => {
    const { code, stderr } = vaekit(["convert", "custom", ...out], folder);
    expect(stderr).toMatch(/Scale {2}\(layer twice\)\n.*--register layers\.js/);
    expect(code).toBe(3);
  });
});
