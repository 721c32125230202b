import type { SiteExamples } from "@vaekit/explorer";
import { NdArray, RandomStream, type StoredTensor, Vae } from "@vaekit/infer";
import { klPerDimension } from "@vaekit/latent";
import { shrink } from "@vaekit/latent/draw";
import { PNG } from "pngjs";
import { describe, expect, it, onTestFinished } from "vitest";
import { thumbnailFiles } from "../../packages/explorer/src/site/thumbnails.ts";
import { data, rows, siteBundles } from "./site-support.ts";

const bundles = siteBundles("one", "two", "three", "five", "labels", "columns", "mixture", "clustered");

async function opened(name: Parameters<typeof bundles.path>[0]): Promise<Vae> {
  const vae = await Vae.load(bundles.path(name));
  onTestFinished(() => vae.dispose());
  return vae;
}

/** Codes of two clouds far apart, of so many rows. */
function clouds(count: number, latent: number): NdArray {
  const values = new RandomStream(3, "sample").normal(new Float32Array(count * latent));
  return new NdArray(
    values.map((value, i) => value * 0.2 + (Math.floor(i / latent) % 2 ? 3 : -3)),
    [count, latent],
  );
}

const numbers = ({ data }: StoredTensor) => [...data];
const every = (tensors: Record<string, StoredTensor>) =>
  Object.values(tensors).flatMap(({ data }) => [...data]);

