import { describe, expect, it } from "vitest";
import { Random } from "../../packages/latent/src/random.ts";
import { sections } from "../../packages/latent/src/report/sections/index.ts";
import { summary } from "../../packages/latent/src/report/summary.ts";
import {
  type Analysis,
  type AnalyzeInput,
  type AnalyzeOptions,
  analysisSentences,
  analyze,
} from "../../packages/latent/src/report.ts";
import { rowsOf } from "../../packages/latent/src/rows.ts";
import { decodeBars, numberedPictures, syntheticCodes, syntheticInput } from "./analysis-data.ts";
import { reportJson } from "./report-json.ts";

/** Without what takes the longest. */
const quick: AnalyzeOptions = { projections: [], threeDimensions: false, mostClusters: 5 };

const said = (analysis: Analysis) => Object.values(analysisSentences(analysis)).flat();

/** What report.json would hold, as a reader of the file gets it. */
function written(analysis: Analysis) {
  const made = sections.flatMap((make) => make(analysis) ?? []);
  return reportJson.parse(JSON.parse(JSON.stringify(summary(analysis, made))));
}

const equalCodes = (rows: number, latent: number) => ({
  mu: rowsOf(new Float32Array(rows * latent).fill(0.5), latent),
  logvar: rowsOf(new Float32Array(rows * latent), latent),
});

