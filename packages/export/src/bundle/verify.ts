import {
  type GraphName,
  graphNames,
  loadGraph,
  loadRuntime,
  type Manifest,
  openBundle,
  type Runtime,
  readManifest,
  readVerified,
} from "@vaekit/infer";
import { assertWithin, compareOutputs, type OutputError } from "../verify.js";
import { decodeReference, referenceFile } from "./reference.js";

export interface BundleReport {
  manifest: Manifest;
  tolerance: number;
  /** Errors by runtime, graph and output. */
  runtimes: Record<string, Record<GraphName, Record<string, OutputError>>>;
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
    `${directory}/${referenceFile}`,
  );
  const tolerance = options.tolerance ?? manifest.weights?.tolerance ?? 1e-5;
  const report: BundleReport = { manifest, tolerance, runtimes: {} };
  for (const runtime of options.runtimes ?? [await loadRuntime()]) {
    const errors: Partial<Record<GraphName, Record<string, OutputError>>> = {};
    for (const name of graphNames) {
      const session = await loadGraph(source, manifest, name, runtime);
      try {
        const outputs = compareOutputs(
          `${name} on ${runtime.name}`,
          await session.run(reference[name].inputs),
          reference[name].outputs,
        );
        assertWithin(`${name} on ${runtime.name}`, outputs, tolerance, advice);
        errors[name] = outputs;
      } finally {
        await session.dispose();
      }
    }
    report.runtimes[runtime.name] = errors as Record<GraphName, Record<string, OutputError>>;
  }
  return report;
}