describe("the codes of a site", () => {
  it("are those that the bundle keeps, to within a hundredth of a standard deviation", async () => {
    const { site, tensors } = await bundles.deploy("five");
    const { mu, labels } = await (await opened("five")).reference();
    expect(site.reference).toMatchObject({ rows, of: "examples", labels: true });
    expect(numbers(tensors.labels!)).toEqual([...labels!.data]);
    for (let d = 0; d < 5; d++) {
      const column = (values: ArrayLike<number>) =>
        Array.from({ length: rows }, (_, row) => values[row * 5 + d]!);
      const [kept, given] = [column(tensors.mu!.data), column(mu.data)];
      const mean = given.reduce((a, b) => a + b) / rows;
      const deviation = Math.sqrt(given.reduce((sum, value) => sum + (value - mean) ** 2, 0) / rows);
      const worst = Math.max(...kept.map((value, row) => Math.abs(value - given[row]!)));
      expect(worst).toBeLessThan(deviation / 100);
      expect(new Set(kept).size).toBeGreaterThan(rows / 3);
    }
  });

  it("are described by dimension: KL in nats, mean, quantiles in order", async () => {
    const { site, tensors } = await bundles.deploy("five");
    const { logvar } = await (await opened("five")).reference();
    const mu = { data: tensors.mu!.data as Float32Array, shape: [rows, 5] };
    const kl = klPerDimension({ mu, logvar });
    site.reference.dimensions.forEach(({ kl: found, mean, quantiles, active }, d) => {
      expect(found).toBeCloseTo(kl[d]!, 5);
      expect(active).toBe(kl[d]! >= 0.01);
      expect(quantiles).toEqual([...quantiles].sort((a, b) => a - b));
      const column = Array.from({ length: rows }, (_, row) => mu.data[row * 5 + d]!);
      expect(mean).toBeCloseTo(column.reduce((a, b) => a + b) / rows, 6);
      expect(column.filter((value) => value <= quantiles[2]).length).toBeGreaterThanOrEqual(rows / 2 - 1);
    });
  });

  it("have the errors of the deployed decoder at the deployed codes", async () => {
    const { site, tensors } = await bundles.deploy("five");
    const mu = new NdArray(Float32Array.from(tensors.mu!.data), [rows, 5]);
    const decoded = (await (await opened("five")).decode(mu)).x_mean.toUint8().data;
    const errors = Array.from({ length: rows }, (_, row) => {
      let sum = 0;
      for (let i = row * 30; i < row * 30 + 30; i++) sum += ((data.values[i]! - decoded[i]!) / 255) ** 2;
      return sum / 30;
    });
    const { error, distance } = site.reference.usual;
    expect(error).toHaveLength(101);
    expect(error![0]).toBeCloseTo(Math.min(...errors), 6);
    expect(error![100]).toBeCloseTo(Math.max(...errors), 6);
    expect(distance).toEqual([...distance].sort((a, b) => a - b));
  });

  it("have no KL under a prior that is not a standard normal, and are active by their variance", async () => {
    const { site } = await bundles.deploy("clustered");
    const { of, dimensions } = site.reference;
    expect(of).toBe("examples");
    expect(dimensions.map(({ kl }) => kl)).toEqual([null, null, null, null]);
    const { mu } = await (await opened("clustered")).reference();
    dimensions.forEach(({ mean, active }, d) => {
      let squares = 0;
      for (let row = 0; row < rows; row++) squares += (mu.data[row * 4 + d]! - mean) ** 2;
      expect(active).toBe(squares / rows >= 0.01);
    });
  });

  it("are examples of one's own where they are given, with labels, names and columns to colour them by", async () => {
    const mu = clouds(40, 5);
    const labels = Int32Array.from({ length: 40 }, (_, i) => i % 2);
    const values = Float32Array.from({ length: 40 }, (_, i) => (i === 3 ? Number.NaN : i));
    const examples = { mu, labels, columns: [{ name: "height", values }] };
    const { site, tensors } = await bundles.deploy("five", {
      examples,
      classes: ["left", "right"],
      labelName: "side",
    });
    const [byLabel, byCluster, byColumn] = site.reference.colourings;
    expect(byLabel).toEqual({
      name: "side",
      kind: "categorical",
      tensor: "labels",
      names: ["left", "right"],
    });
    expect(byCluster).toMatchObject({ name: "cluster (k-means, 2)", names: ["cluster 1", "cluster 2"] });
    expect(byColumn).toMatchObject({ name: "height", kind: "continuous" });
    expect(numbers(tensors[byColumn!.tensor]!)).toEqual([...values]);
    // Two clouds far apart are the two clusters.
    const clusters = numbers(tensors.clusters!);
    expect(clusters.every((cluster, i) => cluster === clusters[i % 2])).toBe(true);
    expect(clusters[0]).not.toBe(clusters[1]);
    expect(site.reference).toMatchObject({ thumbnails: { of: "decoder" }, usual: { error: null } });
    expect(site.reference.dimensions.every(({ kl }) => kl === null)).toBe(true);
  });

  it("are 5,000 at most, drawn with the seed", async () => {
    const examples = { mu: clouds(5100, 2) };
    const firsts = async (seed: number) => {
      const { site, tensors } = await bundles.deploy("two", { examples, seed });
      expect(site.reference.rows).toBe(5000);
      expect(tensors.mu!.shape).toEqual([5000, 2]);
      return numbers(tensors.mu!);
    };
    expect(await firsts(1)).not.toEqual(await firsts(2));
  });

  it.each(["labels", "columns", "mixture"] as const)(
    "are draws from the prior where the bundle keeps none: %s",
    async (name) => {
      const { site, tensors } = await bundles.deploy(name);
      const { reference } = site;
      expect(reference).toMatchObject({ of: "prior", rows: 1000, labels: name === "labels" });
      expect(reference.thumbnails.of).toBe("decoder");
      expect(site.model.prior).toBe(name === "mixture");
      expect(every(tensors).every(Number.isFinite)).toBe(true);
      if (name === "labels") expect(new Set(numbers(tensors.labels!))).toEqual(new Set([0, 1, 2, 3, 4, 5]));
    },
  );
});

