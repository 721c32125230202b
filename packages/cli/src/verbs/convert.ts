import type {
  ExportOptions,
  ExportReport,
  ExportStep,
  Graph,
  InputSpecs,
  Precision,
  WeightFormat,
} from "@vaekit/export";
import { UsageError } from "@vaekit/infer";
import type { Command } from "commander";
import { checkOutput } from "../files.js";
import { abortable } from "../interrupt.js";
import type { OutputFlags } from "../io.js";
import { loadOptions, type ModelOptions, nchwOptions, withModelOptions } from "../model-options.js";
import { integerBetween, oneOf, positiveNumber } from "../options.js";
import { quote } from "../quote.js";
import { readSamples } from "../samples.js";
import { bytes as size } from "../units.js";
import { action, verb } from "../verb.js";
import { describePoint, uncomparedNotes } from "../verify-text.js";

interface ConvertOptions extends OutputFlags, ModelOptions {
  out: string;
  force?: boolean;
  opset?: number;
  tolerance?: number;
  samples?: string;
  verify: boolean;
  externalData?: boolean;
  weights?: WeightFormat;
  precision?: Precision;
}

/** As in @vaekit/export, which is loaded only when a verb runs. */
const weightFormats: readonly WeightFormat[] = ["fp32", "fp16", "int8", "int8-dynamic"];
const precisions: readonly Precision[] = ["fp32", "fp16"];

export function convertVerb(): Command {
  const command = verb({
    usage: "convert <model>",
    summary: "Turn a saved tfjs model (layers-model or graph-model) into ONNX, verified against tfjs",
    example: "vaekit convert mobilenet/model.json --out mobilenet.onnx",
  })
    .requiredOption("--out <file>", "where the ONNX file goes; its name ends in .onnx")
    .option(
      "--opset <n>",
      "version of ONNX's operators, 13 to 24 (default: 17)",
      integerBetween("--opset", 13, 24),
    )
    .option("--samples <file>", "real inputs to verify on, .npz or .npy, in place of random ones")
    .option(
      "--tolerance <x>",
      "largest error relative to an output's scale (default: 1e-5)",
      positiveNumber("--tolerance"),
    )
    .option("--no-verify", "do not compare with tfjs")
    .option("--external-data", "keep large weights beside the model, in <file>.data (default: above 2 GB)")
    .option(
      "--weights <format>",
      "how large weights are stored: fp32, fp16 (half the size), int8 (a quarter), int8-dynamic (and computed with); default: fp32",
      oneOf("--weights", weightFormats),
    )
    .option(
      "--precision <format>",
      "the numbers that the model computes with: fp32, or fp16 for WebGPU (default: fp32)",
      oneOf("--precision", precisions),
    )
    .option("--force", "replace what is at --out");
  return withModelOptions(command).action(
    action<ConvertOptions>(async ([model], options, io) => {
      const { out, force, opset, tolerance, samples, externalData, weights, precision } = options;
      checkOutput(out, { force, endings: [".onnx"] });
      if (samples && !options.verify)
        throw new UsageError("--samples is for verification, --no-verify leaves it out");
      const { asNchw, discardStaged, exportOnnx, loadModel } = await import("@vaekit/export");
      const convert = async (signal: AbortSignal) => {
        const source = await loadModel(model!, loadOptions(options));
        try {
          const { inputs } = asNchw(source.fn, source.inputs, nchwOptions(options));
          const settings: ExportOptions = {
            out,
            force,
            signal,
            onProgress: (step) => io.note(describeStep(step)),
            opset,
            tolerance,
            verify: options.verify,
            externalData,
            weights,
            precision,
            ...(samples && {
              verifyOn: { samples: await readSamples(samples, inputs), random: false },
            }),
            ...nchwOptions(options),
          };
          const { graph, report } = await exportOnnx(source, settings);
          for (const note of notes(options, inputs, graph, report)) io.note(note);
          io.result(
            { model, out, format: source.format, ...report },
            `${describeReport(out, report)}\nNext: npx vaekit inspect ${quote(out)}` +
              `; npx vaekit verify ${quote(model!)} ${quote(out)}${repeated(options)}${allowed(report)}`,
          );
        } finally {
          source.dispose();
        }
      };
      await abortable(io, discardStaged, convert);
    }),
  );
}

function describeStep(step: ExportStep): string {
  switch (step.step) {
    case "trace":
      return "tracing";
    case "write":
      return `writing ${step.nodes} ${step.nodes === 1 ? "node" : "nodes"}`;
    case "verify":
      return `verifying${Object.keys(step.sizes).length > 0 ? ` at ${describePoint(step.sizes)}` : ""}`;
  }
}

