import { UsageError } from "@vaekit/infer";
import { checkOptions, checks, isRecord, isText, type OptionTable, shown } from "./check-options.js";
import type { ExportOptions } from "./export-onnx.js";
import type { LoadModelOptions } from "./models/load.js";
import type { VerifyModelOptions } from "./models/verify-model.js";
import type { ModelTraceOptions, TraceOptions } from "./trace/trace.js";
import { precisions, weightFormats } from "./weights/report.js";

type VerifyOn = NonNullable<ExportOptions["verifyOn"]>;

const nchw = { inputsAsNchw: checks.ports, outputsAsNchw: checks.ports };
const openAxes = { dynamic: checks.names, shapes: checks.shapes };
const verifyOn: OptionTable<VerifyOn> = {
  batches: checks.sizes,
  sizes: checks.sizesByName,
  samples: checks.samples,
  random: checks.yesNo,
  seed: checks.whole,
};

const exportTable: OptionTable<ExportOptions> = {
  out: checks.text,
  force: checks.yesNo,
  externalData: checks.yesNo,
  opset: checks.whole,
  verify: checks.yesNo,
  tolerance: checks.positive,
  metric: checks.call,
  verifyOn: (value) => {
    checkOptions<VerifyOn>("exportOnnx: verifyOn.", value, verifyOn);
    return null;
  },
  runtimes: checks.runtimes,
  signal: checks.signal,
  onProgress: checks.call,
  weights: checks.oneOf(weightFormats),
  precision: checks.oneOf(precisions),
  ...openAxes,
  ...nchw,
};

const verifyTable: OptionTable<VerifyModelOptions> = {
  ...verifyOn,
  ...nchw,
  tolerance: checks.positive,
  below: checks.bounds,
  runtimes: checks.runtimes,
  rename: checks.renames,
  signal: checks.signal,
  onPoint: checks.call,
};

const traceTable: OptionTable<TraceOptions> = {
  opset: checks.whole,
  variables: checks.oneOf(["constants", "inputs"]),
};
const modelTraceTable: OptionTable<ModelTraceOptions> = { opset: checks.whole, ...openAxes };
const loadTable: OptionTable<LoadModelOptions> = { register: checks.files, ...openAxes };

/** @throws UsageError for what is no model or function, and for options that do not exist or do not fit */
export function checkExport(what: unknown, options: unknown): void {
  checkSource("exportOnnx", what);
  checkOptions<ExportOptions>("exportOnnx", options, exportTable);
  const { dynamic, shapes, verifyOn } = options as ExportOptions;
  if ("fn" in (what as object)) {
    const given = dynamic ? "dynamic" : shapes ? "shapes" : null;
    if (given) {
      throw new UsageError(
        `exportOnnx: ${given} is for a LayersModel. The open sizes of a function, or of a model from loadModel, stand in ` +
          `its inputs: { image: { shape: ["batch", "height", "width", 3] } }, or loadModel(path, { ${given} })`,
      );
    }
    checkSamples("exportOnnx: verifyOn.samples", (what as { inputs: object }).inputs, verifyOn?.samples);
  }
}

/** @throws UsageError as checkExport */
export function checkVerify(source: unknown, onnx: unknown, options: unknown): void {
  checkSource("verifyModel", source);
  if (!isRecord(source) || !("fn" in source)) {
    throw new UsageError(
      "verifyModel: the first argument must be a saved model, await loadModel(path), or { fn, inputs, name }; got a " +
        "LayersModel. Save it and load it, or give layersSource(model)",
    );
  }
  if (!isText(onnx)) {
    throw new UsageError(
      `verifyModel: the second argument must be the path of the ONNX file; got ${shown(onnx)}`,
    );
  }
  checkOptions<VerifyModelOptions>("verifyModel", options, verifyTable);
  const { samples } = options as VerifyModelOptions;
  checkSamples("verifyModel: samples", source.inputs as object, samples);
}

