import {
  graphsOf,
  loadGraph,
  loadRuntime,
  type Manifest,
  openBundle,
  type PerGraph,
  type Runtime,
  readManifest,
  readVerified,
} from "@vaekit/infer";
import { assertWithin, compareOutputs, type OutputError } from "../compare-outputs.js";
import { encoderChoices } from "./graphs.js";
import { decodeReference, referenceFile } from "./reference.js";

export interface BundleReport {
  manifest: Manifest;
  tolerance: number;
  /** Errors by runtime, graph and output. */
  runtimes: Record<string, PerGraph<Record<string, OutputError>>>;
}

export interface VerifyBundleOptions {
  /** Default 1e-5, or what the manifest says of its smaller weights. */
  tolerance?: number;
  /** Default: the one of this place. */
  runtimes?: readonly Runtime[];
}

const advice =
  "This runtime does not compute what was exported: try another version of onnxruntime, or export again.";

/**
 * Check a bundle where it is: every file's sha256, that the graphs load, and that they still give what tfjs gave at
 * export for the reference examples.
 * @throws BundleError for damage; VerificationError when outputs differ
 */
export async function verifyBundle(
  directory: string,
  options: VerifyBundleOptions = {},
): Promise<BundleReport> {
  const source = await openBundle(directory);
  const manifest = await readManifest(source);
  const reference = decodeReference(
    await readVerified(source, manifest, referenceFile),
    manifest,
    `${directory}/${referenceFile}`,
  );
  const tolerance = options.tolerance ?? manifest.weights?.tolerance ?? 1e-5;
  const report: BundleReport = { manifest, tolerance, runtimes: {} };
  for (const runtime of options.runtimes ?? [await loadRuntime()]) {
    const errors: Partial<PerGraph<Record<string, OutputError>>> = {};
    for (const name of graphsOf(manifest)) {
      const choices = name === "encoder" && manifest.prior.codes ? encoderChoices : [];
      const session = await loadGraph(source, manifest, name, runtime);
      try {
        const outputs = compareOutputs(
          `${name} on ${runtime.name}`,
          await session.run(reference[name]!.inputs),
          reference[name]!.outputs,
          { outputs: choices, tolerance },
        );
        // The reference is of float32 weights: smaller ones choose other codes, and not by a fault of the runtime.
        const held = Object.entries(outputs).filter(
          ([output]) => !(manifest.weights && choices.includes(output)),
        );
        assertWithin(`${name} on ${runtime.name}`, Object.fromEntries(held), tolerance, advice);
        errors[name] = outputs;
      } finally {
        await session.dispose();
      }
    }
    report.runtimes[runtime.name] = errors as PerGraph<Record<string, OutputError>>;
  }
  return report;
}
