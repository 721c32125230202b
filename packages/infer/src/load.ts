import { type CheckPorts, graphSession } from "./bundle/graph.js";
import type { Manifest } from "./bundle/manifest.js";
import { type GraphName, graphsOf, standardNormal } from "./bundle/names.js";
import { checkPorts } from "./bundle/ports.js";
import { type BundleSource, readVerified } from "./bundle/source.js";
import { UsageError } from "./errors.js";
import { arrayTypes, sizeOf } from "./nd-array.js";
import { type Device, devices, type Platform } from "./platform.js";
import type { Feeds, Runtime, Session, SessionOptions } from "./runtime/types.js";

export interface Progress {
  /** The file whose bytes came last. */
  file: string;
  /** Bytes so far and in all, of the graphs that are loaded. */
  loaded: number;
  total: number;
}

export interface LoadOptions {
  /** Where the graphs run. Default "auto". */
  device?: Device;
  /** Threads inside one operator. Default: 1 for small models and in browsers, up to 4 for larger ones in Node. */
  threads?: number;
  /** Most rows given to the model at once; larger inputs run in pieces. Default 256. */
  batchSize?: number;
  /** Graphs to load; a page that only decodes needs no encoder. Default: all that the bundle has. */
  graphs?: readonly GraphName[];
  /** Told as files arrive. */
  onProgress?: (progress: Progress) => void;
  /** Told of what is unusual and no error, such as a bundle that was taken from the cache since the network failed. */
  onWarning?: (message: string) => void;
  /** Run each graph once when loading, so that the first call is as fast as the next. Default true. */
  warmUp?: boolean;
  /** Where onnxruntime-web's .wasm file is; see docs/deployment.md. Default: beside its script. */
  wasmPaths?: SessionOptions["wasmPaths"];
  /** Who runs the graphs, in place of `device`. */
  runtime?: Runtime;
}

/** Each is a real thread with a stack of its own, however few cores there are. */
export const mostThreads = 256;

/** A loaded bundle, as Vae's constructor takes it. */
export interface LoadedBundle {
  source: BundleSource;
  manifest: Manifest;
  sessions: Partial<Record<GraphName, Session>>;
  batchSize: number;
  runtime: Runtime["name"];
}

/** What each option may be, by typeof. */
const optionKinds: Readonly<Record<string, readonly string[]>> = {
  device: ["string"],
  threads: ["number"],
  batchSize: ["number"],
  graphs: ["object"],
  onProgress: ["function"],
  onWarning: ["function"],
  onDownload: ["function"],
  warmUp: ["boolean"],
  wasmPaths: ["string", "object"],
  runtime: ["object"],
  cache: ["boolean", "string", "object"],
  fetch: ["function"],
  timeout: ["number"],
};

/** @throws UsageError for options that are none; BundleError when the bundle is missing, damaged or from a later version */
export async function loadBundle<S, O>(
  platform: Platform<S, O>,
  given: S,
  options: LoadOptions & O,
): Promise<LoadedBundle> {
  checkOptions(options);
  const choose = (manifest: Manifest) =>
    chosenGraphs(manifest, options.graphs ?? platform.graphs?.(manifest));
  return loadChosen(platform, given, options, choose, checkPorts);
}

/** As loadBundle, with options that were checked; choose: the graphs to load; check: a graph's inputs and outputs. */
export async function loadChosen<S, O>(
  platform: Platform<S, O>,
  given: S,
  options: LoadOptions & O,
  choose: (manifest: Manifest) => GraphName[],
  check: CheckPorts,
): Promise<LoadedBundle> {
  const { device = "auto", batchSize = 256, onProgress, warmUp = true, wasmPaths } = options;
  const source = await platform.open(given, options);
  const manifest = await platform.readManifest(source);
  const graphs = choose(manifest);
  const runtime = options.runtime ?? (await platform.runtime(device));
  const files = await readGraphs(source, manifest, graphs, onProgress);
  const sessions: Partial<Record<GraphName, Session>> = {};
  try {
    for (const [i, graph] of graphs.entries()) {
      const threads = options.threads ?? platform.threads(files[i]!.length, runtime.name);
      const tuning = { threads, wasmPaths };
      const session = await graphSession(source, manifest, graph, files[i]!, runtime, check, tuning);
      sessions[graph] = session;
      if (warmUp && graph !== "scorer") await session.run(zeros(session));
    }
  } catch (error) {
    await Promise.all(Object.values(sessions).map((session) => session.dispose()));
    throw error;
  }
  return { source, manifest, sessions, batchSize, runtime: runtime.name };
}

