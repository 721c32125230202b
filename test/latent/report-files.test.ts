import { renderAsync } from "@resvg/resvg-js";
import { parse } from "csv-parse/sync";
import { PNG } from "pngjs";
import { beforeAll, describe, expect, it } from "vitest";
import { palette } from "../../packages/latent/src/draw.ts";
import {
  type Analysis,
  type AnalyzeOptions,
  analysisSentences,
  analyze,
  type ReportOptions,
  reportFiles,
} from "../../packages/latent/src/report.ts";
import { numberedPictures, syntheticInput } from "./analysis-data.ts";
import { reportJson } from "./report-json.ts";

type Files = Awaited<ReturnType<typeof reportFiles>>;

const quick: AnalyzeOptions = { projections: ["umap"], mostClusters: 4 };
const text = (files: Files, name: string) => {
  const content = files.get(name);
  if (typeof content !== "string") throw new Error(`${name} is no text`);
  return content;
};
const bytes = (files: Files, name: string) => Buffer.from(files.get(name) as Uint8Array);

let analysis: Analysis;
let files: Files;
const input = syntheticInput({ rows: 40, latent: 4, inactive: 1 });
beforeAll(async () => {
  analysis = await analyze(input, quick);
  files = await reportFiles(analysis);
});

describe("a report's files", () => {
  it("are those that are told of", () => {
    const outside = [...files.keys()].filter((name) => !name.startsWith("figures/"));
    expect(outside.sort()).toEqual([
      "index.html",
      "projector/metadata.tsv",
      "projector/projector_config.json",
      "projector/projector_config.pbtxt",
      "projector/sprite.png",
      "projector/vectors.tsv",
      "report.json",
      "rows.csv",
    ]);
    const figures = [...files.keys()].filter((name) => name.startsWith("figures/"));
    expect(figures.filter((name) => name.endsWith(".svg")).map((name) => name.slice(8, -4))).toEqual([
      "map",
      "density",
      "column-1",
      "column-2",
      "kl",
      "variance",
      "correlation",
      "information",
      "traversals",
      "manifold",
      "choice",
      "clusters",
      "confusion",
      "tree",
      "interpolation-1",
      "directions",
      "arithmetic",
      "samples-prior",
      "samples-prior-truncated-at-2",
      "samples-fitted-mixture",
      "holes",
      "outliers",
    ]);
  });

  it("have each figure as a whole SVG and as a PNG of the same", async () => {
    const names = [...files.keys()].filter((name) => name.endsWith(".svg"));
    for (const name of names) {
      const svg = text(files, name);
      const { width, height } = await renderAsync(svg, { font: { loadSystemFonts: false } });
      expect(svg.replace(/base64,[^"]*/g, ""), name).not.toMatch(/NaN|undefined|Infinity/);
      const png = PNG.sync.read(bytes(files, name.replace(".svg", ".png")));
      expect(Math.abs(png.width - 2 * width), name).toBeLessThanOrEqual(2);
      expect(Math.abs(png.height - 2 * height), name).toBeLessThanOrEqual(2);
      expect(new Set(png.data).size, name).toBeGreaterThan(20);
    }
  });

  it("say the same in the page as in report.json", () => {
    const json = reportJson.parse(JSON.parse(text(files, "report.json")));
    const unescaped = text(files, "index.html")
      .replace(/<[^>]+>/g, "")
      .replace(/&#39;|&apos;/g, "'")
      .replace(/&quot;/g, '"')
      .replace(/&lt;/g, "<")
      .replace(/&gt;/g, ">")
      .replace(/&amp;/g, "&");
    expect(json.sentences).toEqual(analysisSentences(analysis));
    const said = Object.values(json.sentences).flat();
    expect(said.length).toBeGreaterThan(15);
    for (const sentence of said) expect(unescaped).toContain(sentence);
    expect(json).toMatchObject({ name: "Synthetic codes", rows: 40, latent: 4, facts: { Model: "none" } });
  });

  it("have a line in rows.csv for each row", () => {
    const records = parse(text(files, "rows.csv"), { columns: true }) as Record<string, string>[];
    expect(records).toHaveLength(40);
    const { clusterings } = analysis.clusters;
    for (const [i, record] of records.entries()) {
      expect(record.row).toBe(`${10 * i}`);
      expect(record.animal).toBe((input.labels as string[])[i]);
      expect(record.gaps).toBe(i % 5 === 0 ? "" : `${i}`);
      for (const { name, labels } of clusterings) expect(record[name]).toBe(`${labels[i]}`);
      for (const { name, dimensions, points } of analysis.map.embeddings) {
        const place = Array.from({ length: dimensions }, (_, axis) =>
          Math.fround(Number(record[`${name} ${dimensions}-D ${axis + 1}`])),
        );
        expect(place).toEqual([...points.data.subarray(i * dimensions, (i + 1) * dimensions)]);
      }
      const code = [0, 1, 2, 3].map((j) => Math.fround(Number(record[`z${j}`])));
      expect(code).toEqual([...input.codes.mu.data.subarray(4 * i, 4 * i + 4)]);
      expect(Math.fround(Number(record["local outlier factor"]))).toBe(analysis.outliers.lof[i]);
    }
  });

  it("are in the theme that is asked for", async () => {
    const paper = (of: Files) => [...PNG.sync.read(bytes(of, "figures/kl.png")).data.subarray(0, 3)];
    const rgb = (colour: string) => [1, 3, 5].map((at) => Number.parseInt(colour.slice(at, at + 2), 16));
    expect(paper(files)).toEqual(rgb(palette("light").paper));
    expect(text(files, "index.html")).toContain('<html lang="en">');
    const dark = await reportFiles(analysis, { theme: "dark" });
    expect(paper(dark)).toEqual(rgb(palette("dark").paper));
    expect(text(dark, "index.html")).toContain('<html lang="en" data-theme="dark">');
  });

  it("tell how far they are, and end with the signal's reason", async () => {
    const controller = new AbortController();
    const told: string[] = [];
    const made = reportFiles(analysis, {
      signal: controller.signal,
      onProgress({ stage, done, total }) {
        told.push(`${stage} ${done}/${total}`);
        if (done === 2) controller.abort(new Error("enough"));
      },
    });
    await expect(made).rejects.toThrow("enough");
    expect(told).toEqual(["figures 0/22", "figures 1/22", "figures 2/22"]);
  });

  it.each<[object, RegExp]>([
    [{ theme: "blue" }, /theme must be one of auto, light, dark; got "blue"/],
    [{ them: "dark" }, /there is no option "them"/],
  ])("refuse %j", async (options, message) => {
    await expect(reportFiles(analysis, options as ReportOptions)).rejects.toThrow(message);
  });
});

describe("what others wrote into a report", () => {
  it("is no markup in the page and no formula in a spreadsheet", async () => {
    const evil = [
      '=HYPERLINK("http://a.example","b")',
      "-2+3+cmd|' /C calc'!A0",
      "@SUM(1)",
      "+1+1",
      '"quoted", and\nin two lines',
      "<script>alert(1)</script>",
    ];
    const harmless = ["-1.5", "plain", "+2e3"];
    const words = [...evil, ...harmless];
    const labels = Array.from({ length: 45 }, (_, i) => words[i % 9]!);
    const given = syntheticInput({ rows: 45, latent: 3 });
    const made = await reportFiles(
      await analyze(
        {
          ...given,
          name: "</title><script>alert(2)</script>",
          labels,
          labelName: "=1+1",
          columns: [{ name: "row", values: new Array(45).fill(1) }],
        },
        { projections: [], threeDimensions: false, mostClusters: 3 },
      ),
    );
    const [header, ...lines] = parse(text(made, "rows.csv")) as string[][];
    expect(header!.slice(0, 3)).toEqual(["row", "'=1+1", "row (2)"]);
    expect(lines.map((line) => line[1])).toEqual(
      labels.map((word) => (/^[=@]|cmd|\+1\+1/.test(word) ? `'${word}` : word)),
    );
    expect(text(made, "index.html")).not.toMatch(/<script>alert/);
    for (const [name, content] of made) {
      if (name.endsWith(".svg")) await renderAsync(content as string, { font: { loadSystemFonts: false } });
    }
    const table = text(made, "projector/metadata.tsv").trimEnd().split("\n");
    expect(table).toHaveLength(46);
    expect(new Set(table.map((line) => line.split("\t").length)).size).toBe(1);
  });
});

describe("pictures of three and four channels", () => {
  it.each([3, 4])("%i", async (channels) => {
    const made = await reportFiles(
      await analyze(
        {
          ...syntheticInput({ rows: 12, latent: 2 }),
          pictures: numberedPictures(12, channels),
          decode: null,
        },
        { projections: [], threeDimensions: false, mostClusters: 3 },
      ),
    );
    expect(made.has("figures/outliers.png")).toBe(true);
    expect(made.has("figures/traversals.png")).toBe(false);
    expect(made.has("projector/sprite.png")).toBe(true);
  });
});
