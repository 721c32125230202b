import { existsSync } from "node:fs";
import { loadRuntime, type Runtime, type Session, UsageError } from "@vaekit/infer";
import { checkExport } from "./check-arguments.js";
import { checkGraph } from "./ir/check.js";
import type { Sizes } from "./ir/dim.js";
import type { Graph } from "./ir/graph.js";
import { opCounts } from "./ir/text.js";
import { affordableBatches } from "./models/batches.js";
import { indexBounds } from "./models/index-bounds.js";
import { layersSource } from "./models/layers-source.js";
import type { ExportSource, ShapeOptions } from "./models/types.js";
import { optimize } from "./passes/optimize.js";
import { type StagedModel, stageModel } from "./proto/stage.js";
import { asNchw, type NchwOptions } from "./trace/nchw.js";
import { type LayersModelLike, trace } from "./trace/trace.js";
import { type VerifyOptions, type VerifyReport, verify } from "./verify.js";
import { version } from "./version.js";
import { type Metric, type OutputCost, verifySmall } from "./weights/measure.js";
import { type ShrinkOptions, type Shrunk, shrink } from "./weights/shrink.js";

/** `dynamic` and `shapes` are for the axes that a LayersModel leaves open. */
export interface ExportOptions extends NchwOptions, ShrinkOptions, ShapeOptions {
  /** File to write, `model.onnx`. Default: none, the bytes are in the result. */
  out?: string;
  /** Replace what is at `out`. Default false. */
  force?: boolean;
  /** Keep large weights beside the model, in `<out>.data`. Default: where the file would exceed protobuf's 2 GB. */
  externalData?: boolean;
  /** Version of ONNX's operator set, 13 to 24. Default 17, which every checker and runtime in use accepts. */
  opset?: number;
  /** Run the model in ONNX Runtime and compare with tfjs before anything is written. Default true. */
  verify?: boolean;
  /**
   * Largest error relative to an output's scale. Default 1e-5. With smaller weights or precision it is the largest
   * against the float32 graph (default by kind: `costLimits`); that one is held to 1e-5 beside tfjs in any case.
   */
  tolerance?: number;
  /** A number that tells how good outputs are: reported for the float32 graph and the smaller one. */
  metric?: Metric;
  /** Sizes of symbolic dimensions and real inputs to verify on; see `verify`. */
  verifyOn?: Pick<VerifyOptions, "batches" | "sizes" | "samples" | "random" | "seed">;
  /** What verifies. Default: the runtime of this place. */
  runtimes?: readonly Runtime[];
  /** Ends the export between two of its steps or runs: its reason is thrown, and nothing was written. */
  signal?: AbortSignal;
  /** Told each step before it is taken. */
  onProgress?: (step: ExportStep) => void;
}

/** A step of an export: recording the model, writing it where it is tried, and each run of it. */
export type ExportStep =
  | { step: "trace" }
  | { step: "write"; nodes: number }
  | { step: "verify"; runtime: string; sizes: Sizes };

export interface ExportReport {
  name: string;
  opset: number;
  /** How many nodes of each operator, as traced and after the passes. */
  operators: { traced: Record<string, number>; optimized: Record<string, number> };
  /** Elements of all constants. */
  parameters: number;
  /** Size of the model, external data included. */
  bytes: number;
  /** Largest errors by runtime; null where it was not verified. */
  verified: Record<string, VerifyReport> | null;
  /** What smaller weights or precision changed and, by runtime, cost; null where there are none. */
  small: (Pick<Shrunk, "weights" | "precision"> & { costs: Record<string, OutputCost> }) | null;
  /** Files that were written, by path. */
  files: string[];
}

export interface OnnxExport {
  graph: Graph;
  /** The model; null where it went to a file. */
  bytes: Uint8Array | null;
  report: ExportReport;
}

/**
 * Turn a tfjs function, a LayersModel or a loaded model into ONNX: traced, optimised, checked, and verified against
 * tfjs in ONNX Runtime. Nothing is written before it is verified, and a file appears whole or not at all.
 *
 * @throws UsageError for options that do not fit; TraceError and UnsupportedKernelError for what cannot be traced;
 *   VerificationError where ONNX Runtime and tfjs disagree; DataError where the file cannot be written
 */
