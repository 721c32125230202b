import { describe, expect, it } from "vitest";
import * as latent from "../../packages/latent/src/index.js";

const library: Record<string, unknown> = { ...latent };
const { LatentError, Random, gaussianMixture, nearestNeighbours, pca, rowsOf, umap } = latent;

type Exports = typeof latent;
/** The exports that are called: all functions but classes. */
type CallName = {
  [K in keyof Exports]: Exports[K] extends (...args: never[]) => unknown ? K : never;
}[keyof Exports];

/** An argument as it should be, and as it should not. */
interface Argument {
  good: unknown;
  bad: unknown[];
}

const rows = 40;
const random = new Random(1);
const numbers = (count: number) => Float32Array.from({ length: count }, () => random.normal());
const cloud = rowsOf(numbers(rows * 3), 3);
const plane = rowsOf(numbers(rows * 2), 2);
const narrow = rowsOf(new Float32Array(rows * 3).fill(-1), 3);
const hole = rowsOf(cloud.data.with(4, Number.NaN), 3);
const words = Array.from({ length: rows }, (_, i) => (i % 2 === 0 ? "even" : "odd"));

/** What is no object of the kind that is asked for, whichever that is. */
const strangers = [undefined, null, 3, "text", true, {}, [], () => 0];

const points = (good: latent.Rows = cloud): Argument => ({
  good,
  bad: [
    ...strangers,
    good.data,
    Array.from(good.data),
    { data: Array.from(good.data), shape: good.shape },
    { data: good.data },
    { data: good.data, shape: [good.data.length] },
    { data: good.data, shape: [1.5, 2] },
    { data: good.data, shape: [7, 7] },
    { data: null, shape: null },
    rowsOf(good.data.with(1, Number.POSITIVE_INFINITY), good.shape[1]!),
  ],
});

const codes: Argument = {
  good: { mu: cloud, logvar: narrow },
  bad: [
    ...strangers,
    cloud,
    { mu: cloud },
    { logvar: narrow },
    { mu: 3, logvar: 3 },
    { mu: {}, logvar: {} },
    { mu: cloud, logvar: rowsOf(new Float32Array(3), 3) },
    { mu: cloud, logvar: plane },
    { mu: hole, logvar: narrow },
  ],
};

const labels = (): Argument => ({
  good: words,
  bad: [
    undefined,
    null,
    3,
    true,
    {},
    [],
    words.slice(1),
    words.map(() => undefined),
    words.map(() => null),
    words.map(() => ({})),
    words.map(() => Number.NaN),
  ],
});

const vector: Argument = {
  good: Float32Array.of(1, 2, 3),
  bad: [...strangers, [1, 2, 3], Float32Array.of(), Float32Array.of(1, Number.NaN, 3), cloud],
};

const count: Argument = { good: 2, bad: [undefined, null, -1, 1.5, Number.NaN, "2", {}, [2]] };

interface OptionTraits {
  /** There is no calling without them. */
  required?: boolean;
  seed?: boolean;
  /** Takes a signal, and tells how far it is. */
  run?: boolean;
}

/** wrong: values that single options must not have. */
function options(
  good: object,
  { required = false, seed = false, run = false }: OptionTraits,
  wrong: Record<string, unknown[]> = {},
): Argument {
  const seeds = [-1, 0.5, Number.NaN, Number.POSITIVE_INFINITY, 2 ** 53, "1", null, 1n];
  const runs = [{ signal: 3 }, { signal: {} }, { onProgress: 3 }, { onProgress: {} }];
  return {
    good,
    bad: [
      ...[null, 3, "text", true, [], () => 0, cloud, { ...good, nonsense: 1 }],
      ...(required ? [undefined, {}] : []),
      ...(seed ? seeds.map((value) => ({ ...good, seed: value })) : []),
      ...(run ? runs.map((value) => ({ ...good, ...value })) : []),
      ...Object.entries(wrong).flatMap(([name, values]) =>
        values.map((value) => ({ ...good, [name]: value })),
      ),
    ],
  };
}

/** `needed`: what the call cannot do without. */
function model<T extends object>(good: T, needed: readonly (keyof T)[]): Argument {
  const wrong = [undefined, null, {}, "text"];
  const without = needed.flatMap((name) => wrong.map((value) => ({ ...good, [name]: value })));
  return { good, bad: [...strangers, cloud, ...without] };
}

const long = { seed: true, run: true };
const decode: Argument = { good: (z: latent.Rows) => z, bad: [undefined, null, 3, "text", {}, () => ({})] };
const mixture = await gaussianMixture(cloud, { components: 2 });
const asMixture = model(mixture, ["covariance", "components", "latent", "weights", "means", "covariances"]);
const components = pca(cloud, { components: 2 });
const asPca = model(components, ["mean", "components", "count", "columns", "explainedVariance"]);
const map = await umap(cloud, { epochs: 2 });
const quality = options({ neighbours: 3 }, long);
const counts = [-1, 1.5, Number.NaN, "2", null, {}];
const objects = [3, "text", {}, [], { shape: null }];
const otherGraph = await nearestNeighbours(plane, { count: 3 });
const graph = [
  ...objects,
  { ...otherGraph, shape: [rows - 1, 3] },
  { ...otherGraph, index: undefined },
  otherGraph,
];
const draws = [...objects, plane, hole];

