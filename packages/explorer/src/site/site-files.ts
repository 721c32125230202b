import { createHash } from "node:crypto";
import { existsSync, readFileSync } from "node:fs";
import {
  type BundleSource,
  type Manifest,
  NdArray,
  readManifest,
  readVerified,
  sizeOf,
  Vae,
} from "@vaekit/infer";
import { palette } from "@vaekit/latent/draw";
import { type SiteFile, type SiteManifest, siteFormat, siteVersion } from "./manifest.js";
import { type Examples, referenceFiles } from "./reference.js";

export interface SiteOptions {
  name?: string;
  description?: string;
  classes?: readonly string[] | null;
  labelName?: string;
  decoderOnly?: boolean;
  seed?: number;
}

/** Beside this file; for those who run the sources, where Vite put it. */
function built(folder: string): URL {
  const here = new URL(`./${folder}/`, import.meta.url);
  return existsSync(here) ? here : new URL(`../../dist/${folder}/`, import.meta.url);
}

/** All files of a site, by their paths. First version: the page, the model, the map. */
export async function siteFiles(
  source: BundleSource,
  options: SiteOptions = {},
): Promise<Map<string, Uint8Array>> {
  const {
    name = source.name,
    description = "",
    classes = null,
    labelName = "label",
    decoderOnly = false,
    seed = 0,
  } = options;
  const manifest = await readManifest(source);
  const vae = await Vae.load(source as never);
  const examples = await examplesOf(vae, manifest);
  const { reference, files } = await referenceFiles(examples, classes, labelName, seed);
  const graphs = ["decoder", ...(decoderOnly ? [] : ["encoder"]), ...(manifest.prior.graph ? ["prior"] : [])];
  const kept: Manifest["files"] = {};
  for (const graph of graphs) {
    const file = `${graph}.onnx`;
    files.set(`model/${file}`, await readVerified(source, manifest, file));
    kept[file] = manifest.files[file]!;
  }
  const { reference: _, ...rest } = manifest;
  files.set("model/vaekit.json", text(JSON.stringify({ ...rest, training: {}, files: kept })));
  const page = built("page");
  const parts = JSON.parse(readFileSync(new URL("manifest.json", page), "utf8")) as Record<
    string,
    { file: string }
  >;
  const script = parts["src/page/main.tsx"]!.file;
  const style = Object.values(parts).find(({ file }) => file.endsWith(".css"))!.file;
  for (const { file } of Object.values(parts))
    files.set(file, new Uint8Array(readFileSync(new URL(file, page))));
  const listed = Object.fromEntries([...files].map(([path, bytes]) => [path, describe(bytes)]));
  const site: SiteManifest = {
    format: siteFormat,
    version: siteVersion,
    producer: "vaekit",
    name,
    description,
    revision: describe(text(JSON.stringify(listed))).integrity,
    model: {
      path: "model",
      encoder: !decoderOnly,
      prior: manifest.prior.graph,
      runtime: "tiny",
      wasm: null,
      reason: "",
    },
    classes: classes && [...classes],
    labelName,
    reference,
    palettes: { light: palette("light"), dark: palette("dark") },
    files: listed,
  };
  files.set("site.json", text(JSON.stringify(site, null, 2)));
  files.set(
    "index.html",
    text(`<!doctype html>
<html lang="en">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; script-src 'self' 'wasm-unsafe-eval'; style-src 'self'; img-src 'self' data: blob:; connect-src 'self'; worker-src 'self'; base-uri 'none'; form-action 'none'">
<title>${name}</title>
<link rel="icon" href="data:,">
<link rel="stylesheet" href="${style}">
<script type="application/json" id="site">${JSON.stringify(site).replaceAll("<", "\\u003c")}</script>
<div id="app"></div>
<script type="module" src="${script}"></script>
</html>
`),
  );
  await vae.dispose();
  return files;
}

async function examplesOf(vae: Vae, { data, condition, reference, latent }: Manifest): Promise<Examples> {
  if (!reference) {
    const { z, x_mean } = await vae.sample(1000, condition ? { c: zeros(condition) } : {});
    return {
      mu: z,
      logvar: null,
      labels: null,
      pictures: x_mean.toUint8(),
      picturesOf: "decoder",
      error: null,
      of: "prior",
    };
  }
  const { mu, logvar, labels, pictures } = await vae.reference();
  const c =
    condition?.kind === "labels" && labels ? { c: labels.data } : condition ? { c: zeros(condition) } : {};
  const decoded = (await vae.decode(mu, c)).x_mean.toUint8();
  const size = sizeOf(data.shape);
  const error =
    pictures &&
    Float32Array.from({ length: mu.length }, (_, row) => {
      let sum = 0;
      for (let i = row * size; i < (row + 1) * size; i++)
        sum += ((pictures.data[i]! - decoded.data[i]!) / 255) ** 2;
      return sum / size;
    });
  void latent;
  return {
    mu,
    logvar,
    labels,
    pictures: pictures ?? decoded,
    picturesOf: pictures ? "data" : "decoder",
    error,
    of: "examples",
  };
}

function zeros(condition: NonNullable<Manifest["condition"]>): NdArray {
  return condition.kind === "labels"
    ? new NdArray(
        Float32Array.from({ length: condition.classes }, (_, i) => Number(i === 0)),
        [1, condition.classes],
      )
    : new NdArray(Float32Array.from(condition.mean), [1, condition.names.length]);
}

function describe(bytes: Uint8Array): SiteFile {
  return { bytes: bytes.length, integrity: `sha256-${createHash("sha256").update(bytes).digest("base64")}` };
}

const text = (content: string) => new TextEncoder().encode(content);
