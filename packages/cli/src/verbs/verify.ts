import { existsSync } from "node:fs";
import { join } from "node:path";
import type { OutputError } from "@vaekit/export";
import { UsageError } from "@vaekit/infer";
import type { Command } from "commander";
import type { Io, OutputFlags } from "../io.js";
import {
  loadOptions,
  type ModelOptions,
  nchwOptions,
  splitNamed,
  withModelOptions,
} from "../model-options.js";
import { positiveIntegers, positiveNumber } from "../options.js";
import { quote } from "../quote.js";
import { readSamples } from "../samples.js";
import { action, verb } from "../verb.js";
import { describeSizes, otherwiseText, uncomparedNotes } from "../verify-text.js";

interface VerifyOptions extends OutputFlags, ModelOptions {
  tolerance?: number;
  batch?: number[];
  samples?: string;
  rename?: Record<string, string>;
}

export function verifyVerb(): Command {
  const command = verb({
    usage: "verify <model> [onnx]",
    summary:
      "Check a bundle (every file's sha256, and its outputs against those of tfjs at export), or an ONNX file against " +
      "the tfjs model that it was made from; in Node and WebAssembly",
    example: "vaekit verify models/digits\n  vaekit verify mobilenet/model.json mobilenet.onnx",
  })
    .option(
      "--tolerance <x>",
      "largest error relative to an output's scale (default: 1e-5; what a bundle with smaller weights says)",
      positiveNumber("--tolerance"),
    )
    .option("--batch <sizes>", "batch sizes to run (default: 1,7,64)", batchSizes)
    .option("--samples <file>", "real inputs, .npz or .npy, in place of random ones")
    .option("--rename <tfjs=onnx>", "a name that differs in the ONNX file (again for more)", renamed);
  return withModelOptions(command).action(
    action<VerifyOptions>(async ([model, onnx], options, io) => {
      if (onnx === undefined) await verifyBundleVerb(model!, options, io);
      else await verifyPair(model!, onnx, options, io);
    }),
  );
}

async function verifyBundleVerb(bundle: string, options: VerifyOptions, io: Io): Promise<void> {
  const { tolerance, json: _, debug: __, ...rest } = options;
  const isModel = bundle.endsWith(".json") || existsSync(join(bundle, "model.json"));
  const [stray] = Object.keys(rest);
  if (stray && isBundle(bundle)) {
    throw new UsageError(
      `--${stray.replace("Nchw", "-nchw")} is for a tfjs model and its ONNX file; ${bundle} is a bundle, which takes --tolerance alone`,
    );
  }
  if (isModel || (stray && !bundle.endsWith(".onnx"))) {
    const what = isModel
      ? `${bundle} is a tfjs model`
      : `--${stray!.replace("Nchw", "-nchw")} is for a tfjs model`;
    throw new UsageError(`${what}: give the ONNX file too: vaekit verify ${quote(bundle)} model.onnx`);
  }
  if (bundle.endsWith(".onnx")) {
    throw new UsageError(`${bundle}: give the tfjs model first: vaekit verify model.json ${quote(bundle)}`);
  }
  const { verifyBundle } = await import("@vaekit/export");
  const { loadRuntime } = await import("@vaekit/infer");
  const runtimes = [await loadRuntime("node"), await loadRuntime("web")];
  const report = await verifyBundle(bundle, { tolerance, runtimes });
  const rows = Object.entries(report.runtimes).flatMap(([runtime, graphs]) =>
    Object.entries(graphs).flatMap(([graph, outputs]) => errorRows(runtime, outputs, `${graph}.`)),
  );
  const files = Object.keys(report.manifest.files).length;
  io.result(
    { bundle, verified: true, tolerance: report.tolerance, runtimes: report.runtimes },
    `${bundle}: ${files} files are as exported; errors relative to each output's scale (at most ${report.tolerance}):\n${rows.join("\n")}`,
  );
}

function isBundle(path: string): boolean {
  return existsSync(join(path, "vaekit.json"));
}

async function verifyPair(model: string, onnx: string, options: VerifyOptions, io: Io): Promise<void> {
  if (model.endsWith(".onnx")) {
    throw new UsageError(`${model}: give the tfjs model first: vaekit verify ${quote(onnx)} ${quote(model)}`);
  }
  if (isBundle(model)) {
    throw new UsageError(
      `${model} is a bundle, which is verified with all of its files: vaekit verify ${quote(model)}`,
    );
  }
  const { tolerance, batch, samples, rename } = options;
  const { asNchw, loadModel, verifyModel } = await import("@vaekit/export");
  const source = await loadModel(model, loadOptions(options));
  try {
    const { inputs } = asNchw(source.fn, source.inputs, nchwOptions(options));
    const runtimes = await verifyModel(source, onnx, {
      tolerance,
      rename,
      batches: batch,
      ...(samples && { samples: await readSamples(samples, inputs), random: false }),
      ...nchwOptions(options),
    });
    const [report] = Object.values(runtimes) as [(typeof runtimes)[string]];
    const { tolerance: most, batches, sizes } = report;
    for (const warning of new Set(Object.values(runtimes).flatMap(uncomparedNotes))) io.note(warning);
    const rows = Object.entries(runtimes).flatMap(([runtime, { outputs, uncompared }]) =>
      errorRows(runtime, outputs, "", uncompared),
    );
    io.result(
      { model, onnx, verified: true, tolerance: most, batches, sizes, runtimes },
      `${onnx} computes what ${model} does, at ${describeSizes(report)}; ` +
        `errors relative to each output's scale (at most ${most}):\n${rows.join("\n")}`,
    );
  } finally {
    source.dispose();
  }
}

function errorRows(
  runtime: string,
  outputs: Readonly<Record<string, OutputError>>,
  prefix = "",
  uncompared: readonly string[] = [],
): string[] {
  return Object.entries(outputs).map(
    ([name, error]) =>
      `  ${runtime.padEnd(5)} ${`${prefix}${name}`.padEnd(20)} ` +
      (uncompared.includes(name)
        ? "not compared"
        : `${error.maxRelative.toExponential(1)}${otherwiseText(error)}`),
  );
}

function batchSizes(text: string): number[] {
  const sizes = positiveIntegers("--batch", "1,7,64")(text);
  if (sizes.length === 0)
    throw new UsageError(`--batch takes positive integers such as 1,7,64, got "${text}"`);
  return sizes;
}

function renamed(text: string, before: Record<string, string> = {}): Record<string, string> {
  const pair = splitNamed(text);
  if (!pair || pair[1] === "")
    throw new UsageError(`--rename takes a name of each side, <tfjs>=<onnx>, got "${text}"`);
  return { ...before, [pair[0]]: pair[1] };
}
