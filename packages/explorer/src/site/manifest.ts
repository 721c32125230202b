import type { Palette } from "@vaekit/latent/draw";

export const siteFormat = "vaekit-site";
export const siteVersion = 1;

/** Where the graphs of a site run: in the page's own small runtime, or in onnxruntime-web on WebAssembly or WebGPU. */
export type SiteRuntime = "tiny" | "wasm" | "webgpu";

export interface SiteFile {
  bytes: number;
  /** As in HTML's integrity attribute: "sha256-" and base64. */
  integrity: string;
}

/** What a page is told of its site: plain JSON, in site.json and inside the page itself. Paths are relative to the page. */
export interface SiteManifest {
  format: typeof siteFormat;
  version: typeof siteVersion;
  /** The vaekit that wrote the site. */
  producer: string;
  /** The page's title. */
  name: string;
  /** A sentence or two under it; "" for none. */
  description: string;
  /** Digest of all files: another site has another. */
  revision: string;
  model: {
    /** Folder of the bundle, with its own vaekit.json. */
    path: string;
    /** Whether encoder.onnx is there: drawing and uploading need it. */
    encoder: boolean;
    /** Whether prior.onnx is there. */
    prior: boolean;
    runtime: SiteRuntime;
    /** onnxruntime's .wasm, where the runtime is not "tiny". */
    wasm: string | null;
    /** Why another runtime than "tiny"; "" for that. */
    reason: string;
  };
  /** Names of the labels, where the model is told labels or the examples have some; null for numbers without names. */
  classes: string[] | null;
  /** What a label is called: "label", "digit". */
  labelName: string;
  /** Whether a service worker (sw.js) keeps the site for visits without a network. */
  offline: boolean;
  reference: SiteReference;
  /** The house's colours for points and charts. */
  palettes: Readonly<Record<"light" | "dark", Palette>>;
  /** Every file beside the page, but for what a server or the browser reads by itself (index.html, sw.js, site.json). */
  files: Readonly<Record<string, SiteFile>>;
}

/** The codes that the map shows, and what is known of them. Arrays are in `file`, a safetensors file. */
export interface SiteReference {
  /** Tensors: mu [rows, latent] F32; labels [rows] I32 where there are; each embedding's and colouring's own. */
  file: string;
  rows: number;
  /** What the rows are: examples of the data, or draws from the prior where the bundle keeps none. */
  of: "examples" | "prior";
  labels: boolean;
  /** Shown as they are, as the decoder draws their codes, or not at all. */
  thumbnails: SiteThumbnails;
  /** Tabs of the map, the first one open. */
  embeddings: SiteEmbedding[];
  /** Ways to colour it, the first one chosen. */
  colourings: SiteColouring[];
  /** Of each latent dimension, over the rows. */
  dimensions: SiteDimension[];
  /**
   * Principal components of mu. Tensors pca.mean [latent], pca.components [3 or fewer, latent] (orthonormal rows), so that
   * an embedding of kind "linear" is (mu - mean) . components.
   */
  components: number;
  /** The row that the page opens with, as it must be there before `file` is: one among many like it. */
  start: { row: number; z: number[]; label: number | null };
  /** Quantiles 0, 0.01, ..., 1 of what is usual among the rows, to say how unusual another code is. */
  usual: {
    /** Mean distance to the 5 nearest other codes. */
    distance: number[];
    /** Mean squared error of the reconstruction, pixels from 0 to 1; null without pictures, and where what a conditional model was told of them is not known. */
    error: number[] | null;
  };
}

export interface SiteThumbnails {
  /** PNG, `columns` pictures wide, row by row in the order of the rows. */
  sheets: string[];
  perSheet: number;
  columns: number;
  /** Pixels of one picture. */
  width: number;
  height: number;
  /** Whether these are the data's own pictures, or the decoder's of their codes. */
  of: "data" | "decoder";
}

export interface SiteEmbedding {
  /** "PCA", "UMAP", or "Latent" where z itself has up to three dimensions. */
  name: string;
  dimensions: 2 | 3;
  /** Name of the tensor [rows, dimensions] F32. */
  tensor: string;
  /**
   * How a place is turned into a code: "exact" (the place is the code; for one latent dimension its first number is, and the second
   * only spreads the rows), "linear" (pca.mean + place . components), or
   * "neighbours" (no inverse: the mean of the nearest rows' codes by inverse squared distance).
   */
  kind: "exact" | "linear" | "neighbours";
  /** A sentence under the map, or two: where all thumbnails are decoded under the same condition, it says which. */
  note: string;
}

export type SiteColouring =
  | {
      name: string;
      kind: "categorical";
      /** I32 [rows]: index into names, -1 for none. */
      tensor: string;
      names: string[];
    }
  | { name: string; kind: "continuous" /** F32 [rows], NaN for missing. */; tensor: string };

export interface SiteDimension {
  /** KL(q(z|x) || p(z)) in nats per example, where p(z) is N(0, I); null for other priors, and for rows without posteriors. */
  kl: number | null;
  /** Whether its KL is at least 0.01 nats, or where that is not known the variance of mu at least 0.01. */
  active: boolean;
  mean: number;
  /** Quantiles 0.01, 0.25, 0.5, 0.75, 0.99 of mu. */
  quantiles: [number, number, number, number, number];
}
