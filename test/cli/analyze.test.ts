import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { exportBundle } from "@vaekit/export";
import { projections } from "@vaekit/latent/report";
import { conditionOn, mlp, openData, Vae } from "@vaekit/train";
import { parse } from "csv-parse/sync";
import { afterAll, beforeAll, describe, expect, it, vi } from "vitest";
import { z } from "zod";
import { bars } from "../support/data.ts";
import { idxBytes } from "../train/idx-files.ts";
import { vaekitHere } from "./in-process.ts";

let folder: string;
const at = (...parts: string[]) => join(folder, ...parts);
const vaekit = (...args: string[]) => vaekitHere(args, folder);
/** What is quick, of a bundle on the file that it fits. */
const analyze = (...args: string[]) =>
  vaekit("analyze", "bundle", "--data", "bars.idx", "--no-tsne", ...args);
const report = (name: string) => JSON.parse(readFileSync(at(name, "report.json"), "utf8"));

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), "vaekit-analyze-"));
  const data = bars(60);
  const { shape } = data;
  writeFileSync(at("bars.idx"), idxBytes([60, 6, 5], data.values));
  writeFileSync(at("few.idx"), idxBytes([9, 6, 5], bars(9).values));
  writeFileSync(at("square.idx"), idxBytes([20, 5, 5], new Uint8Array(500)));
  writeFileSync(at("a-file"), "kept");
  mkdirSync(at("foreign"));
  writeFileSync(at("foreign", "thesis.txt"), "kept");
  const write = async (name: string, vae: Vae) => {
    await exportBundle(vae, at(name));
    vae.dispose();
  };
  await write("bundle", new Vae(mlp({ shape, latent: 3, hidden: [8] }), data, 11));
  const codebook = { kind: "codebook", codes: 4, dimension: 2 } as const;
  await write("codes", new Vae(mlp({ shape, latent: 2, hidden: [8], prior: codebook }), data));
  for (const objective of ["ae", "vq"]) {
    const small = ["--latent", "8", "--hidden", "8", "--epochs", "1"];
    const run = `${objective}-run`;
    const trained = await vaekit("train", "bars.idx", "--objective", objective, ...small, "--out", run);
    expect(trained).toMatchObject({ code: 0 });
    expect(await vaekit("export", run, "--out", objective)).toMatchObject({ code: 0 });
  }
  const mixture = { kind: "mixture", components: 3 } as const;
  await write("mixture", new Vae(mlp({ shape, latent: 2, hidden: [8], prior: mixture }), data));
  const columns = { kind: "columns", names: ["slant", "width"], mean: [0, 10], std: [1, 2] } as const;
  const condition = {
    ...columns,
    names: [...columns.names],
    mean: [...columns.mean],
    std: [...columns.std],
  };
  await write("columns", new Vae(mlp({ shape, latent: 2, hidden: [8], condition }), data));
  const digits = await openData("mnist", { limit: 50 });
  const labelled = mlp({
    shape: digits.shape,
    latent: 2,
    hidden: [8],
    condition: conditionOn(digits, "labels"),
  });
  await write("digits", new Vae(labelled, digits));
  for (const graphs of ["encoder", "decoder"]) {
    expect(await vaekit("pack", "bundle", "--graphs", graphs, "--out", `${graphs}.zip`)).toMatchObject({
      code: 0,
    });
  }
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const score = z.number().nullable();
/** What --json prints, whole. */
const printed = z.strictObject({
  out: z.string(),
  page: z.string(),
  rows: z.number().int(),
  latent: z.number().int(),
  active: z.number().int(),
  clusterings: z.array(
    z.strictObject({
      clustering: z.string(),
      clusters: z.number().int(),
      silhouette: score,
      ari: score,
      ami: score,
      nmi: score,
    }),
  ),
  sentences: z.record(z.string(), z.array(z.string().min(20))),
});