describe("what a conditional model is told of its examples", () => {
  const pictures = new NdArray(Uint8Array.from(data.values), [rows, 6, 5, 1]);
  /** Codes, so small that a decoder's answer is mostly what it is told. */
  const mu = new NdArray(
    clouds(rows, 4).data.map((value) => value * 0.01),
    [rows, 4],
  );
  const brightness = Float32Array.from({ length: rows }, (_, i) => (i % 2 ? 200 : 20));
  const columns = [{ name: "brightness", values: brightness }];

  async function errorsOf(name: "columns" | "labels", c: NdArray): Promise<number[]> {
    const { x_mean } = await (await opened(name)).decode(mu, { c });
    const decoded = x_mean.toUint8().data;
    return Array.from({ length: rows }, (_, row) => {
      let sum = 0;
      for (let i = row * 30; i < row * 30 + 30; i++) sum += ((data.values[i]! - decoded[i]!) / 255) ** 2;
      return sum / 30;
    });
  }
  const ends = (values: readonly number[]) => [Math.min(...values), Math.max(...values)];
  const notes = (site: { reference: { embeddings: { note: string }[] } }) =>
    site.reference.embeddings.map(({ note }) => note);

  it("is their column where it is there", async () => {
    const { site } = await bundles.deploy("columns", { examples: { mu, pictures, columns } });
    const { error } = site.reference.usual;
    const [least, most] = ends(await errorsOf("columns", new NdArray(brightness, [rows, 1])));
    expect(error![0]).toBeCloseTo(least!, 4);
    expect(error![100]).toBeCloseTo(most!, 4);
    const other = ends(await errorsOf("columns", new NdArray(new Float32Array(rows).fill(110), [rows, 1])));
    expect(Math.abs(other[1]! - most!)).toBeGreaterThan(1e-3);
  });

  it("is their label where it is there", async () => {
    const labels = Int32Array.from({ length: rows }, (_, i) => i % 6);
    const { site } = await bundles.deploy("labels", { examples: { mu, pictures, labels } });
    const c = new NdArray(new Float32Array(rows * 6), [rows, 6]);
    labels.forEach((label, row) => {
      c.data[row * 6 + label] = 1;
    });
    const [least, most] = ends(await errorsOf("labels", c));
    expect(site.reference.usual.error![0]).toBeCloseTo(least!, 4);
    expect(site.reference.usual.error![100]).toBeCloseTo(most!, 4);
  });

  it.each([
    [
      "columns",
      { mu },
      /\. The pictures are the decoder's at the mean of brightness, as the examples' own is not known\.$/,
    ],
    ["labels", { mu }, /\. The pictures are the decoder's for label 0, as the examples' own is not known\.$/],
  ] as const)("is said where it is not: %s", async (name, examples, said) => {
    const { site } = await bundles.deploy(name, { examples });
    for (const note of notes(site)) expect(note).toMatch(said);
    const shown = await bundles.deploy(name, { examples: { ...examples, pictures } });
    expect(shown.site.reference.usual.error).toBeNull();
    for (const note of notes(shown.site)) expect(note).not.toMatch(/decoder/);
  });
});

