import { createHash } from "node:crypto";
import { dirname } from "node:path";
import {
  bundleFormat,
  checkDirectory,
  codesFile,
  type GraphName,
  graphNames,
  loadRuntime,
  type Manifest,
  manifestName,
  type PerGraph,
  UsageError,
  writeDirectory,
} from "@vaekit/infer";
import { version } from "../version.js";
import { modelCard } from "./card.js";
import { encodeCodes } from "./codes.js";
import { type BundleGraph, bundleGraphs } from "./graphs.js";
import { referenceInputs } from "./inputs.js";
import { encodeReference, makeReference, referenceFile } from "./reference.js";
import { checkWeights, weightsRecord } from "./small.js";
import { type StoredGraph, storeGraph } from "./store.js";
import type { BundleOptions, BundleVae } from "./types.js";

/** All that vaekit puts at the top of a bundle. */
const ownNames = new Set([
  manifestName,
  "README.md",
  dirname(referenceFile),
  ...[...graphNames, "prior"].map((name) => `${name}.onnx`),
]);

/**
 * Export a VAE as a bundle: encoder, decoder and scorer (and the prior, if it is learned) as ONNX, verified against tfjs before anything is written,
 * with manifest, reference outputs and model card. The directory appears whole or not at all.
 * @throws VerificationError when ONNX Runtime and tfjs disagree; UsageError when the place is taken
 */
export async function exportBundle(
  vae: BundleVae,
  directory: string,
  options: BundleOptions = {},
): Promise<Manifest> {
  const { force = false, tolerance, statistics = null, training = {} } = options;
  checkVae(vae);
  const weights = checkWeights(options.weights ?? "fp32");
  await checkPlace(directory, force);
  const runtime = await loadRuntime();
  const inputs = referenceInputs(vae, options);
  const graphs = await bundleGraphs(vae, runtime);
  const reference = makeReference(graphs, inputs);
  const files: Record<string, Uint8Array[]> = { [referenceFile]: encodeReference(reference) };
  const stored: Partial<PerGraph<StoredGraph>> = {};
  for (const [name, graph] of Object.entries(graphs) as [GraphName, BundleGraph][]) {
    const real = Object.entries(reference[name]!.inputs);
    stored[name] = await storeGraph(graph, runtime, {
      name,
      weights,
      tolerance,
      samples: Object.fromEntries(real.map(([input, { data }]) => [input, data])),
      producerVersion: version,
      metadata: axisNames(name, graph, vae),
    });
    files[`${name}.onnx`] = [stored[name].bytes];
  }
  const models = stored as PerGraph<StoredGraph>;
  const { kind, name, shape, dtype, range } = vae.data;
  const { prior, condition = null } = vae;
  const learned = models.prior !== undefined;
  const manifest: Manifest = {
    format: bundleFormat,
    // Version 1 knows neither: its readers would take such a bundle for another model.
    version: condition || learned ? 2 : 1,
    producer: `vaekit ${version}`,
    data: { kind, name, shape: [...shape] as [number, number, number], dtype, range: [range[0], range[1]] },
    latent: vae.latent,
    likelihood: {
      name: vae.likelihood.name,
      outputs: graphs.decoder.graph.outputs.map((output) => output.name),
    },
    condition,
    prior: {
      name: prior.name,
      uniforms: prior.uniforms ?? 0,
      graph: learned,
      codes: Boolean(prior.quantize),
    },
    latentStatistics: statistics,
    verified: {
      encoder: models.encoder.verified,
      decoder: models.decoder.verified,
      scorer: models.scorer.verified,
      ...(models.prior && { prior: models.prior.verified }),
    },
    // The model card is for people, who may edit it: it is not among the files that are checked.
    files: Object.fromEntries(Object.entries(files).map(([file, parts]) => [file, describeFile(parts)])),
    training,
  };
  const cost = await weightsRecord(manifest, models, options);
  if (cost) manifest.weights = cost;
  if (options.reference) {
    const { parts, record } = await encodeCodes(manifest, models, options.reference);
    files[codesFile] = parts;
    manifest.files[codesFile] = describeFile(parts);
    manifest.reference = record;
  }
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
export function checkPlace(directory: string, force = false): Promise<void> {
  return checkDirectory(directory, { what: "a bundle", names: ownNames, mark: manifestName }, force);
}

/** Axis names of every input and output, kept in the model's metadata. */
function axisNames(
  graph: GraphName,
  { graph: { inputs, outputs } }: BundleGraph,
  { condition }: BundleVae,
): Record<string, string> {
  const axes: Readonly<Record<string, string>> = {
    x: "batch, height, width, channels",
    x_mean: "batch, height, width, channels",
    ...Object.fromEntries(["z", "mu", "logvar", "eps"].map((name) => [name, "batch, latent"])),
    c: condition?.kind === "labels" ? "batch, classes" : "batch, columns",
    uniform: "batch, uniforms",
  };
  const byRank = [
    "",
    "batch",
    "batch, features",
    "batch, levels, features",
    "batch, height, width, channels",
  ];
  const named = [...inputs, ...outputs.map(({ name, value }) => ({ name, rank: value.rank }))];
  return {
    "vaekit.graph": graph,
    ...Object.fromEntries(
      named.map(({ name, rank }) => [`vaekit.axes.${name}`, axes[name ?? ""] ?? byRank[rank] ?? ""]),
    ),
  };
}

function describeFile(parts: readonly Uint8Array[]): Manifest["files"][string] {
  const hash = createHash("sha256");
  for (const part of parts) hash.update(part);
  return { sha256: hash.digest("hex"), bytes: parts.reduce((sum, { length }) => sum + length, 0) };
}

/** @throws UsageError for what is no VAE, such as the run that has one */
function checkVae(vae: unknown): void {
  if (typeof (vae as Partial<BundleVae> | null)?.encode === "function") return;
  const advice = (vae as { vae?: unknown } | null)?.vae ? ", here run.vae" : "";
  throw new UsageError(
    `exportBundle: the first argument must be a VAE, with encode, decode and score${advice}.`,
  );
}
