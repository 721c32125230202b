import { type BundleSource, UsageError } from "@vaekit/infer";
import { readBuilt, readChunks } from "./built.js";
import { deployment } from "./deployment.js";
import { dataBlock, hashSource, pageHtml } from "./html.js";
import { describeFiles, integrityOf } from "./integrity.js";
import type { SiteManifest } from "./manifest.js";
import type { SiteOptions } from "./options.js";

/** Larger pages take browsers seconds to read before they show anything. */
const mostBytes = 32e6;

export type SingleFileOptions = Omit<SiteOptions, "offline">;

export interface SingleFile {
  /** The page. */
  html: string;
  /** What the page is told of itself. */
  site: SiteManifest;
}

/**
 * The whole site as one HTML text, which opens from a folder and asks for nothing: the model and the map are in it.
 * @throws UsageError for a model that needs onnxruntime, or a page above 32 MB
 */
export async function singleFile(source: BundleSource, options: SingleFileOptions = {}): Promise<SingleFile> {
  if (options && Object.hasOwn(options, "offline")) {
    throw new UsageError('singleFile: there is no option "offline"; one file is there without a network');
  }
  const { files, site } = await deployment("singleFile", source, options);
  const { runtime, reason } = site.model;
  if (runtime !== "tiny") {
    throw new UsageError(
      `singleFile: a page that is one file runs its model in the tiny runtime, and this one cannot. ${reason} Deploy a folder instead.`,
    );
  }
  const listed = describeFiles(files);
  const manifest: SiteManifest = {
    ...site,
    offline: false,
    revision: integrityOf(JSON.stringify(listed)),
    files: listed,
  };
  const { script, style } = builtPage();
  const blocks = [...files].map(([path, bytes]) =>
    dataBlock(`file:${path}`, "application/octet-stream;base64", Buffer.from(bytes).toString("base64")),
  );
  const html = pageHtml(manifest, {
    head: `<style>${style}</style>`,
    scripts: `${blocks.join("\n")}\n<script type="module">${script}</script>`,
    policy: { script: [hashSource(script)], style: hashSource(style), connect: "'none'", worker: "'none'" },
  });
  const bytes = Buffer.byteLength(html);
  if (bytes > mostBytes) {
    throw new UsageError(
      `singleFile: the page has ${(bytes / 1e6).toFixed(1)} MB, and one file may have ${mostBytes / 1e6} MB. ` +
        "Export the bundle with int8 weights (vaekit export --weights int8), leave the encoder out (--decoder-only), or deploy a folder.",
    );
  }
  return { html, site: manifest };
}

/** The page's one script and its style, as they can stand in HTML. */
function builtPage(): { script: string; style: string } {
  const chunks = Object.values(readChunks("single"));
  const text = (file: string) => new TextDecoder().decode(readBuilt("single", file));
  const { file } = chunks.find(({ isEntry }) => isEntry)!;
  const style = chunks.find(({ file }) => file.endsWith(".css"))!.file;
  // Where a script would seem to end, or to begin: the same character in texts and patterns, which is where they are.
  const script = text(file).replaceAll(/<(?=\/script|script|!--)/gi, "\\x3C");
  return { script, style: text(style) };
}
