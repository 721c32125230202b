import { gzipSync } from "node:zlib";
import { BundleError, type BundleSource } from "@vaekit/infer";
import { elementScript } from "../site/built.js";
import { checkClasses, checkNames, checkText } from "../site/check.js";
import { escapeHtml } from "../site/html.js";
import { encodeText, integrityOf } from "../site/integrity.js";
import { type Described, describeModel, inKilobytes, pictureInWords } from "./described.js";
import { publishedModel } from "./published.js";

export interface SnippetOptions {
  /** What is shown: title of snippet.html. */
  name: string;
  /** Names of the labels that the model is told. Default: their numbers. */
  classes?: readonly string[] | null;
  /** What a label is called. Default "label". */
  labelName?: string;
}

const call = "htmlSnippetFiles";

/**
 * Files of <vae-decoder> for any page, by their paths: its script, the decoder, a page that shows it, and a README.
 * @throws BundleError for a bundle that is damaged, or whose decoder needs onnxruntime; UsageError for options that are none, or do not fit it
 */
export async function htmlSnippetFiles(
  source: BundleSource,
  options: SnippetOptions,
): Promise<Map<string, Uint8Array>> {
  checkNames(call, "options", options, ["name", "classes", "labelName"]);
  const name = checkText(call, "name", options.name);
  const labelName = checkText(call, "labelName", options.labelName ?? "label");
  const classes = checkClasses(call, options.classes ?? null);
  const published = await publishedModel(call, source, true);
  if (published.reason) {
    throw new BundleError(
      `${source.name}: <vae-decoder> has vaekit's own small runtime alone. ${published.reason} ` +
        "Deploy a site or an npm package of it, which can use onnxruntime.",
    );
  }
  const model = describeModel(call, name, published.manifest, { classes, encoder: false });
  const files = new Map<string, Uint8Array>([
    ["vae-decoder.js", elementScript()],
    ["snippet.html", encodeText(pageText(name, tagOf(model, labelName)))],
    ...published.files,
  ]);
  files.set("README.md", encodeText(readmeText(model, files, labelName)));
  return files;
}

function tagOf({ labels, condition, latent }: Described, labelName: string, attributes = ""): string {
  const named = labels?.every((label) => typeof label === "string" && !label.includes(","));
  const names = named ? ` classes="${escapeHtml(labels!.join(","))}"` : "";
  const told = condition?.kind === "labels" ? ` label-name="${escapeHtml(labelName)}"${names}` : "";
  const sliders = Math.min(latent, 4);
  return `<vae-decoder src="model/" sliders="${sliders}"${told}${attributes}></vae-decoder>`;
}

const style =
  ":root{color-scheme:light dark;font:16px/1.5 system-ui,sans-serif}" +
  "body{margin:10vh auto;max-width:20rem;padding:0 1rem}h1{font-size:1.25rem}vae-decoder{width:100%}";

function pageText(name: string, tag: string): string {
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; script-src 'self' 'wasm-unsafe-eval'; style-src '${integrityOf(style)}'; img-src data:; connect-src 'self'; base-uri 'none'; form-action 'none'">
<title>${escapeHtml(name)}</title>
<link rel="icon" href="data:,">
<style>${style}</style>
<script type="module" src="vae-decoder.js"></script>
</head>
<body>
<main>
<h1>${escapeHtml(name)}</h1>
${tag}
</main>
</body>
</html>
`;
}

function readmeText(model: Described, files: ReadonlyMap<string, Uint8Array>, labelName: string): string {
  const { name, latent, shape, labels } = model;
  const rows = Array.from(files, ([file, bytes]) => {
    const packed = gzipSync(bytes, { level: 9 }).length;
    return `| \`${file}\` | ${inKilobytes(bytes.length)} | ${inKilobytes(packed)} |`;
  });
  const zeros = Array.from({ length: latent }, () => "0").join(",");
  const told = labels ? ` label="${labels.length - 1}"` : "";
  return `# ${name}

A decoder for any page: ${latent} numbers make a picture of ${pictureInWords(shape)}. Upload this folder, and write

\`\`\`html
<script type="module" src="vae-decoder.js"></script>
${tagOf(model, labelName)}
\`\`\`

\`snippet.html\` is a page that does so. Served by any server of files (\`npx vaekit preview .\`); a page that is opened from
the disk cannot read the model.

This code, rather than a draw:

\`\`\`html
${tagOf(model, labelName, ` z="${zeros}"${told}`)}
\`\`\`

\`\`\`js
const element = document.querySelector("vae-decoder");
element.addEventListener("decode", ({ detail: { z, pixels, shape } }) => console.log(z, pixels.length, shape));
await element.decode(new Float32Array(${latent}));
await element.sample(7); // the same picture for the same seed
\`\`\`

| file | bytes | gzip |
| ---- | ----- | ---- |
${rows.join("\n")}

All attributes, properties, events and CSS parts: docs/deploy.md of vaekit.
`;
}