describe("analyze", () => {
  it("finds what the codes were made of, and says it", async () => {
    const analysis = await analyze(syntheticInput({ inactive: 2 }));
    const { dimensions, clusters, labels, map, moves, outliers, prior } = analysis;
    expect(dimensions.active).toEqual([true, true, true, true, false, false]);
    expect(clusters.choice?.recommended).toBe(3);
    for (const { name, scores, silhouette, noise } of clusters.clusterings) {
      expect(scores?.ari, name).toBeGreaterThan(0.95);
      expect(silhouette, name).toBeGreaterThan(0.7);
      expect(noise, name).toBeLessThan(0.05);
    }
    expect(map.embeddings.map(({ name, dimensions: d }) => `${name} ${d}`)).toEqual([
      "UMAP 2",
      "UMAP 3",
      "t-SNE 2",
      "PCA 2",
      "PCA 3",
    ]);
    for (const { points, dimensions: d, trustworthiness } of map.embeddings) {
      expect(points.shape).toEqual([120, d]);
      expect(trustworthiness).toBeGreaterThan(0.85);
    }
    expect(dimensions.information.map(({ name }) => name)).toEqual(["animal", "first", "gaps"]);
    expect(moves?.traversals.map(({ dimension }) => dimension).sort()).toEqual([0, 1, 2, 3]);
    expect(dimensions.information.map(({ entropy }) => entropy)).toEqual([
      expect.closeTo(Math.log(3), 10),
      null,
      null,
    ]);
    expect(moves?.directions).toMatchObject({
      asked: ["ant", "bee", "cat"].map((name) => ({ name, rows: 40, auc: 1 })),
      small: [],
      further: 0,
    });
    expect(moves?.arithmetic).toMatchObject([{ from: "ant", to: "bee", moved: 40, landed: 1 }]);
    expect(labels).toEqual({
      neighbours: 10,
      accuracy: 1,
      largest: 0,
      largestShare: 1 / 3,
      perClass: [1, 1, 1],
    });
    expect(prior!.holes.share).toBeGreaterThan(0.5);
    expect(outliers.order).toHaveLength(24);
    expect(said(analysis)).toEqual(
      expect.arrayContaining([
        expect.stringMatching(
          /^2 of 6 dimensions are inactive: over the examples the variance of the posterior means of z4 and z5 is below 0\.01, and they tell next to nothing of x \(at most 0\.0000\d+ nats each\)\.$/,
        ),
        "2 principal axes hold 90 % of the variance of the posterior means.",
        expect.stringMatching(/^BIC is least with 3 components/),
        expect.stringMatching(/^k-means \(3\) agrees best with animal.*: ARI 1\.00, AMI 1\.00, NMI 1\.00\.$/),
        "HDBSCAN finds 3 clusters of at least 15 rows and higher density (minSamples 10); every row belongs to one.",
        "The 10 nearest neighbours of each code, by a vote, name the animal of 100 % of the rows; always saying ant, the most frequent, would name 33 %.",
        "A flat boundary tells each animal well from the rest (ROC areas on held-out rows 1.00).",
        "Moved by the difference between two classes' means, 100 % of 40 codes from ant to bee come to lie nearest to a code of the new class.",
        expect.stringMatching(
          /^By itself, z0 says the most about first: \d\.\d\d nats \(with first shuffled the largest of 20 times is 0\.\d\d\)\.$/,
        ),
        expect.stringMatching(
          /^No dimension by itself says more about gaps than chance: the most is 0\.\d\d nats/,
        ),
      ]),
    );
    const { outliers: odd, moves: ways } = written(analysis);
    expect(odd[0]!.row).toBe(10 * outliers.order[0]!);
    expect(ways!.interpolations.every(({ from, to }) => from % 10 === 0 && to % 10 === 0)).toBe(true);
  });

  it("finds nothing in one Gaussian with labels at random, and says so", async () => {
    const random = new Random(4);
    const [rows, latent] = [400, 5];
    const numbers = (n: number) => Float32Array.from({ length: n }, () => Math.sqrt(0.9) * random.normal());
    const codes = {
      mu: rowsOf(numbers(rows * latent), latent),
      logvar: rowsOf(new Float32Array(rows * latent).fill(Math.log(0.1)), latent),
    };
    const labels = Array.from({ length: rows }, () => random.below(4));
    const columns = [{ name: "noise", values: numbers(rows) }];
    const analysis = await analyze(
      { name: "Noise", codes, labels, columns, decode: decodeBars },
      { ...quick, projections: ["umap"] },
    );
    expect(analysis.clusters.choice!.recommended).toBe(1);
    expect(analysis.labels!.accuracy).toBeLessThan(analysis.labels!.largestShare + 0.05);
    for (const { auc } of analysis.moves!.directions.asked) expect(Math.abs(auc - 0.5)).toBeLessThan(0.12);
    expect(said(analysis)).toEqual(
      expect.arrayContaining([
        "All 5 dimensions are active: the posterior mean of each varies from example to example.",
        expect.stringMatching(/^No dimension by itself says more about noise than chance/),
        expect.stringMatching(/^No flat boundary tells a label well from the rest/),
        expect.stringMatching(/of held-out codes do: no excess over the 1\.0 %/),
        expect.stringMatching(/mean discrepancy .* no more than by chance/),
        expect.stringMatching(/^No clustering agrees with label by much more than chance/),
      ]),
    );
  });

  it("gives the same for the same seed, and other samples for another", async () => {
    const input = syntheticInput({ rows: 40, latent: 3 });
    const run = async (seed: number) => {
      const { input: _, ...found } = await analyze(input, { mostClusters: 4, seed });
      return JSON.stringify(found);
    };
    const first = await run(3);
    expect(await run(3)).toBe(first);
    expect(await run(4)).not.toBe(first);
  });

  it.each([1, 2, 3, 6])("of %i latent dimensions", async (latent) => {
    const analysis = await analyze(syntheticInput({ rows: 60, latent }), { ...quick, threeDimensions: true });
    const { maps, dimensions, clusters } = written(analysis);
    expect(maps.map(({ name, dimensions: d }) => `${name} ${d}`)).toEqual(
      { 1: ["PCA 2"], 2: ["z 2", "PCA 2"], 3: ["z 3", "PCA 2", "PCA 3"], 6: ["PCA 2", "PCA 3"] }[latent],
    );
    expect(dimensions.kl).toHaveLength(latent);
    expect(clusters.clusterings[0]!.scores!.ari).toBe(1);
    expect(analysisSentences(analysis).dimensions![0]).toMatch(
      { 1: /^The only dimension is active:/, 2: /^Both/, 3: /^All 3/, 6: /^All 6/ }[latent]!,
    );
  });

  it.each([10, 12, 300])("of %i rows", async (rows) => {
    const analysis = await analyze(syntheticInput({ rows, latent: 3 }), {
      ...quick,
      projections: ["umap", "tsne"],
    });
    const { maps, clusters } = written(analysis);
    expect(maps.map(({ name }) => name)).toEqual(["UMAP", "t-SNE", "PCA"]);
    expect(clusters.clusterings.find(({ name }) => name === "k-means (3)")!.scores!.ari).toBe(1);
  });

  it("of codes alone leaves out what needs more", async () => {
    const analysis = await analyze({ name: "Codes", codes: syntheticCodes({ rows: 60 }) }, quick);
    const { labels, moves, dimensions, sentences } = written(analysis);
    expect([labels, moves, dimensions.information]).toEqual([null, null, []]);
    expect(Object.keys(sentences)).toEqual(["maps", "dimensions", "clusters", "prior", "outliers"]);
    expect(analysis.clusters.clusterings.every(({ scores }) => scores === null)).toBe(true);
  });

  it("of labels of one kind compares nothing with them", async () => {
    const analysis = await analyze(syntheticInput({ rows: 60, groups: 1 }), quick);
    const { labels, clusters, moves } = written(analysis);
    expect(labels).toEqual({ name: "animal", names: ["ant"] });
    expect(clusters.clusterings.every(({ scores }) => scores === null)).toBe(true);
    expect(moves!.directions).toEqual({ asked: [], small: [], further: 0 });
    expect(moves!.interpolations).toHaveLength(3);
  });

  it("of a model with another prior says nothing of the standard normal", async () => {
    const analysis = await analyze({ ...syntheticInput({ rows: 60 }), prior: "vamp" }, quick);
    const { priorDistance, dimensions, prior } = written(analysis);
    expect([priorDistance, dimensions.kl, prior]).toEqual([null, null, "vamp"]);
    expect(analysisSentences(analysis).prior).toEqual([expect.stringMatching(/^The model's prior is vamp/)]);
    expect(analysis.moves!.samples.map(({ name }) => name)).toEqual(["fitted mixture"]);
    expect(analysisSentences(analysis).dimensions!.join()).not.toMatch(/\bKL\b/);
  });

  it("clusters as many as are asked for, and as many as there are classes", async () => {
    const analysis = await analyze(syntheticInput({ rows: 60 }), { ...quick, clusters: 20 });
    expect(analysis.clusters.choice).toBeNull();
    expect(analysis.clusters.clusterings.map(({ name, clusters }) => [name, clusters])).toEqual([
      ["k-means (20)", 20],
      ["k-means W2 (20)", 20],
      ["Gaussian mixture (20)", expect.any(Number)],
      ["k-means (3)", 3],
      ["k-means W2 (3)", 3],
      ["Gaussian mixture (3)", 3],
      ["HDBSCAN", expect.any(Number)],
    ]);
  });

  it("names the classes in their natural order", async () => {
    const { codes } = syntheticInput({ rows: 12 });
    const names = async (labels: number[] | string[]) =>
      (await analyze({ name: "x", codes, labels }, quick)).input.classes!.names;
    const numbers = [10, -1, 9, -2, 10, -1, 9, -2, 10, -1, 9, -2];
    expect(await names(numbers)).toEqual(["-2", "-1", "9", "10"]);
    expect(await names(numbers.map((n) => `run ${Math.abs(n)}`))).toEqual([
      "run 1",
      "run 2",
      "run 9",
      "run 10",
    ]);
  });
});

describe("codes that are hardly any", () => {
  it.each([
    ["equal ones", equalCodes(60, 4)],
    ["equal ones of one dimension", equalCodes(10, 1)],
    [
      "two points",
      {
        mu: rowsOf(
          Float32Array.from({ length: 80 }, (_, i) => (i < 40 ? 1 : -1)),
          2,
        ),
        logvar: rowsOf(new Float32Array(80), 2),
      },
    ],
    [
      "one that differs",
      {
        mu: rowsOf(
          Float32Array.from({ length: 80 }, (_, i) => Number(i === 0)),
          2,
        ),
        logvar: rowsOf(new Float32Array(80), 2),
      },
    ],
    [
      "huge numbers",
      {
        mu: rowsOf(
          Float32Array.from({ length: 80 }, (_, i) => 1e18 * Math.sin(i * i)),
          2,
        ),
        logvar: rowsOf(new Float32Array(80), 2),
      },
    ],
  ])("%s", async (_, codes) => {
    const rows = codes.mu.shape[0]!;
    const labels = Array.from({ length: rows }, (_, i) => i % 3);
    const columns = [
      { name: "constant", values: new Array(rows).fill(3) },
      { name: "nowhere", values: new Array(rows).fill(Number.NaN) },
      { name: "once", values: labels.map((_, i) => (i === 1 ? 5 : Number.NaN)) },
      { name: "infinite", values: labels.map((_, i) => (i === 1 ? Number.POSITIVE_INFINITY : i)) },
    ];
    const analysis = await analyze(
      { name: "Few", codes, labels, columns, decode: decodeBars },
      { ...quick, projections: ["umap", "tsne"] },
    );
    written(analysis);
    expect(said(analysis).join("\n")).not.toMatch(/NaN|Infinity|undefined|null/);
    for (const { points } of analysis.map.embeddings) expect(points.data.every(Number.isFinite)).toBe(true);
  });

  it("a thousand equal ones", async () => {
    const analysis = await analyze({ name: "Equal", codes: equalCodes(1000, 4) }, quick);
    written(analysis);
    expect(said(analysis)).toEqual(
      expect.arrayContaining([
        "All 4 dimensions are inactive: over the examples the variance of the posterior means of z0, z1, z2 and z3 is below 0.01, and they tell next to nothing of x (at most 0 nats each).",
        "All codes are the same: there is nothing to cluster.",
        "No row stands out: no local outlier factor is above 1.5.",
      ]),
    );
  });

  it("one class for each row", async () => {
    const labels = Array.from({ length: 60 }, (_, i) => `w${i}`);
    const analysis = await analyze({ ...syntheticInput({ rows: 60 }), labels }, quick);
    expect(written(analysis).moves!.directions).toMatchObject({
      asked: [],
      small: { length: 60 },
      further: 0,
    });
    expect(said(analysis).join("\n")).toMatch(/No clustering agrees with animal by much more than chance/);
  });
});

describe("what does not fit is told", () => {
  const input = syntheticInput({ rows: 20 });
  const many = 100_000;
  const nan = syntheticCodes({ rows: 20 });
  nan.mu.data[7] = Number.NaN;
  const wide = syntheticCodes({ rows: 20 });
  wide.logvar.data[8] = 1000;
  const changes: [string, object, RegExp, string][] = [
    [
      "NaN in codes",
      { codes: nan },
      /mu: row 1, column 1 is NaN; every number must be finite\. Leave/,
      "DATA",
    ],
    [
      "a variance without end",
      { codes: wide },
      /logvar: row 1, column 2 is 1000, a variance of e\^1000/,
      "DATA",
    ],
    ["9 rows", syntheticInput({ rows: 9 }), /at least 10 rows are needed for a report, got 9/, "DATA"],
    ["no codes", { codes: undefined }, /codes must be \{ mu, logvar \}/, "SHAPE"],
    ["labels of another length", { labels: [1, 2] }, /2 labels for 20 rows; give one for each row/, "DATA"],
    [
      "a label that is none",
      { labels: Array.from({ length: 20 }, (_, i) => (i === 3 ? Number.NaN : 1)) },
      /the label of row 3 is NaN; .*"none"/,
      "DATA",
    ],
    ["a label of null", { labels: new Array(20).fill(null) }, /the label of row 0 is null/, "DATA"],
    ["no name for labels", { labelName: "" }, /labelName must be a text/, "USAGE"],
    [
      "a column of another length",
      { columns: [{ name: "slant", values: [1] }] },
      /column slant has 1 values for 20 rows.*NaN where it is missing/,
      "DATA",
    ],
    [
      "a column of words",
      { columns: [{ name: "slant", values: new Array(20).fill("a") }] },
      /column slant: the value of row 0 is "a".*Give words as labels/,
      "DATA",
    ],
    [
      "a column without name",
      { columns: [{ values: new Array(20).fill(1) }] },
      /a column's name must be a text/,
      "USAGE",
    ],
    [
      "pictures of another count",
      { pictures: numberedPictures(19) },
      /pictures: must be 20 pictures.*of 684 values with the shape \[19,6,6,1\]/,
      "DATA",
    ],
    ["pictures of two channels", { pictures: numberedPictures(20, 2) }, /1, 3 or 4 channels/, "DATA"],
    [
      "pictures of floats",
      { pictures: { ...numberedPictures(20), data: new Float32Array(720) } },
      /got a Float32Array of 720 values/,
      "DATA",
    ],
    ["an index of another length", { index: [1] }, /index has 1 entries for 20 rows/, "DATA"],
    [
      "an index of no places",
      { index: new Array(20).fill(0.5) },
      /index: the entry of row 0 is 0\.5/,
      "DATA",
    ],
    ["decode that is no function", { decode: {} }, /decode must be a function/, "USAGE"],
    [
      "decode of another shape",
      { decode: async () => numberedPictures(1) },
      /what decode gave: must be \d+ pictures.*with the shape \[1,6,6,1\]/,
      "DATA",
    ],
    [
      "decode of floats",
      {
        decode: async ({ shape: [rows] }: { shape: number[] }) => ({
          ...numberedPictures(rows!),
          data: new Float32Array(36 * rows!),
        }),
      },
      /what decode gave.*got a Float32Array/,
      "DATA",
    ],
    ["decode of nothing", { decode: async () => undefined }, /what decode gave.*got nothing/, "DATA"],
    ["no name", { name: "" }, /name must be a text/, "USAGE"],
    [
      "a part that does not exist",
      { label: [1] },
      /there is no option "label"; there are name, codes, labels/,
      "USAGE",
    ],
  ];
  it.each(changes)("%s", async (_, change, message, code) => {
    await expect(analyze({ ...input, ...change } as AnalyzeInput, quick)).rejects.toMatchObject({
      message: expect.stringMatching(message),
      code,
    });
  });

  it("100,000 distinct labels", async () => {
    const codes = { mu: rowsOf(new Float32Array(many), 1), logvar: rowsOf(new Float32Array(many), 1) };
    const labels = Array.from({ length: many }, (_, i) => `label ${i}`);
    await expect(analyze({ name: "Many", codes, labels })).rejects.toThrow(
      /100000 distinct labels of 100000 rows, more than the 1000 that a report can show\. Give them as a column/,
    );
  });

  it("no input", async () => {
    await expect(analyze(undefined as unknown as AnalyzeInput)).rejects.toThrow(
      /the first argument must be \{ name, codes, \.\.\. \}, got undefined/,
    );
  });

  const options: [object, RegExp][] = [
    [{ sed: 1 }, /there is no option "sed"; there are seed, clusters/],
    [{ seed: -1 }, /seed must be an integer of at least 0, got -1/],
    [{ clusters: 1 }, /clusters must be an integer from 2/],
    [
      { clusters: 21 },
      /21 clusters were asked for, but only 20 of 20 codes are different; ask for at most as many/,
    ],
    [{ mostClusters: 2 }, /mostClusters must be an integer from 3 to 100/],
    [{ projections: ["isomap"] }, /projections must be one of pca, umap, tsne; got "isomap"/],
    [{ projections: "umap" }, /projections must be a list such as/],
    [{ threeDimensions: "no" }, /threeDimensions must be true or false/],
    [{ traversals: 0 }, /traversals must be an integer from 1 to 64/],
  ];
  it.each(options)("%j", async (option, message) => {
    await expect(analyze(input, { ...quick, ...option } as AnalyzeOptions)).rejects.toThrow(message);
  });
});

describe("a long analysis", () => {
  it("names its stages as it goes", async () => {
    const stages: string[] = [];
    await analyze(syntheticInput({ rows: 60 }), {
      mostClusters: 4,
      onProgress: ({ stage, done, total }) => {
        expect(total).toBeGreaterThan(0);
        expect(done).toBeLessThanOrEqual(total);
        if (stages.at(-1) !== stage) stages.push(stage);
      },
    });
    const inOrder = [
      "what dimensions tell of animal",
      "distance to the prior",
      "neighbours",
      "UMAP in 2 dimensions",
    ];
    inOrder.push(
      "UMAP in 3 dimensions",
      "t-SNE",
      "number of clusters",
      "k-means, 3 clusters",
      "HDBSCAN",
      "outliers",
    );
    inOrder.push("traversals", "shortest paths", "manifold");
    expect(stages.filter((stage) => inOrder.includes(stage) && stage !== "neighbours")).toEqual(
      expect.arrayContaining(inOrder.filter((stage) => stage !== "neighbours")),
    );
    const places = inOrder.map((stage) => stages.indexOf(stage));
    expect(places).toEqual([...places].sort((a, b) => a - b));
    expect(places).not.toContain(-1);
  });

  it.each(["neighbours", "UMAP in 2 dimensions", "number of clusters", "shortest paths"])(
    "ends in %s with the signal's reason",
    async (at) => {
      const controller = new AbortController();
      const reason = new Error("enough");
      let after = 0;
      await expect(
        analyze(syntheticInput({ rows: 60 }), {
          mostClusters: 4,
          signal: controller.signal,
          onProgress({ stage }) {
            if (controller.signal.aborted) after++;
            if (stage === at) controller.abort(reason);
          },
        }),
      ).rejects.toBe(reason);
      expect(after).toBe(0);
    },
  );

  it("does not begin once aborted", async () => {
    const signal = AbortSignal.abort(new Error("never"));
    await expect(analyze(syntheticInput({ rows: 20 }), { signal })).rejects.toThrow("never");
  });
});