/** The arguments of every call; the drift of this table from the exports does not compile. */
const table: { [K in Exclude<CallName, keyof typeof unchecked>]: Argument[] } = {
  activeUnits: [points(), options({ threshold: 0.1 }, {})],
  adjustedMutualInformation: [labels(), labels()],
  adjustedRandIndex: [labels(), labels()],
  aggregatedPosterior: [codes, options({}, long, { rows: counts, z: draws, logPrior: [...objects, [1]] })],
  attributeDirection: [
    points(),
    { good: words.map((word) => word === "odd"), bad: [...labels().bad, words] },
    options({ method: "logistic" }, {}),
  ],
  calinskiHarabasz: [points(), labels()],
  chooseClusters: [
    points(),
    options({ to: 3, resamples: 1 }, long, { to: counts, method: ["hdbscan", 3, null] }),
  ],
  clusterStability: [points(), options({ clusters: 2, resamples: 1 }, { ...long, required: true })],
  combine: [
    {
      good: [{ code: vector.good, weight: 1 }],
      bad: [
        ...strangers,
        [undefined],
        [null],
        [3],
        [{}],
        [{ code: vector.good }],
        [{ code: vector.good, weight: Number.NaN }],
        ...vector.bad.map((code) => [{ code, weight: 1 }]),
      ],
    },
  ],
  confusionTable: [labels(), labels()],
  continuity: [points(), points(plane), quality],
  correlation: [points()],
  daviesBouldin: [points(), labels()],
  distanceToPrior: [codes, options({}, long, { rows: counts, z: draws, aggregated: objects })],
  gaussianMixture: [
    points(),
    options(
      { components: 2 },
      { ...long, required: true },
      {
        components: counts,
        covariance: ["round", 3, null, "toString"],
        uncertainty: draws,
        init: [...objects, { means: plane }],
      },
    ),
  ],
  geodesic: [
    points(),
    options(
      { from: 0, to: 1, decode: decode.good, refine: 0 },
      { required: true, run: true },
      {
        from: [...counts, rows, Float32Array.of(1)],
        to: counts,
        decode: decode.bad,
        graph: graph.slice(0, -1),
      },
    ),
  ],
  hdbscan: [points(), options({ minClusterSize: 4 }, long)],
  holes: [codes, options({ samples: 50 }, long)],
  interpolate: [vector, vector, options({ steps: 3 }, {}, { at: [0.5, [], [2], ["0"], null] })],
  intrinsicDimension: [points(), options({ neighbours: 5 }, long)],
  klPerDimension: [codes],
  kmeans: [
    points(),
    options(
      { clusters: 2 },
      { ...long, required: true },
      {
        clusters: counts,
        init: [...objects, plane],
        weights: [...objects, new Float32Array(3), new Float32Array(rows)],
      },
    ),
  ],
  kmeansPredict: [model({ centers: rowsOf(cloud.data.slice(0, 6), 3) }, ["centers"]), points()],
  latentKl: [codes],
  mixtureLogDensity: [asMixture, points()],
  mixturePredict: [asMixture, points()],
  mixtureResponsibilities: [asMixture, points()],
  moveAlong: [vector, vector, { good: [0, 1], bad: [...strangers, [Number.NaN], ["1"]] }],
  mutualInformation: [points(), labels(), options({ kind: "discrete" }, long)],
  nearestNeighbours: [
    points(),
    options({ count: 3 }, long, { count: counts, queries: [...objects, plane], method: ["hnsw", 3] }),
  ],
  neighbourPath: [
    points(),
    options(
      { from: 0, to: 1 },
      { required: true, run: true },
      {
        from: [...counts, rows, Float32Array.of(1)],
        to: counts,
        neighbours: counts,
        graph: graph.slice(0, -1),
      },
    ),
  ],
  normalizedMutualInformation: [labels(), labels()],
  outliers: [points(), options({ neighbours: 5 }, long, { neighbours: counts, graph })],
  pca: [points(), options({ components: 2 }, {})],
  pcaInverse: [asPca, points(plane)],
  pcaTransform: [asPca, points()],
  posteriorMixture: [
    codes,
    options(
      { components: 2 },
      { ...long, required: true },
      { components: counts, uncertainty: [cloud], init: [...objects, { means: plane }] },
    ),
  ],
  posteriorPoints: [codes],
  posteriorQuantiles: [
    codes,
    { good: 0, bad: count.bad },
    { good: [0.1, 0.5], bad: [undefined, null, 3, "text", {}, [0], [1], [Number.NaN], ["0.5"]] },
    options({ rows: 10 }, {}),
  ],
  pullbackMetric: [vector, decode, options({ epsilon: 0.1 }, {})],
  purity: [labels(), labels()],
  rowsOf: [
    { good: numbers(6), bad: [undefined, null, 3, "text", {}, [1, 2, 3], new Float64Array(6)] },
    { good: 2, bad: [undefined, null, -1, 1.5, 4, Number.NaN, "2", {}] },
  ],
  sampleMixture: [asMixture, count, options({}, { seed: true })],
  samplePrior: [count, count, options({}, { seed: true })],
  sampleTruncated: [count, count, options({ bound: 1 }, { seed: true })],
  silhouette: [points(), labels(), options({ rows: 30 }, long)],
  squaredMmd: [points(), points(), options({ rows: 10 }, { run: true })],
  totalCorrelation: [codes, options({}, long, { rows: counts, z: draws, aggregated: objects })],
  traversal: [
    codes,
    options(
      { dimension: 1, steps: 3 },
      { required: true },
      { dimension: [...counts, 3], from: [0, 1, "0.1", null], around: vector.bad.slice(1) },
    ),
  ],
  trustworthiness: [points(), points(plane), quality],
  tsne: [
    points(),
    options({ perplexity: 5, iterations: 2 }, long, {
      dimensions: [4, "2"],
      learningRate: ["fast", -1],
      graph,
    }),
  ],
  umap: [
    points(),
    options({ epochs: 2 }, long, { dimensions: counts, neighbours: [1, 41, "3"], init: ["none", 3], graph }),
  ],
  umapTransform: [
    model(map, ["embedding", "points", "options", "a", "b"]),
    points(),
    options({ epochs: 2 }, long),
  ],
  vMeasure: [labels(), labels()],
  wassersteinPerDimension: [points(), points()],
};

