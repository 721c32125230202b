import type { BundleSource } from "@vaekit/infer";
import { elementScript } from "./built.js";
import { deployment } from "./deployment.js";
import { hostFiles } from "./host-files.js";
import { describeFiles, encodeText, integrityOf } from "./integrity.js";
import type { SiteManifest } from "./manifest.js";
import type { SiteOptions } from "./options.js";
import { pageFiles } from "./page-files.js";
import { serviceWorker } from "./service-worker.js";
import { sitePage } from "./site-page.js";
import { wasmFile } from "./wasm-file.js";

/** The custom element that a page elsewhere can show this site's decoder with. */
const elementFile = "vae-decoder.js";

/**
 * All files of a site, by their paths, relative to any folder of any server: the page, the model, the codes of its map with
 * thumbnails, what runs it, and what hosts read.
 * @throws BundleError for a bundle that cannot be shown; UsageError for options that are none, or do not fit it
 */
export async function siteFiles(
  source: BundleSource,
  options: SiteOptions = {},
): Promise<Map<string, Uint8Array>> {
  const { files, site } = await deployment("siteFiles", source, options);
  const { runtime } = site.model;
  const page = pageFiles(runtime);
  for (const [path, bytes] of page.files) files.set(path, bytes);
  const wasm = wasmFile(runtime);
  if (wasm) files.set(wasm.path, wasm.bytes);
  // It runs models of the tiny runtime alone.
  if (runtime === "tiny") files.set(elementFile, elementScript());
  const listed = describeFiles(files);
  const manifest: SiteManifest = {
    ...site,
    model: { ...site.model, wasm: wasm?.path ?? null },
    revision: integrityOf(JSON.stringify(listed)),
    files: listed,
  };
  const html = encodeText(sitePage(manifest, page.script, page.style, page.lazy));
  files.set("index.html", html);
  files.set("sw.js", serviceWorker(manifest, html));
  files.set("site.json", encodeText(`${JSON.stringify(summary(manifest), null, 2)}\n`));
  for (const [path, bytes] of hostFiles(runtime)) files.set(path, bytes);
  return files;
}

/** What site.json says to programs: the page itself has the whole manifest. */
function summary({ reference, palettes: _, ...site }: SiteManifest) {
  const { file, rows, of, labels } = reference;
  return { ...site, reference: { file, rows, of, labels } };
}