export async function exportOnnx(
  what: ExportSource | LayersModelLike,
  options: ExportOptions = {},
): Promise<OnnxExport> {
  checkExport(what, options);
  const { out, force = false, opset, tolerance, externalData, metric } = options;
  const written = out === undefined || force ? [] : [out, ...(externalData ? [`${out}.data`] : [])];
  for (const path of written) {
    if (!existsSync(path)) continue;
    throw new UsageError(
      `${path} exists already. Use --force (force: true) to replace it, or another place.`,
    );
  }
  if (externalData && out === undefined)
    throw new UsageError("externalData needs a file to lie beside; say where it goes: out");
  const source = "fn" in what ? what : layersSource(what, options);
  const { signal, onProgress } = options;
  signal?.throwIfAborted();
  onProgress?.({ step: "trace" });
  const { fn, inputs } = asNchw(source.fn, source.inputs, options);
  const traced = trace(fn, inputs, { opset });
  const graph = optimize(traced);
  checkGraph(graph);
  const small = shrink(graph, options);
  if (small) checkGraph(small.graph);
  onProgress?.({ step: "write", nodes: graph.nodes.length });
  const settings = { name: source.name, producerVersion: version, externalData, force };
  const staged = await stageModel(out, small?.graph ?? graph, settings);
  let full: StagedModel | null = null;
  try {
    // It is tried and never kept, whatever lies beside `out`.
    if (small && options.verify !== false) full = await stageModel(out, graph, { ...settings, force: true });
    const verified: Record<string, VerifyReport> = {};
    const costs: Record<string, OutputCost> = {};
    for (const runtime of options.verify === false ? [] : (options.runtimes ?? [await loadRuntime()])) {
      const settings = {
        batches: affordableBatches(inputs),
        ...options.verifyOn,
        below: indexBounds(traced),
        tolerance,
        name: source.name,
        signal,
        onPoint: (sizes: Sizes) => onProgress?.({ step: "verify", runtime: runtime.name, sizes }),
      };
      await withSessions([staged, full], runtime, async (session, reference) => {
        if (!reference) {
          verified[runtime.name] = await verify(fn, inputs, session, settings);
          return;
        }
        const sessions = { full: reference, small: session };
        const measured = await verifySmall(fn, inputs, sessions, small!.limit, { ...settings, metric });
        verified[runtime.name] = measured.verified;
        costs[runtime.name] = measured.cost;
      });
    }
    signal?.throwIfAborted();
    const files = await staged.commit();
    return {
      graph: small?.graph ?? graph,
      bytes: staged.bytes,
      report: {
        name: source.name,
        opset: graph.opset,
        operators: { traced: opCounts(traced), optimized: opCounts(small?.graph ?? graph) },
        parameters: parameterCount(graph),
        bytes: staged.size,
        verified: options.verify === false ? null : verified,
        small: small && { weights: small.weights, precision: small.precision, costs },
        files,
      },
    };
  } finally {
    await staged.discard();
    await full?.discard();
  }
}

/** Open the staged models that there are, and close them whatever happens. */
async function withSessions(
  [model, reference]: readonly [StagedModel, StagedModel | null],
  runtime: Runtime,
  run: (session: Session, reference: Session | null) => Promise<void>,
): Promise<void> {
  const session = await model.open(runtime);
  try {
    const other = reference && (await reference.open(runtime));
    try {
      await run(session, other);
    } finally {
      await other?.dispose();
    }
  } finally {
    await session.dispose();
  }
}

/** Elements of the float constants that the graph uses; each constant counts once. */
function parameterCount(graph: Graph): number {
  const constants = new Set(graph.nodes.flatMap(({ inputs }) => inputs.filter((value) => value?.data)));
  return [...constants].reduce((sum, value) => sum + (value!.dtype === "int64" ? 0 : value!.data!.length), 0);
}