/** @throws UsageError as checkExport */
export function checkLoad(path: unknown, options: unknown): void {
  if (!isText(path)) {
    throw new UsageError(
      `loadModel: the first argument must be a path: model.json, or the directory that it is in; got ${shown(path)}`,
    );
  }
  checkOptions<LoadModelOptions>("loadModel", options, loadTable);
}

/** @throws UsageError as checkExport */
export function checkTrace(what: unknown, second: unknown, third: unknown): void {
  if (typeof what !== "function") {
    checkSource("trace", what);
    checkOptions<ModelTraceOptions>("trace", second ?? {}, modelTraceTable);
    return;
  }
  if (second === undefined)
    throw new UsageError("trace: a function needs the shapes of its inputs as the second argument");
  checkInputs("trace", second);
  checkOptions<TraceOptions>("trace", third, traceTable);
}

const example = '{ image: { shape: ["batch", 28, 28, 1] } }';

function checkSource(where: string, what: unknown): void {
  if (typeof what === "string") {
    throw new UsageError(
      `${where}: ${shown(what)} is a path; read the model first: await loadModel(${shown(what)})`,
    );
  }
  const isModel = isRecord(what) && typeof what.apply === "function" && Array.isArray(what.inputs);
  if (isModel && !("fn" in what)) {
    if (Array.isArray(what.inputNames) && Array.isArray(what.outputNames)) return;
  }
  if (!isRecord(what) || typeof what.fn !== "function" || where === "trace") {
    const function_ =
      where === "trace"
        ? `a function and its inputs: trace(fn, ${example})`
        : `{ name, fn, inputs: ${example} }`;
    throw new UsageError(
      `${where}: the first argument must be a LayersModel${where === "trace" ? " or" : ", what loadModel gives, or"} ` +
        `${function_}; got ${shown(what)}`,
    );
  }
  if (!isText(what.name))
    throw new UsageError(`${where}: name must be text that names the model; got ${shown(what.name)}`);
  checkInputs(where, what.inputs);
}

const dtypes = ["float32", "int32", "bool"];

function checkInputs(where: string, inputs: unknown): void {
  if (!isRecord(inputs)) {
    throw new UsageError(
      `${where}: inputs must be what each input looks like: ${example}; got ${shown(inputs)}`,
    );
  }
  for (const [name, spec] of Object.entries(inputs)) {
    const refuse = (why: string): never => {
      throw new UsageError(`${where}: input ${name}: ${why}`);
    };
    if (Array.isArray(spec)) refuse(`give its shape by name: { shape: ${shown(spec)} }`);
    if (!isRecord(spec) || !Array.isArray(spec.shape))
      throw new UsageError(`${where}: input ${name}: give its shape, as in ${example}; got ${shown(spec)}`);
    for (const size of spec.shape as unknown[]) {
      if (typeof size === "string" || (Number.isSafeInteger(size) && (size as number) >= 0)) continue;
      const open = size === null ? ' A size that stays open has a name: "batch", "height".' : "";
      refuse(
        `${shown(size)} in the shape ${shown(spec.shape)} is no size; give whole numbers and names.${open}`,
      );
    }
    const { dtype, storage } = spec;
    if (dtype !== undefined && !dtypes.includes(dtype as string))
      refuse(`dtype must be one of ${dtypes.join(", ")}; got ${shown(dtype)}`);
    if (storage !== undefined && storage !== "uint8")
      refuse(`storage must be "uint8" or left out; got ${shown(storage)}`);
    const stray = Object.keys(spec).find((key) => !["shape", "dtype", "storage"].includes(key));
    if (stray !== undefined) refuse(`there is no ${stray}; an input has shape, dtype and storage`);
  }
}

/** Real inputs must be there for each input, and for nothing else. */
function checkSamples(where: string, inputs: object, samples: object | undefined): void {
  if (!samples) return;
  const [known, given] = [Object.keys(inputs), Object.keys(samples)];
  const missing = known.filter((name) => !given.includes(name));
  const stray = given.filter((name) => !known.includes(name));
  if (missing.length + stray.length === 0) return;
  throw new UsageError(
    `${where} must be for the inputs ${known.join(", ")}; got ${given.join(", ") || "none"}`,
  );
}