function checkOptions(options: LoadOptions): void {
  if (typeof options !== "object" || options === null || Array.isArray(options)) {
    throw new UsageError(`Vae.load: options must be an object, got ${JSON.stringify(options)}`);
  }
  const { device = "auto", threads, batchSize = 256, graphs = [] } = options;
  if (!Array.isArray(graphs)) {
    throw new UsageError(
      `Vae.load: graphs must be a list such as ["decoder"]; got ${JSON.stringify(graphs)}`,
    );
  }
  for (const [name, value] of Object.entries(options)) {
    const kinds = Object.hasOwn(optionKinds, name) ? optionKinds[name]! : null;
    if (!kinds) {
      const names = Object.keys(optionKinds).join(", ");
      throw new UsageError(`Vae.load: there is no option "${name}"; there are ${names}`);
    }
    if (value !== undefined && (value === null || !kinds.includes(typeof value))) {
      throw new UsageError(`Vae.load: ${name} must be a ${kinds.join(" or ")}; got ${value}`);
    }
  }
  if (!devices.includes(device)) {
    throw new UsageError(
      `Vae.load: device must be one of ${devices.join(", ")}; got ${JSON.stringify(device)}`,
    );
  }
  if (!(Number.isInteger(batchSize) && batchSize > 0)) {
    throw new UsageError(`Vae.load: batchSize must be a positive integer, got ${batchSize}`);
  }
  if (threads !== undefined && !(Number.isInteger(threads) && threads > 0 && threads <= mostThreads)) {
    throw new UsageError(`Vae.load: threads must be an integer from 1 to ${mostThreads}, got ${threads}`);
  }
}

function chosenGraphs(manifest: Manifest, wanted: readonly GraphName[] | undefined): GraphName[] {
  const there = graphsOf(manifest);
  if (wanted === undefined) return there;
  const stray = wanted.find((name) => !there.includes(name));
  if (stray !== undefined || wanted.length === 0) {
    throw new UsageError(
      `Vae.load: graphs must be some of ${there.join(", ")}; got [${wanted.join(", ")}]` +
        `${stray === "prior" ? `: the prior is ${standardNormal}, which needs no graph` : ""}`,
    );
  }
  return there.filter((name) => wanted.includes(name));
}

/** The graphs' files, side by side, in their order. */
async function readGraphs(
  source: BundleSource,
  manifest: Manifest,
  graphs: readonly GraphName[],
  onProgress: LoadOptions["onProgress"],
): Promise<Uint8Array[]> {
  const names = graphs.map((graph) => `${graph}.onnx`);
  const total = names.reduce((sum, file) => sum + (manifest.files[file]?.bytes ?? 0), 0);
  const arrived = names.map(() => 0);
  const report = (i: number, bytes: number) => {
    arrived[i] = bytes;
    onProgress?.({ file: names[i]!, loaded: arrived.reduce((a, b) => a + b, 0), total });
  };
  return Promise.all(
    names.map(async (file, i) => {
      const bytes = await readVerified(source, manifest, file, onProgress && ((loaded) => report(i, loaded)));
      if (arrived[i] !== bytes.length) report(i, bytes.length);
      return bytes;
    }),
  );
}

/** One row of zeros for each input. */
function zeros({ inputs }: Session): Feeds {
  const rows = inputs.map(({ name, dtype, shape }) => {
    const fixed = shape.map((dim) => (typeof dim === "number" ? dim : 1));
    return [name, { dtype, shape: fixed, data: new arrayTypes[dtype](sizeOf(fixed)) }] as const;
  });
  return Object.fromEntries(rows);
}
