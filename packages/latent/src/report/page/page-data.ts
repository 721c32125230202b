/** "auto" follows the reader's system, and the page has a switch in any case. */
export type PageTheme = "auto" | "light" | "dark";

/** All that the report's page shows: plain JSON. Numbers in bulk are base64 of little-endian arrays: see ../html/pack.ts. */
export interface PageData {
  /** Of the model or the data: the page's title. */
  name: string;
  /** What is said in one glance under the name: "Rows" "10,000". */
  facts: PageFact[];
  /** In the order of the page; each has an entry in the table of contents. */
  sections: PageSection[];
  /** The interactive map; null for a report without one. */
  map: PageMap | null;
  /** What renderHtml takes when its option is not given (default "auto"). */
  theme?: PageTheme;
}

export interface PageFact {
  label: string;
  value: string;
}

export interface PageSection {
  /** Unique, letters, digits and hyphens, for links. */
  id: string;
  title: string;
  /** What is seen, one thought each: plain text. */
  sentences: string[];
  figures: PageFigure[];
  tables?: PageTable[];
}

export interface PageFigure {
  /** Complete SVG texts with a width and height or a viewBox, of the same size. They may hold pictures as data: URLs. */
  light: string;
  dark: string;
  /** What there is to see, for those who do not see it. */
  alt: string;
  caption: string;
}

export interface PageTable {
  caption: string;
  columns: string[];
  /** Numbers stand right-aligned as they are: round them before. */
  rows: (string | number)[][];
}

export interface PageMap {
  /** Rows in the map: each array below has one entry for each. */
  rows: number;
  /** A name for each row, shown beside its number; null for none. */
  ids: string[] | null;
  /** The row's number in the data where the map shows a part of it: base64 of Int32; without: 0, 1, 2, ... */
  index?: string;
  /** One tab each, the first one open. */
  embeddings: PageEmbedding[];
  /** The first one chosen; none: all points in one colour. */
  colourings: PageColouring[];
  /** Which of them stand beside a row first, after the chosen one, as there is no room for all: the label, the best clustering. */
  leading?: number[];
  thumbnails: PageThumbnails | null;
  /** Shown where there is no WebGL or no script, and in print; null for nothing but a sentence. */
  figure: PageFigure | null;
}

export interface PageEmbedding {
  /** "PCA", "UMAP", "t-SNE". */
  name: string;
  dimensions: 2 | 3;
  /** base64 of Uint16 [rows, dimensions], each axis of which goes from 0 at range[axis][0] to 65535 at range[axis][1]. */
  data: string;
  range: [from: number, to: number][];
  /** One sentence under the map: "Trustworthiness 0.97 with 15 neighbours." */
  note: string;
}

export type PageColouring = PageClasses | PageValues;

/** Labels or clusters. */
export interface PageClasses {
  name: string;
  kind: "categorical";
  names: string[];
  /** base64 of Int32 [rows]: index into names; -1 for none. */
  data: string;
  /** What -1 is called (default "none"): "noise". */
  none?: string;
}

/** A column of numbers. */
export interface PageValues {
  name: string;
  kind: "continuous";
  /** base64 of Float32 [rows]; NaN for missing. */
  data: string;
}

/** Pictures in the order of the map's rows, row by row on sheets of perSheet pictures (the last one may have fewer). */
export interface PageThumbnails {
  /** data: URLs of PNG, `columns` pictures wide. A sheet of 2048 x 2048 pixels at most is quick to show. */
  sheets: string[];
  perSheet: number;
  columns: number;
  /** Pixels of one picture. */
  width: number;
  height: number;
}