/** What was asked for and had no effect. */
function notes(
  { inputsNchw, outputsNchw }: ConvertOptions,
  inputs: InputSpecs,
  graph: Graph,
  { verified }: ExportReport,
): string[] {
  const idle = (option: string, ports: unknown, ranks: number[]) =>
    ports === true && !ranks.includes(4) ? [`note: ${option} changes nothing: none has four axes`] : [];
  const outputs = graph.outputs.map(({ value }) => value.shape.length);
  return [
    ...idle(
      "--inputs-nchw",
      inputsNchw,
      Object.values(inputs).map(({ shape }) => shape.length),
    ),
    ...idle("--outputs-nchw", outputsNchw, outputs),
    ...new Set(Object.values(verified ?? {}).flatMap(uncomparedNotes)),
  ];
}

function describeReport(
  out: string,
  { operators, parameters, bytes, opset, verified, small }: ExportReport,
): string {
  const count = (kinds: Readonly<Record<string, number>>) =>
    Object.values(kinds).reduce((sum, nodes) => sum + nodes, 0);
  const head =
    `${out}: opset ${opset}, ${count(operators.optimized)} nodes (${count(operators.traced)} as traced), ` +
    `${parameters} parameters, ${size(bytes)}`;
  if (!verified) return `${head}\nnot verified`;
  if (small) return `${head}\n${describeCost(small)}`;
  const rows = Object.values(verified).flatMap(({ outputs, uncompared = [] }) =>
    Object.entries(outputs).map(
      ([name, { maxAbsolute, maxRelative }]) =>
        `  ${name.padEnd(20)} ${uncompared.includes(name) ? "not compared" : `${maxAbsolute.toExponential(1)} absolute, ${maxRelative.toExponential(1)} relative`}`,
    ),
  );
  return `${head}\nONNX Runtime agrees with tfjs; largest errors:\n${rows.join("\n")}`;
}

/** What smaller weights cost: both models ran on the same inputs. */
function describeCost({ weights, precision, costs }: NonNullable<ExportReport["small"]>): string {
  const rows = Object.values(costs).flatMap(({ outputs }) =>
    Object.entries(outputs).map(
      ([name, { maxAbsolute, maxRelative }]) =>
        `  ${name.padEnd(20)} ${maxAbsolute.toExponential(1)} absolute, ${maxRelative.toExponential(1)} relative`,
    ),
  );
  const { before, after } = weights.bytes;
  const limit = Math.max(...Object.values(costs).map(({ tolerance }) => tolerance));
  return (
    `${weights.weights} weights${precision ? ", computed with in fp16" : ""}: ${size(before)} -> ${size(after)}\n` +
    `the float32 model agrees with tfjs; largest errors of the smaller one against it (at most ${limit}):\n${rows.join("\n")}`
  );
}

/** The options that `verify` needs again to compare the same two things. */
function repeated({
  register = [],
  shape = {},
  dynamic,
  inputsNchw,
  outputsNchw,
  samples,
}: ConvertOptions): string {
  const byInput =
    dynamic && !Array.isArray(dynamic) ? Object.entries(dynamic as Record<string, string[]>) : [];
  const ports = (option: string, names: typeof inputsNchw) =>
    names ? [names === true ? option : `${option} ${quote(names.join(","))}`] : [];
  const words = [
    ...register.map((file) => `--register ${quote(file)}`),
    ...Object.entries(shape).map(([input, sizes]) => `--shape ${quoteStar(`${input}=${sizes.join(",")}`)}`),
    ...(Array.isArray(dynamic) ? [`--dynamic ${quoteStar(dynamic.join(","))}`] : []),
    ...byInput.map(([input, names]) => `--dynamic ${quoteStar(`${input}=${names.join(",")}`)}`),
    ...ports("--inputs-nchw", inputsNchw),
    ...ports("--outputs-nchw", outputsNchw),
    ...(samples ? [`--samples ${quote(samples)}`] : []),
  ];
  return words.map((word) => ` ${word}`).join("");
}

/** A shell would look for files by a star, as in 4*height. */
function quoteStar(text: string): string {
  return text.includes("*") ? quote(text) : text;
}

/** A smaller model is further from tfjs than `verify` allows by itself. */
function allowed({ small }: ExportReport): string {
  const limits = Object.values(small?.costs ?? {}).map(({ tolerance }) => tolerance);
  return limits.length > 0 ? ` --tolerance ${Math.max(...limits)}` : "";
}
