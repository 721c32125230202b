import { describe, expect, it } from "vitest";
import { type Analysis, analyze } from "../../packages/latent/src/report/analyze.ts";
import { type AnalyzeInput, checkInput } from "../../packages/latent/src/report/input.ts";
import { sections } from "../../packages/latent/src/report/sections/index.ts";
import { waysSection } from "../../packages/latent/src/report/sections/moves.ts";
import { type Rows, rowsOf } from "../../packages/latent/src/rows.ts";
import { decodeBars, syntheticInput } from "./analysis-data.ts";

const quick = { projections: [], threeDimensions: false, mostClusters: 4 };
const small = () => syntheticInput({ rows: 40, latent: 3 });
const made = (analysis: Analysis) => sections.flatMap((make) => make(analysis) ?? []);

describe("decode", () => {
  it("may give views of one buffer, which each call writes over", async () => {
    const shared = new Uint8Array(1 << 20);
    const decode = async (z: Rows) => {
      const { data, shape } = await decodeBars(z);
      shared.set(data);
      return { data: shared.subarray(0, data.length), shape };
    };
    const plain = await analyze(small(), quick);
    const viewed = await analyze({ ...small(), decode }, quick);
    expect(viewed.moves).toEqual(plain.moves);
    expect(viewed.prior!.inHoles).toEqual(plain.prior!.inHoles);
  });

  it("that throws midway is named, with the stage and the cause", async () => {
    const cause = new TypeError("out of memory");
    for (const [from, stage] of [
      [1, "holes"],
      [2, "traversals"],
    ] as const) {
      let calls = 0;
      const decode = async (z: Rows) => {
        if (++calls >= from) throw cause;
        return decodeBars(z);
      };
      await expect(analyze({ ...small(), decode }, quick)).rejects.toMatchObject({
        name: "LatentError",
        message: `analyze: decode failed at ${stage}: out of memory`,
        cause,
      });
    }
    const thrown = () => {
      throw "no error at all";
    };
    await expect(analyze({ ...small(), decode: thrown }, quick)).rejects.toMatchObject({
      message: 'analyze: decode failed at holes: "no error at all"',
    });
  });

  it("that the signal stops leaves the signal's reason", async () => {
    const stop = new AbortController();
    const reason = new Error("enough");
    const decode = async () => {
      stop.abort(reason);
      throw new Error("stopped");
    };
    await expect(analyze({ ...small(), decode }, { ...quick, signal: stop.signal })).rejects.toBe(reason);
  });
});

describe("sample", () => {
  const own = (z: Rows): AnalyzeInput => ({ ...small(), prior: "mixture", sample: async () => z });

  it("of another prior is shown decoded, drawn with the report's seed", async () => {
    const asked: number[][] = [];
    const sample = async (count: number, seed: number) => {
      asked.push([count, seed]);
      return rowsOf(new Float32Array(3 * count).fill(9), 3);
    };
    const { moves } = await analyze({ ...small(), prior: "vamp", sample }, { ...quick, seed: 5 });
    expect(asked).toEqual([[40, 5]]);
    expect(moves!.samples.map(({ name }) => name)).toEqual(["prior", "fitted mixture"]);
    expect(new Set(moves!.samples[0]!.pictures.data)).toEqual(new Set([255]));
    const normal = await analyze({ ...small(), sample }, quick);
    expect(normal.moves!.samples.map(({ name }) => name)).toEqual([
      "prior",
      "prior, truncated at 2",
      "fitted mixture",
    ]);
    expect(asked).toHaveLength(1);
  });

  it.each<[string, Rows, RegExp, string]>([
    [
      "fewer rows",
      rowsOf(new Float32Array(3), 3),
      /what sample gave: at least 40 rows are needed for 40 samples/,
      "DATA",
    ],
    [
      "more rows",
      rowsOf(new Float32Array(123), 3),
      /what sample gave: 41 rows, where 40 were asked for/,
      "DATA",
    ],
    [
      "other columns",
      rowsOf(new Float32Array(80), 2),
      /what sample gave: points must have 3 columns/,
      "SHAPE",
    ],
    [
      "NaN",
      rowsOf(new Float32Array(120).fill(Number.NaN), 3),
      /what sample gave: row 0, column 0 is NaN/,
      "DATA",
    ],
  ])("that gives %s is refused", async (_, z, message, code) => {
    await expect(analyze(own(z), quick)).rejects.toMatchObject({
      message: expect.stringMatching(message),
      code,
    });
  });

  it("that throws is named", async () => {
    const sample = async () => {
      throw new Error("no graph");
    };
    await expect(analyze({ ...small(), prior: "vamp", sample }, quick)).rejects.toThrow(
      "analyze: sample failed: no graph",
    );
  });
});

