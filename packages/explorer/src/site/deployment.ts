import { type BundleSource, readManifest, Vae } from "@vaekit/infer";
import { palette } from "@vaekit/latent/draw";
import { checkExamples } from "./check-examples.js";
import { firstRows } from "./decode-examples.js";
import { type Examples, examplesOf } from "./examples.js";
import { type SiteManifest, siteFormat, siteVersion } from "./manifest.js";
import { deployedGraphs, modelFiles, modelPath } from "./model-files.js";
import { checkSiteOptions, type SiteOptions } from "./options.js";
import { packageVersion } from "./package-version.js";
import { referenceFiles } from "./reference.js";
import { type ChosenRuntime, chooseRuntime, type Probe } from "./runtime.js";

/** All of a site but its page: files by their paths, and the manifest without them. */
export interface Deployment {
  files: Map<string, Uint8Array>;
  site: Omit<SiteManifest, "files" | "revision">;
}

/** Of a prior without parameters. */
const standardNormal = "standard-normal";
/** Rows that the graphs are tried with. */
const probed = 16;

/** @throws BundleError for a bundle that cannot be shown, UsageError for options that do not fit */
export async function deployment(
  call: string,
  source: BundleSource,
  options: SiteOptions,
): Promise<Deployment> {
  const checked = checkSiteOptions(call, options, source.name);
  const { name, description, classes, labelName, offline, seed, signal, onProgress } = checked;
  const manifest = await readManifest(source);
  if (checked.examples) checkExamples(call, checked.examples, manifest);
  const graphs = await deployedGraphs(source, manifest, checked.decoderOnly);
  signal?.throwIfAborted();
  const vae = await Vae.load(source, { graphs });
  let examples: Examples;
  let chosen: ChosenRuntime;
  try {
    onProgress?.({ stage: "decoding the examples", done: 0, total: 1 });
    examples = await examplesOf(call, vae, {
      ...{ given: checked.examples, classes, labelName, wanted: probed, seed },
      ...(signal && { signal }),
    });
    onProgress?.({ stage: "trying the runtime", done: 0, total: 1 });
    chosen = await chooseRuntime(call, source, vae, graphs, checked.runtime, probeOf(examples));
  } finally {
    await vae.dispose();
  }
  const { reference, files } = await referenceFiles(
    examples,
    { classes, labelName, standardNormal: manifest.prior.name === standardNormal },
    { seed, ...(signal && { signal }), ...(onProgress && { onProgress }) },
  );
  for (const [path, bytes] of await modelFiles(source, manifest, graphs)) files.set(path, bytes);
  return {
    files,
    site: {
      format: siteFormat,
      version: siteVersion,
      producer: `vaekit ${packageVersion()}`,
      ...{ name, description },
      model: {
        path: modelPath,
        encoder: graphs.includes("encoder"),
        prior: graphs.includes("prior"),
        ...chosen,
        wasm: null,
      },
      classes: classes && [...classes],
      ...{ labelName, offline, reference },
      palettes: { light: palette("light"), dark: palette("dark") },
    },
  };
}

function probeOf({ mu, c, first }: Examples): Probe {
  return { z: firstRows(mu, probed), c: c && firstRows(c, probed), x: first };
}
