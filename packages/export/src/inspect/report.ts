import { directoryOf, openExternal } from "../proto/external-location.js";
import { externalTensors, placeOf } from "../proto/external-read.js";
import type { onnx } from "../proto/generated/onnx.js";
import type { ModelMessage } from "../proto/message.js";
import { ModelError } from "../proto/model-error.js";
import { byteSize, safe } from "../proto/tensor.js";
import { walk } from "../proto/walk.js";
import { isBuiltIn, loadedBy } from "./onnxruntime-versions.js";
import { countParameters, type Parameters } from "./parameters.js";
import { operatorName, type PortDim, shapeOf, typeText } from "./type-text.js";

export interface PortReport {
  name: string;
  /** `float32 [batch, 3]`, `sequence of float32 [?]`, ... */
  type: string;
  /** Sizes of a tensor; null for what is not one, or has no shape. */
  shape: PortDim[] | null;
}

export interface ExternalReport {
  /** As the model names it. */
  location: string;
  /** Of the file; null where it is not there, or was not looked for. */
  fileBytes: number | null;
  tensors: number;
  /** Bytes that the tensors take. */
  bytes: number;
  /** Why it cannot be read. */
  problem: string | null;
}

/** What a model file is and holds. */
export interface ModelReport {
  path: string | null;
  fileBytes: number;
  ir: number;
  /** Version of each operator set, by domain; ONNX's own is `ai.onnx`. */
  opsets: Record<string, number>;
  producer: string;
  metadata: Record<string, string>;
  graph: string;
  inputs: PortReport[];
  outputs: PortReport[];
  /** Nodes of each operator, most frequent first, subgraphs and functions included; other domains than ONNX's are named. */
  operators: Record<string, number>;
  nodes: number;
  parameters: Parameters;
  external: ExternalReport[];
  subgraphs: number;
  functions: string[];
  /** Domains of operators that neither ONNX Runtime brings nor a function of the model defines. */
  customDomains: string[];
  trainingInfo: boolean;
  onnxruntime: {
    /** The oldest version that loads it; null where none does that is known here. */
    from: string | null;
    reason: string;
  };
}

/** @throws ModelError for a model that says impossible things */
export async function reportOf(
  model: ModelMessage,
  { path, fileBytes }: { path: string | null; fileBytes: number },
): Promise<ModelReport> {
  const where = path ?? "model";
  const { graph } = model;
  if (!graph) throw new ModelError(`${where}: the model has no graph`);
  const opsets = Object.fromEntries(
    (model.opset_import ?? []).map(({ domain, version }) => [domain || "ai.onnx", safe(version ?? 0, where)]),
  );
  const ir = safe(model.ir_version ?? 0, where);
  const { operators, subgraphs } = countOperators(model);
  const functions = (model.functions ?? []).map(({ domain, name }) => operatorName(domain, name));
  const initialized = new Set(graph.initializer?.map(({ name }) => name));
  return {
    path,
    fileBytes,
    ir,
    opsets,
    producer: [model.producer_name, model.producer_version].filter(Boolean).join(" "),
    metadata: Object.fromEntries(
      (model.metadata_props ?? []).map(({ key, value }) => [key ?? "", value ?? ""]),
    ),
    graph: graph.name ?? "",
    // Before IR 4 initializers were listed as inputs too.
    inputs: (graph.input ?? []).filter(({ name }) => !initialized.has(name)).map(portOf),
    outputs: (graph.output ?? []).map(portOf),
    operators,
    nodes: Object.values(operators).reduce((sum, count) => sum + count, 0),
    parameters: countParameters(model, where),
    external: await externalReports(model, path),
    subgraphs,
    functions,
    customDomains: customDomains(operators, functions),
    trainingInfo: (model.training_info ?? []).length > 0,
    onnxruntime: loadedBy(opsets, ir),
  };
}

function portOf({ name, type }: onnx.ValueInfoProto.$Properties): PortReport {
  return { name: name ?? "", type: typeText(type), shape: shapeOf(type) };
}

function countOperators(model: ModelMessage): { operators: Record<string, number>; subgraphs: number } {
  const counts = new Map<string, number>();
  let graphs = 0;
  walk(model, {
    graph: () => graphs++,
    node({ domain, op_type }) {
      const name = operatorName(domain, op_type);
      counts.set(name, (counts.get(name) ?? 0) + 1);
    },
  });
  const trained = (model.training_info ?? []).flatMap(({ initialization, algorithm }) => [
    initialization,
    algorithm,
  ]);
  return {
    operators: Object.fromEntries([...counts].sort(([, a], [, b]) => b - a)),
    subgraphs: graphs - 1 - trained.filter(Boolean).length,
  };
}

function customDomains(operators: Record<string, number>, functions: readonly string[]): string[] {
  const used = Object.keys(operators).filter((name) => name.includes(".") && !functions.includes(name));
  return [...new Set(used.map((name) => name.slice(0, name.lastIndexOf("."))))].filter(
    (domain) => !isBuiltIn(domain),
  );
}

/** A problem with a file is part of the report: the rest of the model can be told without it. */
async function externalReports(model: ModelMessage, path: string | null): Promise<ExternalReport[]> {
  const where = path ?? "model";
  const reports: ExternalReport[] = [];
  for (const [location, tensors] of externalTensors(model, where)) {
    const bytes = tensors.reduce((sum, tensor) => sum + byteSize(tensor, where), 0);
    const report: ExternalReport = {
      location,
      fileBytes: null,
      tensors: tensors.length,
      bytes,
      problem: null,
    };
    reports.push(report);
    if (!path) continue;
    try {
      const file = await openExternal(directoryOf(path), location, path);
      await file.handle.close();
      report.fileBytes = file.size;
      const end = tensors.reduce(
        (most, tensor) => Math.max(most, placeOf(tensor, where).offset + byteSize(tensor, where)),
        0,
      );
      if (end > file.size) report.problem = `it has ${file.size} bytes, its tensors reach to ${end}`;
    } catch (error) {
      if (!(error instanceof ModelError)) throw error;
      report.problem = error.message;
    }
  }
  return reports;
}
