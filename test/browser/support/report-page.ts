import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { PNG } from "pngjs";
import { afterAll } from "vitest";
import { palette } from "../../../packages/latent/src/draw/theme.ts";
import { packClasses, packEmbedding, packValues } from "../../../packages/latent/src/report/html/pack.ts";
import type { PageData, PageFigure } from "../../../packages/latent/src/report/page/page-data.ts";
import { renderHtml } from "../../../packages/latent/src/report/render-html.ts";

/** A report of points whose places, classes and pictures are known by their rows. */
export interface Known {
  data: PageData;
  rows: number;
  /** Place of a row in the 2-D embedding "Grid": x from -1 to 1, y from -0.8 to 0.8. */
  at(row: number): [x: number, y: number];
  classOf(row: number): number;
  /** Red, green, blue of all of a row's picture. */
  colourOf(row: number): [number, number, number];
}

const side = 8;

/**
 * Rows on a grid of `columns`, from the lower left. "Space" is a 3-D embedding whose row 0 is in the middle, and stays
 * there however it is turned.
 */
export function knownReport(columns: number, lines: number, changes: Partial<PageData> = {}): Known {
  const rows = columns * lines;
  const at = (row: number): [number, number] => [
    -1 + (2 * (row % columns)) / (columns - 1),
    -0.8 + (1.6 * Math.floor(row / columns)) / (lines - 1),
  ];
  const classOf = (row: number) => row % 3;
  const colourOf = (row: number): [number, number, number] => [(row * 37) % 256, (row * 11) % 256, 200];
  const flat = Float32Array.from({ length: rows * 2 }, (_, i) => at(i >> 1)[i % 2]!);
  // A shell around the middle, the same on either side of it.
  const deep = Float32Array.from({ length: rows * 3 }, (_, i) => {
    const row = Math.floor(i / 3);
    if (row === 0) return 0;
    const angle = row * 2.4;
    const height = -1 + (2 * (row - 1)) / (rows - 2);
    const radius = Math.sqrt(1 - height * height);
    return [radius * Math.cos(angle), radius * Math.sin(angle), height][i % 3]!;
  });
  const data: PageData = {
    name: "Known points",
    facts: [{ label: "Rows", value: `${rows}` }],
    sections: [
      {
        id: "dimensions",
        title: "Dimensions",
        sentences: ["1 of 2 dimensions is inactive: 1."],
        figures: [figure(560, 300, "KL by dimension"), figure(900, 300, "A wide one")],
        tables: [{ caption: "Scores", columns: ["clustering", "ARI"], rows: [["k-means", 0.52]] }],
      },
    ],
    map: {
      rows,
      ids: null,
      embeddings: [
        packEmbedding("Grid", { data: flat, shape: [rows, 2] }, "Exactly where they are."),
        packEmbedding("Turned", { data: flat.map((value) => -value), shape: [rows, 2] }, "Half a turn."),
        packEmbedding("Space", { data: deep, shape: [rows, 3] }, "A shell."),
      ],
      colourings: [
        packClasses(
          "label",
          Array.from({ length: rows }, (_, row) => classOf(row)),
          ["ant", "bee", "cat"],
        ),
        packClasses("one", new Int32Array(rows), ["all"]),
        packValues(
          "number",
          Array.from({ length: rows }, (_, row) => row / (rows - 1)),
        ),
      ],
      thumbnails: { ...sheets(rows, colourOf), width: side, height: side },
      figure: figure(400, 300, "The still map"),
    },
    ...changes,
  };
  return { data, rows, at, classOf, colourOf };
}

function sheets(rows: number, colourOf: (row: number) => [number, number, number]) {
  const columns = 64;
  const perSheet = 1024;
  const sheets: string[] = [];
  for (let start = 0; start < rows; start += perSheet) {
    const here = Math.min(perSheet, rows - start);
    const png = new PNG({ width: columns * side, height: Math.ceil(here / columns) * side });
    for (let i = 0; i < here; i++) {
      for (let pixel = 0; pixel < side * side; pixel++) {
        const x = (i % columns) * side + (pixel % side);
        const y = Math.floor(i / columns) * side + Math.floor(pixel / side);
        png.data.set([...colourOf(start + i), 255], (y * png.width + x) * 4);
      }
    }
    sheets.push(`data:image/png;base64,${PNG.sync.write(png).toString("base64")}`);
  }
  return { sheets, perSheet, columns };
}

export function figure(width: number, height: number, title: string): PageFigure {
  const draw = (theme: "light" | "dark") =>
    `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}"><style>text { font-weight: 500 }</style>` +
    `<rect width="100%" height="100%" fill="${palette(theme).paper}"/><text x="20" y="40" fill="${palette(theme).ink}">${title} & more</text></svg>`.replace(
      "&",
      "&amp;",
    );
  return { light: draw("light"), dark: draw("dark"), alt: `What ${title} shows`, caption: title };
}

/** Reports as files, until the file that calls this is done. */
export function reportFiles() {
  const folder = mkdtempSync(join(tmpdir(), "vaekit-report-"));
  afterAll(() => rmSync(folder, { recursive: true, force: true }));
  return {
    /** -> its file: address */
    async write(name: string, data: PageData, theme?: "auto" | "light" | "dark"): Promise<string> {
      const path = join(folder, `${name}.html`);
      writeFileSync(path, await renderHtml(data, theme ? { theme } : {}));
      return pathToFileURL(path).href;
    },
  };
}