/** Calls that do not look at what they are given, with the reason. */
const unchecked = {
  estimateAround: "arithmetic on three numbers",
  estimateMean: "a mean of numbers, called in loops",
  klToStandardNormal: "arithmetic on two numbers, called for each element",
  logSumExp: "a sum of numbers, called in loops",
  someRows: "row numbers, for those who have checked their rows",
} as const;

const isClass = (value: unknown) => /^class\b/.test(String(value));

it("knows every call of the package", () => {
  const names = Object.entries(library)
    .filter(([, value]) => typeof value === "function" && !isClass(value))
    .map(([name]) => name);
  expect([...Object.keys(table), ...Object.keys(unchecked)].sort()).toEqual(names.sort());
});

async function outcome(name: keyof typeof table, args: readonly unknown[]): Promise<unknown> {
  try {
    return await Reflect.apply(library[name] as (...args: never[]) => unknown, undefined, args);
  } catch (error) {
    return error;
  }
}

describe.each(Object.keys(table) as (keyof typeof table)[])("%s", (name) => {
  const args: readonly Argument[] = table[name];

  it("takes what it should", async () => {
    expect(
      await outcome(
        name,
        args.map(({ good }) => good),
      ),
    ).not.toBeInstanceOf(Error);
  });

  it.each(args.map((_, at) => at))("refuses a wrong argument %i by name", async (at) => {
    for (const wrong of args[at]!.bad) {
      const given = args.map(({ good }, i) => (i === at ? wrong : good));
      const error = await outcome(name, given);
      const described = `${name}, argument ${at}: ${inWords(wrong)}`;
      expect.soft(error, described).toBeInstanceOf(LatentError);
      expect.soft((error as Error).message, described).toMatch(new RegExp(`^${name}\\b`));
    }
  });
});

describe("labels of numbers and words", () => {
  const mixed = Array.from({ length: rows }, (_, i) => (i % 3 === 0 ? i % 4 : i % 2 === 0 ? "even" : "10"));
  const asWords = mixed.map(String);
  const both = mixed as unknown as latent.Labels;

  it("are what the same as words are", async () => {
    for (const score of [
      latent.adjustedMutualInformation,
      latent.adjustedRandIndex,
      latent.normalizedMutualInformation,
      latent.purity,
      latent.vMeasure,
    ]) {
      expect(score(both, words), score.name).toEqual(score(asWords, words));
    }
    for (const score of [latent.calinskiHarabasz, latent.daviesBouldin]) {
      expect(score(cloud, both), score.name).toBe(score(cloud, asWords));
    }
    expect((await latent.silhouette(cloud, both)).mean).toBe((await latent.silhouette(cloud, asWords)).mean);
    expect(await latent.mutualInformation(cloud, both)).toEqual(
      await latent.mutualInformation(cloud, asWords),
    );
    const { rows: names, counts: table } = latent.confusionTable(both, words);
    expect(names).toEqual([0, 1, 2, 3, "10", "even"]);
    expect(table).toEqual(latent.confusionTable(asWords, words).counts);
  });
});

function inWords(value: unknown): string {
  if (typeof value === "function") return "a function";
  const text = JSON.stringify(value, (_, part: unknown) =>
    typeof part === "bigint" || (typeof part === "number" && !Number.isFinite(part)) ? String(part) : part,
  );
  return `${text}`.slice(0, 120);
}
