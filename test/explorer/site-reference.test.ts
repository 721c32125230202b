import { type SiteExamples, siteFiles } from "@vaekit/explorer";
import { NdArray, RandomStream, type StoredTensor, Vae } from "@vaekit/infer";
import { klPerDimension } from "@vaekit/latent";
import { PNG } from "pngjs";
import { describe, expect, it, onTestFinished } from "vitest";
import { data, readSite, rows, siteBundles } from "./site-support.ts";

const bundles = siteBundles("one", "two", "five", "labels", "columns", "mixture");

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

describe("the maps of a site", () => {
  it("are the code itself where it has two dimensions", async () => {
    const { site } = await bundles.deploy("two");
    expect(site.reference.embeddings).toEqual([
      expect.objectContaining({ name: "Latent", dimensions: 2, tensor: "mu", kind: "exact" }),
    ]);
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

  it("are on several sheets where they are many", async () => {
    const examples = {
      mu: clouds(3000, 2),
      pictures: new NdArray(new Uint8Array(3000 * 30).fill(128), [3000, 6, 5, 1]),
    };
    const made = await siteFiles(await bundles.source("two"), { examples });
    const { thumbnails } = readSite(made).site.reference;
    expect(thumbnails.sheets).toHaveLength(Math.ceil(3000 / thumbnails.perSheet));
    for (const sheet of thumbnails.sheets) expect(made.has(sheet)).toBe(true);
  });
});