it("what all pictures are decoded under stands in their captions and figures", async () => {
  const analysis = await analyze({ ...small(), decodedUnder: "label 3" }, quick);
  const figures = made(analysis).flatMap(({ figures }) => figures);
  const under = figures.filter(({ caption }) => caption.endsWith("; all decoded under label 3."));
  expect(under.map(({ file }) => file)).toEqual([
    "traversals",
    "manifold",
    "interpolation-1",
    "directions",
    "arithmetic",
    "samples-prior",
    "samples-prior-truncated-at-2",
    "samples-fitted-mixture",
    "holes",
  ]);
  const draw = async (file: string, of: typeof figures) =>
    (await of.find((figure) => figure.file === file)!.draw("light")).svg;
  const without = made(await analyze(small(), quick)).flatMap(({ figures: all }) => all);
  expect(without.map(({ caption }) => caption).join()).not.toContain("decoded under");
  for (const { file } of under) {
    expect(await draw(file, figures), file).toContain("All decoded under label 3");
    expect(await draw(file, without), file).not.toContain("ecoded under");
  }
});

describe("parts that are none are refused", () => {
  it.each<[string, object, RegExp]>([
    ["columns of null", { columns: null }, /columns must be a list of \{ name, values \}, got null/],
    ["a column of null", { columns: [null] }, /a column must be \{ name, values \}, got null/],
    ["a column that is a word", { columns: ["slant"] }, /a column must be \{ name, values \}, got "slant"/],
    ["facts of null", { facts: null }, /facts must be a list of \{ label, value \}, got null/],
    ["a fact of null", { facts: [null] }, /a fact must be \{ label, value \}, two texts; got null/],
    ["a fact of a number", { facts: [{ label: "Rows", value: 3 }] }, /two texts; got \{ "Rows", 3 \}/],
    ["a prior of null", { prior: null }, /prior must be a text.*got null/],
    ["a prior that is an object", { prior: { name: "vamp" } }, /prior must be a text.*got Object/],
    ["a sample that is none", { sample: 3 }, /sample must be a function.*got number/],
    ["decodedUnder of a number", { decodedUnder: 3 }, /decodedUnder must be a text.*got 3/],
  ])("%s", (_, change, message) => {
    const call = () => checkInput({ ...small(), ...change } as AnalyzeInput);
    expect(call).toThrow(message);
    expect(call).toThrow(expect.objectContaining({ code: "USAGE" }));
  });

  it("codes of another type, with variances and without", () => {
    const { name } = small();
    const mu = { data: new Float64Array(30), shape: [10, 3] } as unknown as Rows;
    expect(() => checkInput({ name, codes: { mu } })).toThrow(/analyze: mu: .*Float32Array/);
    expect(() => checkInput({ name, codes: { mu: rowsOf(new Float32Array(27), 3) } })).toThrow(
      /at least 10 rows are needed for a report, got 9/,
    );
  });
});

describe("sentences", () => {
  it("have minus signs, no hyphens, before numbers", async () => {
    const { codes, ...rest } = small();
    const labels = Array.from({ length: 40 }, (_, i) => (7 * i) % 2);
    const mu = rowsOf(
      codes.mu.data.map((value) => value - 9),
      3,
    );
    const analysis = await analyze({ ...rest, codes: { ...codes, mu }, labels }, quick);
    const text = made(analysis).flatMap(({ sentences }) => sentences);
    expect(text.join("\n")).toMatch(/\u2212\d/);
    expect(text.join("\n")).not.toMatch(/(^|[\s(])-\d/m);
  });

  it("say nothing of a path that is as long as the straight line", () => {
    const ways = (alongData: number) => {
      const lengths = [10, null, 10, alongData].map((length) => ({ name: "way", pictures: null, length }));
      const input = checkInput(small());
      const moves = {
        interpolations: [{ from: 0, to: 1, ways: lengths }],
        directions: { asked: [], small: [], further: 0 },
        arithmetic: [],
      };
      return waysSection({ input, moves } as unknown as Analysis)!.sentences.join("\n");
    };
    expect(ways(10.4)).not.toMatch(/times as long/);
    expect(ways(13)).toMatch(/is 1\.3 times as long as the straight line/);
  });
});
