import { existsSync, mkdtempSync, readFileSync, rmSync, truncateSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import * as kit from "@tensorflow/tfjs-layers";
import { tf } from "@vaekit/train";
import { dump } from "npyjs";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { npz } from "../support/npz.ts";
import { op, placeholder, port, put, saveLayersModel, writeGraphModel } from "../support/saved-models.ts";
import { vaekitHere } from "./in-process.ts";
import { vaekit } from "./run.ts";

const { layers: kinds, input, model } = kit;
type Symbol = kit.SymbolicTensor;
const folder = mkdtempSync(join(tmpdir(), "vaekit-convert-"));
const at = (...parts: string[]) => join(folder, ...parts);
const npy = (data: Float32Array, shape: number[]) => Buffer.from(dump(data, shape) as ArrayBuffer);
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
  await save("heavy", x, kinds.dense({ units: 300, name: "y" }).apply(x));
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
  put(at("escapes.json"), "\u001b[31m# a\nb\u0007");
  put(at("half.json"), '{"format": "layers-mo');
  put(at("escapes/model.json"), JSON.stringify({ format: "\u001b[31m", modelTopology: {} }));
  put(at("bundle/vaekit.json"), "{}");
  put(at("package.json"), '{"type": "commonjs"}');
  put(at("layers.js"), "export default () => {};");
  put(at("cut.npy"), npy(new Float32Array(160), [20, 8]).subarray(0, 200));
  put(at("zero.npy"), npy(new Float32Array(0), [0, 8]));
  put(at("nan.npy"), npy(new Float32Array(8).fill(Number.NaN), [1, 8]));
  put(at("beyond.npz"), npz({ ...rows, words: { data: Int32Array.of(0, 1, 9, 3), shape: [1, 4] } }));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

describe("vaekit convert", () => {
  it("writes a verified file that verify accepts, and says what to do next", () => {
    const made = vaekit(["convert", "dense", "--out", "dense.onnx"], folder);
    expect(made.code).toBe(0);
    expect(made.stderr).toMatch(
      /^tracing\nwriting 2 nodes\nverifying at batch 1\nverifying at batch 7\nverifying at batch 64\n$/,
    );
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
      code: 2,
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

describe("what convert and verify tell beside the result", () => {
  it("outputs of which nothing was compared", async () => {
    const made = await run("convert", "dense", "--out", "nan.onnx", "--samples", "nan.npy");
    expect(made).toMatchObject({ code: 0, stdout: expect.stringMatching(/\n {2}y +not compared\n/) });
    expect(made.stderr).toMatch(/warning: y: tfjs gave no finite number in any run/);
    const checked = await run("verify", "dense", "nan.onnx", "--samples", "nan.npy");
    expect(checked.stderr.match(/warning: y: /g)).toHaveLength(1);
    expect((await run("verify", "dense", "nan.onnx")).stderr).toBe("");
  });

  it("an option that changed nothing", async () => {
    const made = await run("convert", "dense", "--out", "flat.onnx", "--outputs-nchw");
    expect(made).toMatchObject({
      code: 0,
      stderr: expect.stringMatching(/note: --outputs-nchw changes nothing: none has four axes/),
    });
  });

  it("the sizes that were run, and channels that come first where sizes are open", async () => {
    const axes = ["--dynamic", "height,width"];
    expect(await run("convert", "open", "--out", "turned.onnx", "--inputs-nchw", ...axes)).toMatchObject({
      code: 0,
    });
    expect(await run("verify", "open", "turned.onnx", ...axes)).toMatchObject({
      code: 4,
      stderr: expect.stringMatching(/It has the channels first: give --inputs-nchw/),
    });
    const both = ["--inputs-nchw", "--batch", "2"];
    const { stdout } = await run("verify", "open", "turned.onnx", ...axes, ...both);
    expect(stdout).toMatch(/ at batch 2, height \d+, width \d+; batch 2, height .*; errors relative/);
    expect((await run("verify", "dense", "flat.onnx", "--batch", "2")).stdout).toMatch(/ does, at batch 2; /);
  });

  it("--json: errors of each output where they are too large", async () => {
    const { code, stdout } = await run("verify", "other", "flat.onnx", "--json");
    expect({ code, ...JSON.parse(stdout).error }).toMatchObject({
      code: "VERIFICATION",
      exitCode: 4,
      tolerance: 1e-5,
      outputs: { y: { maxRelative: expect.any(Number) } },
    });
    expect(code).toBe(4);
  });

  it("a name of the wrong side in --rename", async () => {
    for (const [pair, says] of [
      ["x=y", /x is an input of the tfjs model, y an output of the file/],
      ["q=x", /x is an input of the file; the tfjs model's are x/],
      ["x=nope", /--rename gives "nope", the file has x, y/],
    ] as const) {
      const ran = await run("verify", "dense", "flat.onnx", "--rename", pair);
      expect(ran).toMatchObject({ code: 2, stderr: expect.stringMatching(says) });
    }
  });
});

describe("weights beside the model", () => {
  it("go with --force once the model that named them is replaced", async () => {
    expect(await run("convert", "heavy", "--out", "h.onnx", "--external-data")).toMatchObject({ code: 0 });
    expect(existsSync(at("h.onnx.data"))).toBe(true);
    expect(await run("convert", "heavy", "--out", "h.onnx", "--force")).toMatchObject({ code: 0 });
    expect(existsSync(at("h.onnx.data"))).toBe(false);
  });

  it("a file of that name which no model named stays, and is in the way only of weights", async () => {
    put(at("i.onnx.data"), "mine");
    expect(await run("convert", "heavy", "--out", "i.onnx", "--external-data")).toMatchObject({
      code: 2,
      stderr: expect.stringMatching(/i\.onnx\.data exists already/),
    });
    expect(await run("convert", "heavy", "--out", "i.onnx")).toMatchObject({ code: 0 });
    expect(await run("convert", "heavy", "--out", "i.onnx", "--force")).toMatchObject({ code: 0 });
    expect(readFileSync(at("i.onnx.data"), "utf8")).toBe("mine");
  });

  it("inspect: weights that are missing are a problem that the exit code tells", async () => {
    expect(await run("convert", "heavy", "--out", "j.onnx", "--external-data")).toMatchObject({ code: 0 });
    rmSync(at("j.onnx.data"));
    expect(await run("inspect", "j.onnx")).toMatchObject({
      code: 3,
      stdout: expect.stringMatching(/PROBLEM: j\.onnx: external data "j\.onnx\.data" does not exist/),
    });
  });
});

const out = ["--out", "never.onnx"];
/** What is typed, the exit code, and what the message must say. */
const cases: [string[], number, RegExp][] = [
  [["convert", "dense"], 2, /required option '--out <file>'/],
  [["convert", ...out], 2, /missing required argument 'model'/],
  [["convert", "dense", "--out", "model.txt"], 2, /--out model\.txt: the name must end in \.onnx/],
  [["convert", "dense", "--out", "taken.onnx"], 2, /taken\.onnx exists already\. Use --force/],
  [["convert", "dense", "--out", "no/such.onnx"], 2, /no directory no; create it first/],
  [["convert", "dense", ...out, "--opset", "12"], 2, /--opset takes an integer from 13 to 24, got "12"/],
  [["convert", "dense", ...out, "--opset", "new"], 2, /--opset takes an integer from 13 to 24, got "new"/],
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
  [
    ["convert", "dense", ...out, "--inputs-nchw", "x"],
    2,
    /vaekit: --inputs-nchw \(inputsAsNchw\): x has rank 2/,
  ],
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
  [
    ["verify", "dense", "empty"],
    3,
    /empty: not an ONNX model: the file is empty\. Copy or export it again\.\n$/,
  ],
  [["verify", "dense", "text.npz"], 3, /text\.npz/],
  [
    ["verify", "dense", "taken.onnx", "--batch", "0"],
    2,
    /--batch takes positive integers such as 1,7,64, got "0"/,
  ],
  [
    ["verify", "dense", "text.npz"],
    3,
    /not an ONNX model, or one that is cut short \(.*Copy or export it again/,
  ],
  [["verify", "taken.onnx", "dense"], 2, /give the tfjs model first: vaekit verify dense taken\.onnx/],
  [["verify", "bundle", "--batch", "3"], 2, /--batch is for a tfjs model and its .*bundle is a bundle/],
  [["verify", "bundle", "taken.onnx"], 2, /bundle is a bundle.*: vaekit verify bundle\n/],
  [["convert", "--inputs-nchw", "dense", ...out], 2, /--inputs-nchw took dense for a name; put/],
  [["convert", "dense", "--opsett", "17"], 2, /unknown option '--opsett' \(Did you mean --opset\?\)/],
  [["convert", "open", ...out, "--dynamic", "batch,w"], 2, /first axis is open as it is\. Leave batch out/],
  [["convert", "escapes.json", ...out], 3, /not JSON \(it starts with "\\u001b\[31m# a\\nb\\u0007"\)/],
  [["convert", "half.json", ...out], 3, /half\.json: not JSON \(it is cut short\)/],
  [["convert", "escapes", ...out], 3, /its format is "\\u001b\[31m"/],
  [
    ["convert", "dense", ...out, "--samples", "cut.npy"],
    3,
    /cut\.npy: x: cannot be used: the file is cut short/,
  ],
  [["convert", "dense", ...out, "--samples", "zero.npy"], 3, /has the shape \[0,8\]: no rows to verify on/],
  [
    ["convert", "words", ...out, "--samples", "beyond.npz"],
    3,
    /tfjs cannot run on the samples .*the index value 9 is not in \[0, 4\]\nLook for values/,
  ],
  [
    ["convert", "dense", ...out, "--tolerance", "1e-12"],
    4,
    /The limit is the one that was given.*Allow more/,
  ],
  [["verify", "dense", "taken.onnx", "--rename", "x"], 2, /--rename takes a name of each side/],
];

describe("misuse of convert and verify is answered with what to do, the right exit code and no stack", () => {
  it.each(cases)("%j", async (args, code, says) => {
    const ran = await run(...args);
    expect(ran.stderr).toMatch(says);
    expect(ran.stderr).not.toMatch(/\n\s+at /);
    // biome-ignore lint/suspicious/noControlCharactersInRegex: nothing that a terminal acts on
    expect(ran.stderr).not.toMatch(/[\x00-\x08\x0b-\x1f]/);
    expect(ran.code).toBe(code);
    expect(ran.stdout).toBe("");
    expect(existsSync(at("never.onnx"))).toBe(false);
  });

  it("a --register file that Node takes for a script", () => {
    const { code, stderr } = vaekit(["convert", "dense", ...out, "--register", "layers.js"], folder);
    expect(stderr).toMatch(/--register layers\.js: it failed: .*'export'.*let its name end in \.mjs/);
    expect(code).toBe(3);
  });

  it("a custom layer without --register, in a process that does not know it", () => {
    const { code, stderr } = vaekit(["convert", "custom", ...out], folder);
    expect(stderr).toMatch(/Scale {2}\(layer twice\)\n.*--register layers\.mjs/);
    expect(code).toBe(3);
  });
});