describe("the maps of a site", () => {
  it("are the code itself where it has two dimensions", async () => {
    const { site } = await bundles.deploy("two");
    expect(site.reference.embeddings).toEqual([
      expect.objectContaining({ name: "Latent", dimensions: 2, tensor: "mu", kind: "exact" }),
    ]);
  });

  it("are flat where it has three, and the code itself in space", async () => {
    const { site, tensors } = await bundles.deploy("three");
    expect(
      site.reference.embeddings.map(({ name, dimensions, kind }) => `${name} ${dimensions} ${kind}`),
    ).toEqual(["UMAP 2 neighbours", "PCA 2 linear", "Latent 3 exact"]);
    for (const { tensor, dimensions } of site.reference.embeddings)
      expect(tensors[tensor]!.shape).toEqual([rows, dimensions]);
  });

  it("have a code of one number across, and spread the rows up and down", async () => {
    const { site, tensors } = await bundles.deploy("one");
    const [map] = site.reference.embeddings;
    expect(map).toMatchObject({ name: "Latent", dimensions: 2, kind: "exact" });
    const places = numbers(tensors[map!.tensor]!);
    const mu = numbers(tensors.mu!);
    const range = Math.max(...mu) - Math.min(...mu);
    mu.forEach((value, row) => {
      expect(Math.abs(places[row * 2]! - value)).toBeLessThan(range / 500);
      expect(Math.abs(places[row * 2 + 1]!)).toBeLessThan(range / 2);
    });
    expect(new Set(places.filter((_, i) => i % 2)).size).toBeGreaterThan(10);
  });

  it("are UMAP and PCA for more, PCA the one whose places its components give", async () => {
    const { site, tensors } = await bundles.deploy("five");
    expect(site.reference.embeddings.map(({ name, dimensions }) => `${name} ${dimensions}`)).toEqual([
      ...["UMAP 2", "UMAP 3", "PCA 2", "PCA 3"],
    ]);
    const [mean, components, mu] = ["pca.mean", "pca.components", "mu"].map((name) =>
      numbers(tensors[name]!),
    );
    const places = numbers(tensors["pca.2"]!);
    const span = Math.max(...places.map(Math.abs));
    for (let row = 0; row < rows; row++) {
      for (let k = 0; k < 2; k++) {
        let sum = 0;
        for (let i = 0; i < 5; i++) sum += (mu![row * 5 + i]! - mean![i]!) * components![k * 5 + i]!;
        expect(Math.abs(places[row * 2 + k]! - sum)).toBeLessThan(span / 500);
      }
    }
  });

  const cases: [string, number, SiteExamples][] = [
    ["2 rows", 0, { mu: clouds(2, 5) }],
    ["10 rows", 0, { mu: clouds(10, 5) }],
    ["16 rows", 2, { mu: clouds(16, 5) }],
    ["40 equal rows", 0, { mu: new NdArray(new Float32Array(200).fill(0.3), [40, 5]) }],
    [
      "two codes, 20 times each",
      0,
      {
        mu: new NdArray(
          Float32Array.from({ length: 200 }, (_, i) => Math.floor(i / 5) % 2),
          [40, 5],
        ),
      },
    ],
    [
      "a constant dimension",
      2,
      {
        mu: new NdArray(
          clouds(40, 5).data.map((value, i) => (i % 5 === 2 ? 7 : value)),
          [40, 5],
        ),
      },
    ],
    [
      "codes far from 0 that hardly differ",
      2,
      {
        mu: new NdArray(
          clouds(40, 5).data.map((value) => 1000 + value * 1e-3),
          [40, 5],
        ),
      },
    ],
  ];
  it.each(cases)("are there for %s", async (_, neighbourMaps, examples) => {
    const { site, tensors } = await bundles.deploy("five", { examples });
    const { embeddings, rows: count, colourings } = site.reference;
    expect(embeddings.filter(({ kind }) => kind === "neighbours")).toHaveLength(neighbourMaps);
    expect(embeddings.some(({ name, dimensions }) => name === "PCA" && dimensions === 2)).toBe(true);
    for (const { tensor, dimensions } of embeddings)
      expect(tensors[tensor]!.shape).toEqual([count, dimensions]);
    for (const { tensor } of colourings) expect(tensors[tensor]!.shape).toEqual([count]);
    expect(every(tensors).every(Number.isFinite)).toBe(true);
    for (const { note } of embeddings) expect(note).toMatch(/^[A-Z][^.]*\.$/);
    expect(JSON.stringify(site.reference)).not.toContain("NaN");
  });

  it("are there for one dimension whose codes are all equal", async () => {
    const examples = { mu: new NdArray(new Float32Array(30).fill(2), [30, 1]) };
    const { tensors } = await bundles.deploy("one", { examples });
    expect(every(tensors).every(Number.isFinite)).toBe(true);
  });
});

