import type { Described } from "./described.js";

const decoding = ["manifest", "runtime", "latent", "decode", "sample", "interpolate", "traverse", "dispose"];
const encoding = ["encode", "reconstruct", "encodeStream", "decodeStream"];

/** index.d.ts: what the loader returns has the calls that work with the files that are there. */
export function typesText(model: Described): string {
  const { latent, shape, condition, labels, encoder } = model;
  const calls = [...decoding, ...(encoder ? encoding : [])].map((name) => JSON.stringify(name)).join(" | ");
  const size = shape.join(" x ");
  return `import type { Vae } from "@vaekit/infer";

/** Numbers of one code. */
export declare const latent: ${latent};
/** Height, width, channels of a picture. */
export declare const shape: readonly [${shape.join(", ")}];
${namesText(model)}
export type VaeOptions = NonNullable<Parameters<typeof Vae.load>[1]>;

export interface LoadOptions extends Omit<VaeOptions, "graphs"> {
  /** Folder of the model's files, where it is not the package's own: a page's address, or a path in Node. */
  model?: string | URL;
}

/** The loaded model: z [rows, ${latent}], x_mean [rows, ${shape.join(", ")}]. */
export interface Model extends Pick<Vae, ${calls}> {
  readonly latent: typeof latent;
}

/** Load the model that lies in this package. */
export declare function load(options?: LoadOptions): Promise<Model>;

/**
 * Decode with a model that is loaded once: z [rows, ${latent}], row by row -> pixels [rows, ${shape.join(", ")}] from 0 to 255,
 * ${size} = ${shape.reduce((a, b) => a * b, 1)} for each row.${labels ? " The label holds for all rows." : condition ? " The columns hold for all rows." : ""}
 */
export declare function decodePixels(z: Float32Array${argumentType(model)}): Promise<Uint8Array>;
`;
}

function namesText({ condition, labels }: Described): string {
  if (labels) {
    return `/** What the model can be told to draw. */
export declare const classes: readonly [${labels.map((label) => JSON.stringify(label)).join(", ")}];
export type Label = (typeof classes)[number];
`;
  }
  if (condition?.kind !== "columns") return "";
  return `/** What the model is told beside z, in these units. */
export declare const columns: readonly [${condition.names.map((name) => JSON.stringify(name)).join(", ")}];
export type Columns = Record<(typeof columns)[number], number>;
`;
}

function argumentType({ condition, labels }: Described): string {
  if (labels) return `, told: { label: Label${typeof labels[0] === "string" ? " | number" : ""} }`;
  return condition ? ", told: { columns: Columns }" : "";
}