describe("analyze", () => {
  it("writes a report and prints what it says", async () => {
    const { code, stdout, stderr } = await vaekit(
      "analyze",
      "bundle",
      "--data",
      "bars.idx",
      "--out",
      "whole",
    );
    expect({ code, stderr }).toMatchObject({ code: 0 });
    expect(readdirSync(at("whole")).sort()).toEqual([
      "figures",
      "index.html",
      "projector",
      "report.json",
      "rows.csv",
    ]);
    expect(readdirSync(at("whole", "figures"))).toContain("traversals.png");
    const { sentences, name, rows, latent, facts, maps, seed } = report("whole");
    expect({ name, rows, latent, seed }).toEqual({
      name: "bundle on bars.idx",
      rows: 60,
      latent: 3,
      seed: 0,
    });
    expect(facts).toMatchObject({ Model: "bundle", Data: "bars.idx, 60 examples", Prior: "standard-normal" });
    expect(maps.map((map: { name: string }) => map.name)).toEqual([
      "z",
      "UMAP",
      "UMAP",
      "t-SNE",
      "PCA",
      "PCA",
    ]);
    expect(stdout).toMatch(/^bundle on bars\.idx: 60 rows, 3 latent dimensions\n\n/);
    for (const sentence of Object.values(sentences).flat()) expect(stdout).toContain(`${sentence}\n`);
    expect(stdout).toMatch(/\n {2}HDBSCAN +\d+ clusters? *\n/);
    expect(stdout.endsWith(`\n${join("whole", "index.html")}\n`)).toBe(true);
    expect(stderr.split("\n")).toEqual(expect.arrayContaining(["encoding", "t-SNE", "figures"]));
  });

  it("prints one object with --json, of the rows, clusters and seed that are asked for", async () => {
    const options = ["--rows", "20", "--clusters", "4", "--seed", "7", "--name", "Bars & more"];
    const { code, stdout } = await analyze("--out", "small/", "--json", ...options);
    expect(code).toBe(0);
    const { page, rows, clusterings, sentences } = printed.parse(JSON.parse(stdout));
    expect({ page, rows }).toEqual({ page: join("small", "index.html"), rows: 20 });
    expect(clusterings.map(({ clustering }) => clustering)).toEqual([
      "k-means (4)",
      "k-means W2 (4)",
      "Gaussian mixture (4)",
      "HDBSCAN",
      "HDBSCAN on UMAP",
    ]);
    expect(report("small")).toMatchObject({
      name: "Bars & more",
      seed: 7,
      sentences,
      clusters: { choice: null },
    });
    expect(readFileSync(at("small", "index.html"), "utf8")).toContain("<h1>Bars &amp; more</h1>");
    const records = parse(readFileSync(at("small", "rows.csv")), { columns: true }) as { row: string }[];
    expect(records).toHaveLength(20);
  });

  it("draws rows at random, whatever their order in the data, and the same for the same seed", async () => {
    const rowsOf = async (out: string, ...options: string[]) => {
      expect(await analyze("--out", out, ...quick, ...options)).toMatchObject({ code: 0 });
      return parse(readFileSync(at(out, "rows.csv")), { columns: true }) as Record<string, string>[];
    };
    const quick = ["--projections", "pca", "--no-3d", "--clusters", "2"];
    const all = await rowsOf("rows-all", "--rows", "all");
    const half = await rowsOf("rows-half", "--rows", "30", "--seed", "3");
    const places = half.map(({ row }) => Number(row));
    expect(places).toEqual([...new Set(places)].sort((a, b) => a - b));
    expect(places).toHaveLength(30);
    // Every second row would be all of one kind where the data come in turns.
    for (const kind of [0, 1]) expect(places.filter((place) => place % 2 === kind).length).toBeGreaterThan(5);
    // Each is the row that it says.
    const codes = Object.keys(half[0]!).filter((name) => /^z/.test(name));
    expect(codes.length).toBeGreaterThan(2);
    for (const record of half) {
      for (const name of codes) expect(record[name]).toBe(all[Number(record.row)]![name]);
    }
    expect(report("rows-half").facts.Data).toBe("bars.idx, 60 examples, of which 30 were drawn at random");
    const again = await rowsOf("rows-again", "--rows", "30", "--seed", "3");
    expect(again.map(({ row }) => Number(row))).toEqual(places);
    const other = await rowsOf("rows-other", "--rows", "30", "--seed", "4");
    expect(other.map(({ row }) => Number(row))).not.toEqual(places);
  });

  it("makes the maps that are asked for, and tries as many clusters", async () => {
    const options = ["--projections", "umap", "--no-3d", "--max-clusters", "4"];
    expect(await analyze("--out", "chosen", ...options)).toMatchObject({ code: 0 });
    const { maps, clusters } = report("chosen");
    expect(
      maps.map(({ name, dimensions }: { name: string; dimensions: number }) => `${name} ${dimensions}`),
    ).toEqual(["UMAP 2", "PCA 2"]);
    const tried = clusters.choice.candidates.map((candidate: { clusters: number }) => candidate.clusters);
    expect(tried.at(-1)).toBe(4);
  });

  it("knows the maps that @vaekit/latent/report makes", async () => {
    const { stdout } = await vaekit("analyze", "--help");
    expect(stdout.replaceAll(/\s+/g, " ")).toContain(`of ${projections.join(",")} (default: all`);
    const { stderr } = await analyze("--out", "never", "--projections", projections.join(","));
    expect(stderr).toMatch(/--projections asks for tsne, --no-tsne leaves it out; give one of them/);
  });

  it("leaves t-SNE out, and takes all rows and the dark theme", async () => {
    expect(await analyze("--out", "dark", "--theme", "dark", "--rows", "all")).toMatchObject({ code: 0 });
    const { maps, rows } = report("dark");
    expect(maps.map(({ name }: { name: string }) => name)).not.toContain("t-SNE");
    expect(rows).toBe(60);
    expect(readFileSync(at("dark", "index.html"), "utf8")).toContain('data-theme="dark"');
  });

  it("gives the same report for the same seed, and replaces one with --force", async () => {
    const files = () =>
      ["report.json", "rows.csv", join("projector", "metadata.tsv")].map((name) =>
        readFileSync(at("again", name), "utf8"),
      );
    expect(await analyze("--out", "again", "--rows", "15")).toMatchObject({ code: 0 });
    const first = files();
    const refused = await analyze("--out", "again", "--rows", "15");
    expect(refused).toMatchObject({
      code: 2,
      stderr: expect.stringMatching(/again exists already.*--force/),
    });
    expect(await analyze("--out", "again", "--rows", "15", "--force")).toMatchObject({ code: 0 });
    expect(files()).toEqual(first);
  });

  it("of a bundle without decoder shows no decoded pictures", async () => {
    const { code, stderr } = await vaekit(
      "analyze",
      "encoder.zip",
      "--data",
      "bars.idx",
      "--no-tsne",
      "--out",
      "e",
    );
    expect({ code, stderr }).toMatchObject({ code: 0 });
    expect(stderr).toMatch(/^note: encoder\.zip has no decoder: the report is without decoded pictures\n/);
    expect(report("e").moves).toBeNull();
    const figures = readdirSync(at("e", "figures"));
    expect(figures).toContain("outliers.png");
    expect(figures.filter((name) => /^(traversals|samples|interpolation)/.test(name))).toEqual([]);
  });

  it("tells a conditional model the data's own labels, and decodes under the most frequent", async () => {
    const args = [
      "analyze",
      "digits",
      "--data",
      "mnist:test",
      "--rows",
      "30",
      "--no-tsne",
      "--out",
      "digits-report",
    ];
    expect(await vaekit(...args)).toMatchObject({ code: 0 });
    const { facts, labels } = report("digits-report");
    const records = parse(readFileSync(at("digits-report", "rows.csv")), { columns: true }) as {
      label: string;
    }[];
    const times = (label: string) => records.filter((record) => record.label === label).length;
    const most = Math.max(...labels.names.map(times));
    expect(times(facts["Decoded under"].replace("label ", ""))).toBe(most);
    expect(facts.Data).toMatch(/^mnist:test, [\d,]+ examples, of which 30 were drawn at random$/);
    const named = ["--label-name", "digit", "--no-3d"];
    const others = await vaekit(...args.slice(0, -1), "under-3", "--label", "3", ...named);
    expect(others).toMatchObject({ code: 0 });
    expect(report("under-3").facts["Decoded under"]).toBe("label 3");
    expect([labels.name, report("under-3").labels.name]).toEqual(["label", "digit"]);
    expect(readFileSync(at("under-3", "index.html"), "utf8")).toContain(
      "by four ways; all decoded under label 3.",
    );
  });

  it("takes a conditional model's columns", async () => {
    const args = [
      "analyze",
      "columns",
      "--data",
      "bars.idx",
      "--rows",
      "20",
      "--no-tsne",
      "--out",
      "columns-report",
    ];
    const without = await vaekit(...args);
    expect(without).toMatchObject({
      code: 2,
      stderr: expect.stringMatching(/say which, --columns slant=0,width=10/),
    });
    expect(await vaekit(...args, "--columns", "slant=-1,width=12")).toMatchObject({ code: 0 });
    expect(report("columns-report").facts["Decoded under"]).toBe("slant \u22121, width 12");
  });

  it.each(["codes", "mixture"])(
    "of the prior of %s compares nothing with the standard normal",
    async (bundle) => {
      const out = `${bundle}-report`;
      const { code, stderr } = await vaekit(
        "analyze",
        bundle,
        "--data",
        "bars.idx",
        "--rows",
        "20",
        "--out",
        out,
      );
      expect({ code, stderr }).toMatchObject({ code: 0 });
      const { prior, priorDistance, dimensions } = report(out);
      expect([priorDistance, dimensions.kl]).toEqual([null, null]);
      expect(prior).not.toBe("standard-normal");
      // Of the model's own prior.
      expect(readdirSync(at(out, "figures"))).toContain("samples-prior.png");
    },
  );

  it.each([
    ["ae", "standard-normal"],
    ["vq", "codebook"],
  ] as const)(
    "of the objective %s takes codes for points, whose logvar nothing trained",
    async (kind, prior) => {
      const out = `${kind}-report`;
      const rows = ["--rows", "30", "--no-tsne", "--no-3d"];
      const { code, stderr } = await vaekit("analyze", kind, "--data", "bars.idx", ...rows, "--out", out);
      expect({ code, stderr }).toMatchObject({ code: 0 });
      const { facts, sentences, dimensions, clusters, prior: named } = report(out);
      expect(facts.Codes).toBe(`points, the objective ${kind} trains no variances`);
      expect([facts.Prior, named]).toEqual([kind === "ae" ? undefined : prior, prior]);
      expect([dimensions.kl, dimensions.signal, clusters.heldOut]).toEqual([null, null, null]);
      expect(sentences.prior).toEqual(["These codes have no variances: nothing is said of KL or the prior."]);
      delete sentences.prior;
      expect(JSON.stringify(sentences)).not.toMatch(/\bKL\b|posterior|N\(0/);
      expect(readdirSync(at(out, "figures")).includes("samples-prior.png")).toBe(kind === "vq");
    },
  );
});

describe("analyze refuses", () => {
  const out = ["--out", "never"];
  const plain = ["bundle", "--data", "bars.idx"];
  it.each<[string[], number, RegExp]>([
    [["bundle", ...out], 2, /required option '--data <source>' not specified/],
    [plain, 2, /required option '--out <folder>' not specified/],
    [
      ["bundle", "--data", "square.idx", ...out],
      3,
      /square\.idx has examples of \[5,5,1\], bundle takes \[6,5,1\]/,
    ],
    [["bundle", "--data", "few.idx", ...out], 3, /at least 10 rows are needed for a report, got 9/],
    [["bundle", "--data", "nowhere.idx", ...out], 3, /nowhere\.idx/],
    [["nowhere", "--data", "bars.idx", ...out], 5, /nowhere/],
    [["decoder.zip", "--data", "bars.idx", ...out], 5, /decoder\.zip has no encoder.*packed whole/],
    [[...plain, ...out, "--rows", "5"], 2, /--rows takes an integer of at least 10, or "all"; got "5"/],
    [[...plain, ...out, "--rows", "some"], 2, /--rows takes an integer/],
    [[...plain, ...out, "--clusters", "1"], 2, /--clusters takes an integer from 2 to 1000, got "1"/],
    [
      [...plain, ...out, "--clusters", "61"],
      3,
      /61 clusters were asked for, but only \d+ of 60 codes are different/,
    ],
    [[...plain, ...out, "--max-clusters", "2"], 2, /--max-clusters takes an integer from 3 to 100, got "2"/],
    [
      [...plain, ...out, "--max-clusters", "5", "--clusters", "4"],
      2,
      /--clusters.*--max-clusters.*one of them/,
    ],
    [
      [...plain, ...out, "--projections", "umap,mds"],
      2,
      /--projections takes some of pca, umap, tsne.*"umap,mds"/,
    ],
    [[...plain, ...out, "--projections", ""], 2, /--projections takes some of pca, umap, tsne/],
    [[...plain, ...out, "--label-name", " "], 2, /--label-name takes what the labels are/],
    [[...plain, ...out, "--label-name", "digit"], 2, /--label-name: bars\.idx has no labels; leave it out/],
    [[...plain, ...out, "--theme", "blue"], 2, /--theme takes .*auto.*light.*dark/],
    [[...plain, ...out, "--seed", "-1"], 2, /--seed takes an integer from 0/],
    [[...plain, ...out, "--label", "1"], 2, /this model is not conditional; leave it out/],
    [[...plain, ...out, "--tsne"], 2, /unknown option '--tsne'/],
    [[...plain, "--out", "a-file"], 3, /a-file/],
    [[...plain, "--out", "a-file", "--force"], 3, /a-file/],
    [[...plain, "--out", "foreign"], 2, /foreign exists already/],
    [[...plain, "--out", "foreign", "--force"], 2, /foreign holds thesis\.txt, which is no part of a report/],
    [[...plain, "--out", "bundle", "--force"], 2, /bundle holds .*, which is no part of a report/],
  ])("%j", async (args, code, message) => {
    const before = readdirSync(folder).sort();
    const result = await vaekit("analyze", ...args);
    expect(result.stderr).toMatch(message);
    expect(result).toMatchObject({ code, stdout: "" });
    expect(readdirSync(folder).sort()).toEqual(before);
    expect(readFileSync(at("a-file"), "utf8") + readFileSync(at("foreign", "thesis.txt"), "utf8")).toBe(
      "keptkept",
    );
  });

  it("and says so as an object with --json", async () => {
    const { code, stdout } = await analyze("--out", "foreign", "--json");
    expect(JSON.parse(stdout).error).toMatchObject({ code: "USAGE", exitCode: code });
  });
});

it.each([
  ["SIGINT", "encoding"],
  ["SIGTERM", "number of clusters"],
  ["SIGINT", "figures"],
] as const)("%s while it does the %s ends it with 130, and leaves nothing behind", async (signal, stage) => {
  const before = process.listeners(signal);
  const folders = readdirSync(folder).sort();
  const waiting = setInterval(() => {
    const { mock } = vi.mocked(process.stderr.write);
    if (!mock?.calls.some(([line]) => line === `${stage}\n`)) return;
    clearInterval(waiting);
    for (const stop of process.listeners(signal)) if (!before.includes(stop)) stop(signal);
  }, 1);
  const { code, stderr } = await analyze("--out", "stopped");
  clearInterval(waiting);
  expect({ code, stderr }).toMatchObject({
    code: 130,
    stderr: expect.stringMatching(new RegExp(`^${stage}\n[^]*nothing was written\n$`, "m")),
  });
  expect(existsSync(at("stopped"))).toBe(false);
  expect(readdirSync(folder).sort()).toEqual(folders);
  expect(process.listeners(signal)).toEqual(before);
});
