import {
  DataError,
  loadRuntime,
  type Port,
  type Runtime,
  type Session,
  UsageError,
  VaekitError,
  VerificationError,
} from "@vaekit/infer";
import { checkVerify } from "../check-arguments.js";
import { TraceError, UnsupportedKernelError } from "../errors.js";
import { openModel } from "../proto/external-session.js";
import { asNchw, type NchwOptions } from "../trace/nchw.js";
import { type InputSpec, trace } from "../trace/trace.js";
import { adviceOn, type VerifyOptions, type VerifyReport, verify } from "../verify.js";
import { affordableBatches } from "./batches.js";
import { indexBounds } from "./index-bounds.js";
import type { ExportSource } from "./types.js";

export interface VerifyModelOptions
  extends NchwOptions,
    Omit<VerifyOptions, "name" | "advice" | "draws" | "choices"> {
  /** Default: onnxruntime-node and onnxruntime-web's WebAssembly. */
  runtimes?: readonly Runtime[];
  /** Names that the ONNX file gives to the model's inputs and outputs, where they differ. */
  rename?: Readonly<Record<string, string>>;
}

/**
 * Compare an ONNX file, whoever made it, with the tfjs model or function that it should compute, in each runtime.
 * @throws VerificationError when inputs do not match in name, dtype or shape, or an output differs; UsageError for a
 *   name that does not exist, and for sizes that are not the file's; DataError for what is no ONNX model
 */
export async function verifyModel(
  source: ExportSource,
  onnx: string,
  { runtimes, rename = {}, inputsAsNchw, outputsAsNchw, ...options }: VerifyModelOptions = {},
): Promise<Record<string, VerifyReport>> {
  checkVerify(source, onnx, { ...options, runtimes, rename, inputsAsNchw, outputsAsNchw });
  const { fn, inputs } = asNchw(source.fn, source.inputs, { inputsAsNchw, outputsAsNchw });
  const { batches = affordableBatches(inputs) } = options;
  const below = options.random === false ? {} : boundsOf(fn, inputs);
  const reports: Record<string, VerifyReport> = {};
  for (const runtime of runtimes ?? [await loadRuntime("node"), await loadRuntime("web")]) {
    const name = `${onnx} on ${runtime.name}`;
    const session = renamed(await open(onnx, runtime, name), rename, Object.keys(inputs), name);
    try {
      checkInputs(session.inputs, inputs, name, batches);
      const advice = adviceOn(
        options.tolerance ?? Number.POSITIVE_INFINITY,
        "The file does not compute what the tfjs model does: export it again, or see --tolerance.",
      );
      reports[runtime.name] = await verify(fn, inputs, session, { below, ...options, batches, name, advice });
    } finally {
      await session.dispose();
    }
  }
  return reports;
}

/** A file made by somebody else may hold what vaekit cannot trace; nothing is known of its indices then. */
function boundsOf(fn: ExportSource["fn"], inputs: ExportSource["inputs"]): Record<string, number> {
  try {
    return indexBounds(trace(fn, inputs));
  } catch (error) {
    if (error instanceof UnsupportedKernelError || error instanceof TraceError) return {};
    throw error;
  }
}

async function open(onnx: string, runtime: Runtime, name: string): Promise<Session> {
  try {
    return await openModel(onnx, { runtime });
  } catch (cause) {
    if (cause instanceof VaekitError) throw cause;
    throw new DataError(`${name}: ONNX Runtime cannot load it: ${(cause as Error).message.trim()}`, {
      cause,
    });
  }
}

