import { basename } from "node:path/posix";
import type { GraphName } from "@vaekit/infer";
import type { Described } from "./described.js";

/** index.js: the same in Node and in pages; "#open" is the file of the two that fits. */
export function indexScript({ latent, shape, condition, labels, encoder }: Described): string {
  const lists = [
    ...(labels ? [`export const classes = Object.freeze(${JSON.stringify(labels)});`] : []),
    ...(condition?.kind === "columns"
      ? [`export const columns = Object.freeze(${JSON.stringify(condition.names)});`]
      : []),
  ];
  const argument = labels ? ", { label } = {}" : condition ? ", { columns: given } = {}" : "";
  const told = labels ? ", { c: [labelOf(label)] }" : condition ? ", { c: rowOf(given) }" : "";
  const helpers = labels
    ? `
function labelOf(label) {
  const index = ${typeof labels[0] === "string" ? 'typeof label === "number" ? label : ' : ""}classes.indexOf(label);
  if (Number.isInteger(index) && index >= 0 && index < classes.length) return index;
  throw new RangeError(\`decodePixels: label must be one of \${classes.join(", ")}; got \${label}\`);
}
`
    : condition
      ? `
function rowOf(given = {}) {
  const missing = columns.filter((name) => !Number.isFinite(given[name]));
  if (missing.length === 0) return Float32Array.from(columns, (name) => given[name]);
  throw new RangeError(\`decodePixels: columns must have a number for \${missing.join(", ")}\`);
}
`
      : "";
  return `import { open } from "#open";

export const latent = ${latent};
export const shape = Object.freeze(${JSON.stringify(shape)});
${lists.map((line) => `${line}\n`).join("")}
export async function load(options = {}) {
  return open(options);
}

let shared = null;

export async function decodePixels(z${argument}) {
  shared ??= open(${encoder ? '{ graphs: ["decoder"] }' : "{}"}).catch((error) => {
    shared = null;
    throw error;
  });
  const { x_mean } = await (await shared).decode(z${told});
  return x_mean.toUint8().data;
}
${helpers}`;
}

/** The model by its folder. */
export function nodeScript(graphs: readonly GraphName[]): string {
  return `import { Vae } from "@vaekit/infer/node";

const here = new URL("./model/", import.meta.url);

export function open({ model = here, ...options }) {
  return Vae.load(model, { graphs: ${JSON.stringify(graphs)}, ...options });
}
`;
}

/** The model by the addresses that a bundler gives its files. */
export function webScript(
  name: string,
  files: Iterable<string>,
  graphs: readonly GraphName[],
  tiny: boolean,
): string {
  const { imports, load } = tiny ? (graphs.includes("encoder") ? tinyWhole : tinyDecoder) : onnxruntime;
  const addresses = Array.from(
    files,
    (path) => `  "${basename(path)}": new URL("./${path}", import.meta.url),`,
  );
  return `${imports}
const files = {
${addresses.join("\n")}
};

const here = {
  name: ${JSON.stringify(name)},
  async read(file) {
    const url = files[file];
    if (!url) return null;
    // A bundler may put small files into the script, where a page's policy may forbid fetch.
    const inlined = /^data:[^,]*;base64,(.*)$/s.exec(url.href);
    if (inlined) return Uint8Array.from(atob(decodeURIComponent(inlined[1])), (letter) => letter.charCodeAt(0));
    const response = await fetch(url);
    if (response.status === 404) return null;
    if (!response.ok) throw new Error(\`\${url}: the server answered \${response.status}\`);
    return new Uint8Array(await response.arrayBuffer());
  },
};

export function open({ model = here, ...options }) {
  ${load(JSON.stringify(graphs))}
}
`;
}

interface Way {
  imports: string;
  load(graphs: string): string;
}

/** Without onnxruntime altogether. */
const tinyDecoder: Way = {
  imports: 'import { Vae } from "@vaekit/infer/tiny";\n',
  load: () => "return Vae.load(model, options);",
};

/** onnxruntime only for those who ask for a device. */
const tinyWhole: Way = {
  imports: 'import { tinyRuntime } from "@vaekit/infer/tiny";\nimport { Vae } from "@vaekit/infer/web";\n',
  load: (graphs) =>
    `const runtime = options.device ? undefined : tinyRuntime;\n  return Vae.load(model, { graphs: ${graphs}, runtime, ...options });`,
};

const onnxruntime: Way = {
  imports: 'import { Vae } from "@vaekit/infer/web";\n',
  load: (graphs) => `return Vae.load(model, { graphs: ${graphs}, ...options });`,
};
