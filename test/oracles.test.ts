import { execFile } from "node:child_process";
import { mkdtempSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { encodeModel, exportBundle, Graph, optimize, type SupportedKernel, trace } from "@vaekit/export";
import { createJob, mlp, type OptimizerName, optimizers, trainingGraph, Vae } from "@vaekit/train";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { findPython } from "../tools/python.mjs";
import {
  type Case,
  feedsOf,
  forwardOf,
  gradientFeeds,
  gradientOf,
  hasGradient,
} from "./export/lower/case.ts";
import { cases } from "./export/lower/cases.ts";
import { parityOpset, specsOf } from "./export/support.ts";
import { bars } from "./support/data.ts";

const python = findPython({ needs: ["onnx", "onnxruntime"] });
const missing = python
  ? ""
  : " (skipped: no Python with onnx; node tools/python.mjs --only onnx installs it)";
const script = join(import.meta.dirname, "oracles/onnx_check.py");

interface Report {
  versions: { onnx: string; onnxruntime: string };
  files: {
    path: string;
    ok: boolean;
    error: string | null;
    opset: number;
    ir_version: number;
    outputs: { name: string }[];
  }[];
}

/** Python's onnxruntime 1.30 crashes while it is imported where a command line is longer than about 64 kB. */
const filesPerRun = 200;

/** onnx.checker, strict shape inference and one run in Python's onnxruntime, of every file. */
async function judge(paths: readonly string[]): Promise<Report> {
  const report = await judgeTogether(paths.slice(0, filesPerRun));
  if (paths.length <= filesPerRun) return report;
  const { files } = await judge(paths.slice(filesPerRun));
  return { ...report, files: [...report.files, ...files] };
}

async function judgeTogether(paths: readonly string[]): Promise<Report> {
  const run = promisify(execFile)(python!, [script, ...paths], { maxBuffer: 2 ** 28 });
  // It exits with 1 where a file fails; its report is what the test is about.
  const { stdout } = await run.catch((error: { stdout?: string }) => ({ stdout: error.stdout ?? "" }));
  return JSON.parse(stdout) as Report;
}

const failuresOf = ({ files }: Report) =>
  files.filter(({ ok }) => !ok).map(({ path, error }) => `${path}: ${error}`);

describe(`what others say about our files${missing}`, () => {
  const directory = mkdtempSync(join(tmpdir(), "vaekit-oracles-"));
  afterAll(() => rmSync(directory, { recursive: true, force: true }));

  const write = (name: string, graph: Graph): string => {
    const path = join(directory, `${name.replace(/[^\w-]+/g, "_")}.onnx`);
    writeFileSync(path, encodeModel(graph, { name: "case" }), { flag: "wx" });
    return path;
  };

  it.skipIf(!python)("every lowering's graphs and their gradients are valid ONNX that runs", async () => {
    const paths: string[] = [];
    for (const [kernel, rows] of Object.entries(cases) as unknown as [
      SupportedKernel,
      Case<SupportedKernel>[],
    ][]) {
      for (const row of rows) {
        const name = `${kernel}-${row.shows}`;
        paths.push(
          write(name, optimize(trace(forwardOf(row), specsOf(feedsOf(row)), { opset: parityOpset }))),
        );
        if (!hasGradient(kernel, row)) continue;
        const specs = specsOf(gradientFeeds(row));
        paths.push(
          write(`${name}-gradient`, optimize(trace(gradientOf(row), specs, { opset: parityOpset }))),
        );
      }
    }
    const report = await judge(paths);
    expect(failuresOf(report)).toEqual([]);
    expect(report.files).toHaveLength(paths.length);
    expect(new Set(report.files.map(({ opset }) => opset))).toEqual(new Set([parityOpset ?? 17]));
  });

  it.skipIf(!python)("a graph whose declared shape is wrong is found out", async () => {
    const graph = new Graph();
    const x = graph.input("x", "float32", [2]);
    graph.output("y", graph.op("Relu", [x], { outputs: [{ dtype: "float32", shape: [3] }] }));
    expect(failuresOf(await judge([write("wrong", graph)]))).toEqual([
      expect.stringMatching(/wrong.onnx: .*shape/),
    ]);
  });

  describe("of a VAE", () => {
    const data = bars(64);
    const vae = new Vae(mlp({ shape: data.shape, latent: 3, hidden: [16, 8] }), data, 5);
    const bundle = join(directory, "bundle");
    beforeAll(() => exportBundle(vae, bundle, { samples: data.values }));
    afterAll(() => vae.dispose());

    it.skipIf(!python)(
      "encoder, decoder and scorer are valid ONNX with a symbolic batch that runs",
      async () => {
        const paths = readdirSync(bundle)
          .filter((file) => file.endsWith(".onnx"))
          .toSorted()
          .map((file) => join(bundle, file));
        const report = await judge(paths);
        expect(failuresOf(report)).toEqual([]);
        expect(report.files.map(({ outputs }) => outputs.map(({ name }) => name))).toEqual([
          ["x_mean", "x_logits"],
          ["mu", "logvar"],
          ["log_px", "log_pz", "log_qz"],
        ]);
      },
    );

    it.skipIf(!python).each(Object.keys(optimizers) as OptimizerName[])(
      "the training step with %s is valid ONNX that runs",
      async (optimizer) => {
        const job = createJob(vae, { rows: 8, optimizer, binarize: true, clip: 1, ema: 0.99 });
        const graph = trainingGraph(job);
        const report = await judge([write(`step-${optimizer}`, graph)]);
        expect(failuresOf(report)).toEqual([]);
      },
    );
  });
});