/** A session whose inputs and outputs have the tfjs model's names. @throws UsageError for one that it lacks */
function renamed(
  session: Session,
  rename: Readonly<Record<string, string>>,
  inputs: readonly string[],
  name: string,
): Session {
  const toModel = new Map(Object.entries(rename).map(([model, onnx]) => [onnx, model]));
  const ports = [...session.inputs, ...session.outputs].map((port) => port.name);
  for (const onnx of toModel.keys()) {
    if (ports.includes(onnx)) continue;
    throw new UsageError(`${name}: --rename gives "${onnx}", the file has ${ports.join(", ")}`);
  }
  for (const [model, onnx] of Object.entries(rename)) {
    const side = inputs.includes(model) ? session.inputs : session.outputs;
    if (side.some((port) => port.name === onnx)) continue;
    throw new UsageError(
      inputs.includes(model)
        ? `${name}: --rename ${model}=${onnx}: ${model} is an input of the tfjs model, ${onnx} an output of the file`
        : `${name}: --rename ${model}=${onnx}: ${onnx} is an input of the file; the tfjs model's are ${inputs.join(", ")}`,
    );
  }
  const rekey = <T>(record: Readonly<Record<string, T>>, key: (name: string) => string) =>
    Object.fromEntries(Object.entries(record).map(([at, value]) => [key(at), value]));
  const port = (given: Port): Port => ({ ...given, name: toModel.get(given.name) ?? given.name });
  return {
    ...session,
    inputs: session.inputs.map(port),
    outputs: session.outputs.map(port),
    run: async (feeds) =>
      rekey(await session.run(rekey(feeds, (at) => rename[at] ?? at)), (at) => toModel.get(at) ?? at),
  };
}

/**
 * @throws VerificationError that shows both sides and says what may be the matter; UsageError where the same model at
 *   other sizes would match
 */
function checkInputs(
  ports: readonly Port[],
  inputs: Readonly<Record<string, InputSpec>>,
  name: string,
  batches: readonly number[],
): void {
  const ours = Object.entries(inputs).map(([input, { shape, dtype = "float32", storage }]) => ({
    name: input,
    dtype: storage ?? dtype,
    shape,
  }));
  const describeBoth = (what: string): string =>
    `${name}: ${what}\n  tfjs: ${ours.map(describePort).join("; ")}\n  ONNX: ${ports.map(describePort).join("; ")}`;
  const differ = (what: string): VerificationError => new VerificationError(describeBoth(what));
  const stray = ports.find((port) => ours.every((input) => input.name !== port.name));
  if (stray) {
    throw differ(
      `the tfjs model has no input ${stray.name}. Where names differ give --rename <tfjs>=${stray.name}`,
    );
  }
  for (const input of ours) {
    const port = ports.find((candidate) => candidate.name === input.name);
    if (!port) throw differ(`the file has no input ${input.name}`);
    if (port.dtype !== input.dtype)
      throw differ(`input ${input.name} is ${port.dtype} in the file, not ${input.dtype}`);
    const turned = channelsFirst(port.shape, input.shape);
    if (turned || !compatible(port.shape, input.shape)) {
      const advice =
        ". It has the channels first: give --inputs-nchw, and --outputs-nchw where outputs have too";
      throw differ(`input ${input.name} has another shape in the file${turned ? advice : ""}`);
    }
    port.shape.forEach((size, axis) => {
      const open = input.shape[axis]!;
      if (typeof size !== "number" || typeof open === "number") return;
      if (open === "batch" && batches.every((batch) => batch === size)) return;
      const advice =
        open === "batch" ? `--batch ${size}` : `--shape for ${input.name} with ${size} in place of ${open}`;
      throw new UsageError(
        describeBoth(`the file fixes ${open} of input ${input.name} at ${size}; give ${advice}`),
      );
    });
  }
}

/** A size that either side leaves open fits any; only sizes that both fix can differ. */
function compatible(a: readonly (number | string)[], b: readonly (number | string)[]): boolean {
  return (
    a.length === b.length &&
    a.every((size, axis) => {
      const other = b[axis]!;
      return typeof size !== "number" || typeof other !== "number" || size === other;
    })
  );
}

/** A picture of the model's that is only like the file's with the channels first; open axes fit by chance else. */
function channelsFirst(port: readonly (number | string)[], input: readonly (number | string)[]): boolean {
  const [batch, height, width, channels] = input;
  if (input.length !== 4 || !compatible(port, [batch!, channels!, height!, width!])) return false;
  return (
    !compatible(port, input) || (typeof channels === "number" && port[1] === channels && port[3] !== channels)
  );
}

function describePort({
  name,
  dtype,
  shape,
}: {
  name: string;
  dtype: string;
  shape: readonly (number | string)[];
}) {
  return `${name} [${shape.join(", ")}] ${dtype}`;
}
