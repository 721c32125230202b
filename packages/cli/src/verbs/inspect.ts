import type { ModelReport } from "@vaekit/export";
import { exitCodes } from "@vaekit/infer";
import type { Command } from "commander";
import { checkOutput } from "../files.js";
import type { OutputFlags } from "../io.js";
import { printableLine } from "../printable.js";
import { bytes } from "../units.js";
import { action, verb } from "../verb.js";

interface InspectOptions extends OutputFlags {
  graph?: boolean;
  svg?: string;
  force?: boolean;
}

export function inspectVerb(): Command {
  return verb({
    usage: "inspect <model.onnx>",
    summary: "What an ONNX file holds: inputs, outputs, operators, weights, and which ONNX Runtime loads it",
    example: "vaekit inspect models/digits/decoder.onnx --svg decoder.svg",
  })
    .option("--graph", "print the graph as text, a line a node")
    .option("--svg <file>", "draw the graph")
    .option("--force", "replace the drawing if it exists")
    .action(
      action<InspectOptions>(async ([path], { graph, svg, force }, io) => {
        if (svg !== undefined) checkOutput(svg, { option: "--svg", force, endings: [".svg"] });
        const { inspectModel, writeAtomic } = await import("@vaekit/export");
        const model = await inspectModel(path!);
        if (svg !== undefined) await writeAtomic(svg, model.svg());
        const text = graph ? model.text() : undefined;
        io.result(
          { ...model.report, graphText: text, svg },
          [
            describe(model.report),
            ...(text === undefined ? [] : ["", text]),
            ...(svg ? [`drawn: ${svg}`] : []),
          ].join("\n"),
        );
        if (model.report.external.some(({ problem }) => problem !== null)) process.exitCode = exitCodes.data;
      }),
    );
}

function describe(report: ModelReport): string {
  const { ir, opsets, producer, metadata, parameters, nodes, operators, onnxruntime } = report;
  const sets = Object.entries(opsets).map(([domain, version]) => `${domain} ${version}`);
  const rows: [string, string][] = [
    ["file", `${bytes(report.fileBytes)}${report.external.length > 0 ? ", with external data" : ""}`],
    ["format", `IR ${ir}, ${sets.join(", ")}${producer ? `, by ${oneLine(producer)}` : ""}`],
    [
      "loads in",
      onnxruntime.from
        ? `ONNX Runtime ${onnxruntime.from} and later (${onnxruntime.reason})`
        : onnxruntime.reason,
    ],
    ...Object.entries(metadata).map(([key, value]): [string, string] => [oneLine(key), oneLine(value)]),
    ...report.inputs.map(({ name, type }): [string, string] => ["input", `${oneLine(name)}: ${type}`]),
    ...report.outputs.map(({ name, type }): [string, string] => ["output", `${oneLine(name)}: ${type}`]),
    [
      "parameters",
      `${count(parameters.elements)} in ${count(parameters.tensors)} tensors, ${bytes(parameters.bytes)}`,
    ],
    ...Object.entries(parameters.byType).map(([type, held]): [string, string] => [
      `  ${type}`,
      `${count(held.elements)} in ${count(held.tensors)} tensors, ${bytes(held.bytes)}`,
    ]),
    ...parameters.largest.map(({ name, type, bytes: size, external }): [string, string] => [
      "  largest",
      `${oneLine(name)}: ${type}, ${bytes(size)}${external ? ", external" : ""}`,
    ]),
    ...report.external.map(({ location, fileBytes, tensors, problem }): [string, string] => [
      "external",
      `${oneLine(location)}: ${fileBytes === null ? "" : `${bytes(fileBytes)}, `}${count(tensors)} tensors${problem ? `; PROBLEM: ${oneLine(problem)}` : ""}`,
    ]),
    ["operators", `${count(nodes)} nodes`],
    ...Object.entries(operators).map(([name, times]): [string, string] => [
      `  ${oneLine(name)}`,
      count(times),
    ]),
    ...(report.subgraphs > 0 ? [["subgraphs", count(report.subgraphs)] as [string, string]] : []),
    ...(report.functions.length > 0
      ? [["functions", report.functions.map(oneLine).join(", ")] as [string, string]]
      : []),
    ...(report.customDomains.length > 0
      ? [["custom", `needs operators of ${report.customDomains.map(oneLine).join(", ")}`] as [string, string]]
      : []),
    ...(report.trainingInfo ? [["training", "has training graphs"] as [string, string]] : []),
  ];
  const width = Math.max(...rows.map(([name]) => name.length));
  return rows.map(([name, value]) => `${name.padEnd(width)}  ${value}`).join("\n");
}

/** A file's own text must not move the cursor or break the line. */
function oneLine(text: string): string {
  const escaped = printableLine(text);
  return escaped.length > 200 ? `${escaped.slice(0, 200)}...` : escaped;
}

function count(value: number): string {
  return value.toLocaleString("en-US");
}
