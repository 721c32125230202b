import { createHash, randomBytes } from "node:crypto";
import { existsSync } from "node:fs";
import { mkdir, readdir, rename, rm } from "node:fs/promises";
import { basename, dirname, join, resolve } from "node:path";
import {
  bundleFormat,
  bundleVersion,
  type GraphName,
  graphNames,
  loadRuntime,
  type Manifest,
  manifestName,
  RandomStream,
  type RuntimeTensor,
  sizeOf,
  UsageError,
} from "@vaekit/infer";
import { writeAtomic, writeError } from "../files.js";
import { version } from "../version.js";
import { modelCard } from "./card.js";
import { type BundleGraph, bundleGraphs } from "./graphs.js";
import { encodeReference, makeReference, referenceFile } from "./reference.js";
import { checkWeights, weightsRecord } from "./small.js";
import { type StoredGraph, storeGraph } from "./store.js";
import type { BundleOptions, BundleVae } from "./types.js";

/** All that vaekit puts at the top of a bundle. */
const ownNames = new Set([
  manifestName,
  "README.md",
  dirname(referenceFile),
  ...graphNames.map((name) => `${name}.onnx`),
]);

/** Examples that the reference keeps. */
const referenceRows = 8;

/**
 * Export a VAE as a bundle: encoder, decoder and scorer as ONNX, verified against tfjs before anything is written,
 * with manifest, reference outputs and model card. The directory appears whole or not at all.
 * @throws VerificationError when ONNX Runtime and tfjs disagree; UsageError when the place is taken
 */
export async function exportBundle(
  vae: BundleVae,
  directory: string,
  options: BundleOptions = {},
): Promise<Manifest> {
  const { force = false, tolerance, statistics = null, training = {} } = options;
  const weights = checkWeights(options.weights ?? "fp32");
  await checkPlace(directory, force);
  const graphs = bundleGraphs(vae);
  const examples = referenceExamples(vae, options.samples);
  const reference = makeReference(graphs, examples);
  const files: Record<string, Uint8Array[]> = { [referenceFile]: encodeReference(reference) };
  const stored: Partial<Record<GraphName, StoredGraph>> = {};
  const runtime = await loadRuntime();
  for (const name of graphNames) {
    const inputs = Object.entries(reference[name].inputs);
    stored[name] = await storeGraph(graphs[name], runtime, {
      name,
      weights,
      tolerance,
      samples: Object.fromEntries(inputs.map(([input, { data }]) => [input, data])),
      producerVersion: version,
      metadata: axisNames(name, graphs[name], vae),
    });
    files[`${name}.onnx`] = [stored[name].bytes];
  }
  const models = stored as Record<GraphName, StoredGraph>;
  const { kind, name, shape, dtype, range } = vae.data;
  const manifest: Manifest = {
    format: bundleFormat,
    version: bundleVersion,
    producer: `vaekit ${version}`,
    data: { kind, name, shape: [...shape] as [number, number, number], dtype, range: [range[0], range[1]] },
    latent: vae.latent,
    likelihood: {
      name: vae.likelihood.name,
      outputs: graphs.decoder.graph.outputs.map((output) => output.name),
    },
    prior: { name: vae.prior.name },
    latentStatistics: statistics,
    verified: {
      encoder: models.encoder.verified,
      decoder: models.decoder.verified,
      scorer: models.scorer.verified,
    },
    // The model card is for people, who may edit it: it is not among the files that are checked.
    files: Object.fromEntries(Object.entries(files).map(([file, parts]) => [file, describeFile(parts)])),
    training,
  };
  const cost = await weightsRecord(manifest, models, options.samples);
  if (cost) manifest.weights = cost;
  await writeDirectory(directory, {
    ...files,
    "README.md": [new TextEncoder().encode(modelCard(manifest))],
    [manifestName]: [new TextEncoder().encode(`${JSON.stringify(manifest, null, 2)}\n`)],
  });
  return manifest;
}

/**
 * A bundle's place is new, an empty directory, or, with force, a bundle and nothing else.
 * @throws UsageError
 */
export async function checkPlace(directory: string, force = false): Promise<void> {
  if (!existsSync(directory)) return;
  const found = await readdir(directory).catch((cause) => {
    throw writeError(directory, cause);
  });
  if (found.length === 0) return;
  if (!force) {
    throw new UsageError(
      `${directory} exists already. Use --force (force: true) to replace it, or another place.`,
    );
  }
  const foreign = found.find((name) => !ownNames.has(name));
  if (foreign || !found.includes(manifestName)) {
    const what = foreign
      ? `${directory} holds ${foreign}, which is no part of a bundle`
      : `${directory} is not a bundle`;
    throw new UsageError(`${what}, so --force does not replace it. Choose another place.`);
  }
}

/** The first samples, or random values where there are none. */
function referenceExamples({ data }: BundleVae, samples?: Uint8Array): RuntimeTensor {
  const size = sizeOf(data.shape);
  if (samples && (samples.length === 0 || samples.length % size !== 0)) {
    throw new UsageError(
      `exportBundle: samples hold ${samples.length} values, no whole number of [${data.shape}]`,
    );
  }
  const rows = samples ? Math.min(referenceRows, samples.length / size) : referenceRows;
  const stream = new RandomStream(0, "sample");
  const values =
    samples?.slice(0, rows * size) ?? Uint8Array.from({ length: rows * size }, () => stream.below(256));
  return { dtype: data.dtype, shape: [rows, ...data.shape], data: values };
}

/** Axis names of every input and output, kept in the model's metadata. */
function axisNames(
  graph: GraphName,
  { graph: { inputs, outputs } }: BundleGraph,
  vae: BundleVae,
): Record<string, string> {
  const axes = (rank: number) =>
    rank === vae.data.shape.length + 1 ? "batch, height, width, channels" : "batch, features";
  const latent = new Set(["z", "mu", "logvar"]);
  const named = [...inputs, ...outputs.map(({ name, value }) => ({ name, rank: value.rank }))];
  return {
    "vaekit.graph": graph,
    ...Object.fromEntries(
      named.map(({ name, rank }) => [
        `vaekit.axes.${name}`,
        latent.has(name ?? "") ? "batch, latent" : rank === 1 ? "batch" : axes(rank),
      ]),
    ),
  };
}

function describeFile(parts: readonly Uint8Array[]): Manifest["files"][string] {
  const hash = createHash("sha256");
  for (const part of parts) hash.update(part);
  return { sha256: hash.digest("hex"), bytes: parts.reduce((sum, { length }) => sum + length, 0) };
}

/** All files into a temporary directory beside the place, which then takes its name. */
async function writeDirectory(directory: string, files: Record<string, Uint8Array[]>): Promise<void> {
  const place = resolve(directory);
  const mark = randomBytes(4).toString("hex");
  const temporary = join(dirname(place), `.${basename(place)}.${mark}.tmp`);
  const replaced = join(dirname(place), `.${basename(place)}.${mark}.old`);
  try {
    for (const [name, parts] of Object.entries(files)) {
      const path = join(temporary, name);
      await mkdir(dirname(path), { recursive: true }).catch((cause) => {
        throw writeError(directory, cause);
      });
      await writeAtomic(path, ...parts);
    }
    try {
      if (existsSync(place)) await rename(place, replaced);
      await rename(temporary, place);
    } catch (cause) {
      if (existsSync(replaced) && !existsSync(place)) await rename(replaced, place);
      throw writeError(directory, cause);
    }
  } finally {
    await rm(temporary, { recursive: true, force: true });
    await rm(replaced, { recursive: true, force: true });
  }
}
