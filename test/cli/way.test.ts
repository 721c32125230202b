import { existsSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parse } from "npyjs";
import { PNG } from "pngjs";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { vaekit } from "./run.js";

let folder: string;
const at = (...parts: string[]) => join(folder, ...parts);
const npy = (path: string) => parse(new Uint8Array(readFileSync(path)).buffer);

/** The whole way once: train, export. The tests look at what it left. */
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "vaekit-cli-"));
  const train = [
    "train",
    "mnist",
    "--limit",
    "1500",
    "--latent",
    "4",
    "--hidden",
    "64",
    "--epochs",
    "2",
    "--out",
    "run",
  ];
  expect(vaekit(train, folder)).toMatchObject({ code: 0 });
  expect(vaekit(["export", "run", "--out", "model"], folder)).toMatchObject({ code: 0 });
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

describe("the whole way", () => {
  it("train leaves configuration, metrics and checkpoints", () => {
    const config = JSON.parse(readFileSync(at("run/config.json"), "utf8"));
    expect(config).toMatchObject({ model: { latent: 4, hidden: [64] }, epochs: 2, data: { count: 1500 } });
    const lines = readFileSync(at("run/metrics.jsonl"), "utf8")
      .trim()
      .split("\n")
      .map((line) => JSON.parse(line));
    expect(lines.map(({ epoch }) => epoch)).toEqual([1, 2]);
    expect(lines[1].validation.elbo).toBeGreaterThan(lines[0].validation.elbo);
  });

  it("train --resume goes on where it stopped", () => {
    const { code, stdout } = vaekit(["train", "--resume", "run", "--epochs", "3", "--json"], folder);
    expect(code).toBe(0);
    expect(JSON.parse(stdout)).toMatchObject({ run: "run", stopped: false, metrics: { epoch: 3 } });
  });

  it("verify accepts the bundle on both runtimes", () => {
    const { code, stdout } = vaekit(["verify", "model", "--json"], folder);
    expect(code).toBe(0);
    expect(Object.keys(JSON.parse(stdout).runtimes)).toEqual(["node", "web"]);
  });

  it("export --weights int8 gives a smaller bundle, says what it cost, and verify holds it to that", () => {
    const sizeOf = (files: Record<string, { bytes: number }>) =>
      Object.entries(files).reduce((sum, [name, { bytes }]) => sum + (name.endsWith(".onnx") ? bytes : 0), 0);
    const ran = vaekit(["export", "run", "--out", "small", "--weights", "int8", "--json"], folder);
    expect(ran).toMatchObject({ code: 0 });
    const { weights, files } = JSON.parse(ran.stdout);
    const manifest = JSON.parse(readFileSync(at("model/vaekit.json"), "utf8"));
    expect(sizeOf(files)).toBeLessThan(0.35 * sizeOf(manifest.files));
    expect(weights).toMatchObject({ format: "int8", tolerance: 0.15, elbo: { examples: 1000 } });
    const verified = vaekit(["verify", "small", "--json"], folder);
    expect(verified).toMatchObject({ code: 0 });
    expect(JSON.parse(verified.stdout).tolerance).toBe(0.15);
    expect(vaekit(["verify", "small", "--tolerance", "1e-6"], folder).code).toBe(4);
    const strict = ["--weights", "int8", "--tolerance", "1e-4", "--out", "never"];
    expect(vaekit(["export", "run", ...strict], folder)).toMatchObject({
      code: 4,
      stderr: expect.stringContaining("Choose fp16 or fp32 weights"),
    });
    expect(existsSync(at("never"))).toBe(false);
  });

  it("encode writes posterior means as npy and as csv, the same numbers", () => {
    expect(vaekit(["encode", "model", "mnist:test", "--limit", "5", "--out", "z.npy"], folder).code).toBe(0);
    expect(vaekit(["encode", "model", "mnist:test", "--limit", "5", "--out", "z.csv"], folder).code).toBe(0);
    const { shape, data } = npy(at("z.npy"));
    expect(shape).toEqual([5, 4]);
    const [header, ...rows] = readFileSync(at("z.csv"), "utf8").trim().split("\n");
    expect(header).toBe("z0,z1,z2,z3");
    expect(rows.flatMap((row) => row.split(",").map((cell) => Math.fround(Number(cell))))).toEqual(
      Array.from(data as Float32Array),
    );
  });

  it("decode takes both and gives pictures in the data's units", () => {
    expect(vaekit(["decode", "model", "z.npy", "--out", "x.npy"], folder).code).toBe(0);
    expect(vaekit(["decode", "model", "z.csv", "--out", "grid.png"], folder).code).toBe(0);
    const { shape, data } = npy(at("x.npy"));
    expect(shape).toEqual([5, 28, 28, 1]);
    expect(Math.max(...(data as Float32Array))).toBeGreaterThan(50);
    const { width, height } = PNG.sync.read(readFileSync(at("grid.png")));
    expect([width, height]).toEqual([184, 124]);
  });

  it("sample depends on its seed alone, and --force replaces", () => {
    const sample = (seed: string, ...more: string[]) => {
      const { code } = vaekit(
        ["sample", "model", "--count", "9", "--seed", seed, "--out", "s.png", ...more],
        folder,
      );
      return { code, bytes: readFileSync(at("s.png")) };
    };
    const first = sample("1");
    expect(first.code).toBe(0);
    expect(sample("2").code).toBe(2);
    expect(sample("2", "--force").bytes).not.toEqual(first.bytes);
    expect(sample("1", "--force").bytes).toEqual(first.bytes);
  });

  it("reconstruct draws originals beside what the model makes of them", () => {
    expect(
      vaekit(["reconstruct", "model", "mnist:test", "--count", "4", "--out", "pairs.png"], folder).code,
    ).toBe(0);
    expect(existsSync(at("pairs.png"))).toBe(true);
  });

  it("doctor says what is here", () => {
    const { code, stdout } = vaekit(["doctor", "--json"], folder);
    expect(code).toBe(0);
    const report = JSON.parse(stdout);
    expect(report.engines.compiled).toMatchObject({ available: true });
    expect(report.onnxruntime.node.version).toMatch(/^1\./);
  });
});