describe("the thumbnails of a site", () => {
  it("have the colours and the opacity of the pictures, made smaller", async () => {
    const pictures = { data: new Uint8Array(600 * 80 * 40 * 4), shape: [600, 80, 40, 4] };
    for (let i = 0; i < pictures.data.length; i += 4) {
      // Left half red, right half half-transparent blue; each picture a little darker.
      const level = 255 - (Math.floor(i / (80 * 40 * 4)) % 12) * 20;
      pictures.data.set((i / 4) % 40 < 20 ? [level, 0, 0, 255] : [0, 0, level, 128], i);
    }
    const { files, thumbnails } = thumbnailFiles(shrink(pictures, 40));
    const { width, height, columns, perSheet, sheets } = thumbnails;
    expect({ width, height, sheets: sheets.length }).toEqual({ width: 20, height: 40, sheets: 1 });
    expect(perSheet).toBeGreaterThanOrEqual(600);
    const sheet = PNG.sync.read(Buffer.from(files.get(sheets[0]!)!));
    for (const row of [0, 1, 103, 599]) {
      const at = (x: number, y: number) => {
        const left = ((row % columns) * width + x) * 4;
        const top = (Math.floor(row / columns) * height + y) * sheet.width * 4;
        return [...sheet.data.subarray(top + left, top + left + 4)];
      };
      const level = 255 - (row % 12) * 20;
      const near = (got: number[], expected: number[]) => {
        for (const [k, value] of got.entries()) expect(Math.abs(value - expected[k]!)).toBeLessThanOrEqual(6);
      };
      near(at(3, 30), [level, 0, 0, 255]);
      near(at(15, 2), [0, 0, level, 128]);
    }
  });

  it("are the pictures, in their order, within a level of the 24 that they have", async () => {
    const { site, files } = await bundles.deploy("five");
    const { sheets, columns, width, height, of } = site.reference.thumbnails;
    expect({ width, height, of, sheets: sheets.length }).toEqual({
      width: 5,
      height: 6,
      of: "data",
      sheets: 1,
    });
    const sheet = PNG.sync.read(Buffer.from(files.get(sheets[0]!)!));
    for (const row of [0, 1, 37, 59]) {
      for (let i = 0; i < 30; i++) {
        const x = (row % columns) * width + (i % width);
        const y = Math.floor(row / columns) * height + Math.floor(i / width);
        const level = sheet.data[(y * sheet.width + x) * 4]!;
        expect(Math.abs(level - data.values[row * 30 + i]!)).toBeLessThanOrEqual(255 / 23 / 2 + 0.5);
      }
    }
  });

  it("are on several sheets where they are many, each row's picture its own", async () => {
    const levels = Uint8Array.from({ length: 3000 }, (_, row) => row % 251);
    const pixels = Uint8Array.from({ length: 3000 * 30 }, (_, i) => levels[Math.floor(i / 30)]!);
    const examples = { mu: clouds(3000, 2), pictures: new NdArray(pixels, [3000, 6, 5, 1]) };
    const { files, site } = await bundles.deploy("two", { examples });
    const { sheets, perSheet, columns, width, height } = site.reference.thumbnails;
    expect(sheets).toHaveLength(Math.ceil(3000 / perSheet));
    const drawn = sheets.map((sheet) => PNG.sync.read(Buffer.from(files.get(sheet)!)));
    // The rows around those at which decoding and sheets go on.
    for (const row of [0, 511, 512, 1023, 1024, 2047, 2999]) {
      const sheet = drawn[Math.floor(row / perSheet)]!;
      const at = row % perSheet;
      const x = (at % columns) * width + 2;
      const y = Math.floor(at / columns) * height + 3;
      expect(Math.abs(sheet.data[(y * sheet.width + x) * 4]! - levels[row]!)).toBeLessThanOrEqual(6);
    }
  });

  it("are the decoder's of each row's code where there are no pictures", async () => {
    const mu = clouds(1100, 2);
    const { files, site, tensors } = await bundles.deploy("two", { examples: { mu } });
    const { sheets, columns, width, height, of } = site.reference.thumbnails;
    expect(of).toBe("decoder");
    const codes = new NdArray(Float32Array.from(tensors.mu!.data), [1100, 2]);
    const pictures = (await (await opened("two")).decode(codes)).x_mean.toUint8().data;
    const sheet = PNG.sync.read(Buffer.from(files.get(sheets[0]!)!));
    for (const row of [0, 511, 512, 1099]) {
      const x = (row % columns) * width;
      const y = Math.floor(row / columns) * height;
      for (const i of [0, 3, 17, 29]) {
        const level = sheet.data[((y + Math.floor(i / 5)) * sheet.width + x + (i % 5)) * 4]!;
        expect(Math.abs(level - pictures[row * 30 + i]!)).toBeLessThanOrEqual(7);
      }
    }
  });
});
