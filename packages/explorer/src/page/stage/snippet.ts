import type { SiteManifest } from "../../site/manifest.js";
import { listed } from "./numbers.js";

/** A code and what is needed to decode it elsewhere. */
export interface CodeToDecode {
  site: SiteManifest;
  z: Float32Array;
  /** One row, or null. */
  condition: Float32Array | null;
  /** Whether a condition is labels as one-hot rows, or numbers of columns. */
  told: "labels" | "columns" | null;
  /** Height, width, channels. */
  shape: readonly [number, number, number];
  /** The page's folder with "/" at its end; null for a page that is a file by itself. */
  folder: string | null;
}

export type SnippetName = "node" | "page" | "element";

export interface Snippet {
  title: string;
  /** What to install and where to put it. */
  before: string;
  code: string;
}

/** Ready to be run; "element" only where the site has the element's script and an address. */
export function snippets(given: CodeToDecode): Map<SnippetName, Snippet> {
  const found = new Map([
    ["node", nodeSnippet(given)],
    ["page", pageSnippet(given)],
  ] as [SnippetName, Snippet][]);
  if (given.folder && elementScript in given.site.files) found.set("element", elementSnippet(given));
  return found;
}

const elementScript = "vae-decoder.js";

/** The label whose one-hot row this is; null for mixtures and columns. */
export function labelOf(condition: Float32Array | null, told: CodeToDecode["told"]): number | null {
  if (!condition || told !== "labels") return null;
  const label = condition.indexOf(1);
  return label >= 0 && condition.every((value, i) => value === Number(i === label)) ? label : null;
}

function decodeCall(given: CodeToDecode): string {
  const { condition, told } = given;
  if (!condition) return "vae.decode(z)";
  const label = labelOf(condition, told);
  const c = label === null ? `new Float32Array([${listed(condition)}])` : `[${label}]`;
  return `vae.decode(z, { c: ${c} })`;
}

const codeLine = ({ z }: CodeToDecode) => `const z = new Float32Array([${wrapped(z)}]);`;

/** Lines of at most eight numbers, so that long codes can be read. */
function wrapped(z: Float32Array): string {
  if (z.length <= 8) return listed(z);
  const lines = Array.from({ length: Math.ceil(z.length / 8) }, (_, i) =>
    listed(z.subarray(i * 8, i * 8 + 8)),
  );
  return `\n  ${lines.join(",\n  ")},\n`;
}

function modelAddress({ site, folder }: CodeToDecode): string | null {
  return folder && new URL(`${site.model.path}/`, folder).href;
}

function nodeSnippet(given: CodeToDecode): Snippet {
  const address = modelAddress(given);
  const [height, width, channels] = given.shape;
  // writeImage takes 1 or 3 channels.
  const opaque =
    channels < 4
      ? ['await writeImage("picture.png", x_mean);']
      : [
          "// The picture without its fourth channel, opacity.",
          `const colours = x_mean.data.filter((_, i) => i % ${channels} < 3);`,
          `await writeImage("picture.png", new NdArray(colours, [1, ${height}, ${width}, 3]));`,
        ];
  return {
    title: "Node",
    before: address
      ? "Save it as decode.mjs. Then: npm install @vaekit/infer, and node decode.mjs."
      : "This page is a file without an address: put the folder of your bundle in the place of path/to/bundle. " +
        "Save it as decode.mjs. Then: npm install @vaekit/infer, and node decode.mjs.",
    code: [
      `import { ${channels < 4 ? "" : "NdArray, "}Vae, writeImage } from "@vaekit/infer/node";`,
      "",
      `const vae = await Vae.load(${JSON.stringify(address ?? "path/to/bundle")}, { graphs: ["decoder"] });`,
      codeLine(given),
      `const { x_mean } = await ${decodeCall(given)};`,
      ...opaque,
      "await vae.dispose();",
      "",
    ].join("\n"),
  };
}

function pageSnippet(given: CodeToDecode): Snippet {
  const { site, shape, folder } = given;
  const { runtime, wasm } = site.model;
  const address = JSON.stringify(modelAddress(given) ?? "https://example.org/bundle/");
  const wasmPaths =
    wasm && folder ? `, wasmPaths: { wasm: ${JSON.stringify(new URL(wasm, folder).href)} }` : "";
  const entry = { tiny: "tiny", wasm: "web", webgpu: "web/webgpu" }[runtime];
  const options = runtime === "tiny" ? "" : `, { graphs: ["decoder"]${wasmPaths} }`;
  const [height, width, channels] = shape;
  const [green, blue] = channels < 3 ? ["", ""] : [" + 1", " + 2"];
  const opacity = channels === 4 ? "pixels[from + 3]" : "255";
  return {
    title: "Page with a bundler",
    before: `${
      folder ? "" : "This page is a file without an address: put your bundle's address in. "
    }npm install @vaekit/infer, and put this into a module of your page. The model's server must allow other sites to read it (CORS).`,
    code: [
      `import { Vae } from "@vaekit/infer/${entry}";`,
      "",
      `const vae = await Vae.load(${address}${options});`,
      codeLine(given),
      `const { x_mean } = await ${decodeCall(given)};`,
      "const pixels = x_mean.toUint8().data;",
      "",
      'const canvas = document.createElement("canvas");',
      `canvas.width = ${width};`,
      `canvas.height = ${height};`,
      `const image = new ImageData(${width}, ${height});`,
      `for (let i = 0; i < ${width * height}; i++) {`,
      `  const from = i * ${channels};`,
      `  image.data.set([pixels[from], pixels[from${green}], pixels[from${blue}], ${opacity}], i * 4);`,
      "}",
      'canvas.getContext("2d").putImageData(image, 0, 0);',
      "document.body.append(canvas);",
      "",
    ].join("\n"),
  };
}

function elementSnippet(given: CodeToDecode): Snippet {
  const { z, condition, told, folder } = given;
  const label = labelOf(condition, told);
  const c = !condition ? "" : label === null ? ` c="${listed(condition, ",")}"` : ` label="${label}"`;
  return {
    title: "Any page",
    before:
      "Put this into any HTML page, without a bundler. This site's server must allow other sites to read it (CORS).",
    code: [
      `<script type="module" src="${attribute(new URL(elementScript, folder!).href)}"></script>`,
      `<vae-decoder src="${attribute(modelAddress(given)!)}" z="${listed(z, ",")}"${c}></vae-decoder>`,
      "",
    ].join("\n"),
  };
}

const attribute = (text: string) => text.replaceAll("&", "&amp;").replaceAll('"', "&quot;");

/** The code as JSON, its numbers as short as they can be and exact. */
export function codeJson({ site, z, condition, shape }: CodeToDecode): string {
  const row = (values: Float32Array) => `[${listed(values)}]`;
  const fields = [
    `"z": ${row(z)}`,
    `"condition": ${condition ? row(condition) : "null"}`,
    `"model": ${JSON.stringify(site.name)}`,
    `"revision": ${JSON.stringify(site.revision)}`,
    `"shape": ${JSON.stringify(shape)}`,
  ];
  return `{\n  ${fields.join(",\n  ")}\n}\n`;
}
