import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { exportBundle } from "@vaekit/export";
import { Vae as Bundle, type Manifest } from "@vaekit/infer";
import { conditionOn, fit, mlp, openData, Vae } from "@vaekit/train";
import { dump, parse } from "npyjs";
import { PNG } from "pngjs";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { vaekitHere } from "./in-process.ts";

let folder: string;
const at = (...parts: string[]) => join(folder, ...parts);
const vaekit = (...args: string[]) => vaekitHere(args, folder);
const numbers = (path: string) => {
  const { shape, data } = parse(new Uint8Array(readFileSync(at(path))).buffer);
  return { shape, data: data as Float32Array };
};

/** A run conditional on MNIST's labels, and an untrained bundle conditional on two columns. */
beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), "vaekit-conditional-"));
  const digits = await openData("mnist", { limit: 200 });
  const { shape } = digits;
  const condition = conditionOn(digits, "labels");
  const run = await fit(mlp({ shape, latent: 2, hidden: [16], condition }), digits, {
    epochs: 1,
    out: at("run"),
    source: { data: "mnist", limit: 200 },
  });
  run.vae.dispose();
  const columns = { kind: "columns", names: ["slant", "width"], mean: [0, 10], std: [1, 2] } as const;
  const tables = new Vae(
    mlp({
      shape,
      latent: 2,
      hidden: [8],
      condition: { ...columns, names: [...columns.names], mean: [...columns.mean], std: [...columns.std] },
    }),
    digits,
  );
  await exportBundle(tables, at("columns"));
  const plain = new Vae(mlp({ shape, latent: 2, hidden: [8] }), digits);
  await exportBundle(plain, at("plain"));
  const prior = { kind: "codebook", codes: 4, dimension: 2 } as const;
  const codes = new Vae(mlp({ shape, latent: 2, hidden: [8], prior }), digits);
  await exportBundle(codes, at("codes"));
  codes.dispose();
  tables.dispose();
  plain.dispose();
  expect(await vaekit("export", "run", "--out", "digits")).toMatchObject({ code: 0 });
  writeFileSync(at("z.npy"), new Uint8Array(dump(Float32Array.of(0, 0, 0, 0, 1, -1), [3, 2])));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const loaded = async <T>(bundle: string, use: (vae: Bundle) => Promise<T>) => {
  const vae = await Bundle.load(at(bundle));
  try {
    return await use(vae);
  } finally {
    await vae.dispose();
  }
};

describe("a conditional bundle", () => {
  it("is exported with the labels of the run's data", async () => {
    const manifest: Manifest = JSON.parse(readFileSync(at("digits/vaekit.json"), "utf8"));
    expect(manifest).toMatchObject({ version: 2, condition: { kind: "labels", classes: 10 } });
    expect((await vaekit("verify", "digits")).code).toBe(0);
    const small = await vaekit("export", "run", "--out", "small", "--weights", "fp16", "--json");
    expect(JSON.parse(small.stdout).weights.elbo.examples).toBe(1000);
  });

  it("encodes data with their own labels, or with those given", async () => {
    const test = await openData("mnist:test", { limit: 6 });
    const expected = (c: ArrayLike<number>) =>
      loaded("digits", async (vae) => (await vae.encode(test.values, { c: Uint8Array.from(c) })).mu.data);
    const encode = async (out: string, ...more: string[]) => {
      const args = ["encode", "digits", "mnist:test", "--limit", "6", "--out", out, ...more];
      expect(await vaekit(...args)).toMatchObject({ code: 0 });
      return numbers(out).data;
    };
    expect(await encode("own.npy")).toEqual(await expected(test.labels!));
    expect(await encode("given.npy", "--labels", "3,4")).toEqual(await expected([3, 4, 3, 4, 3, 4]));
    expect(
      (await vaekit("reconstruct", "digits", "mnist:test", "--count", "6", "--out", "pairs.png")).code,
    ).toBe(0);
  });

  it("decodes with labels in turn, one for all, or rows of a file", async () => {
    const decode = async (out: string, ...more: string[]) => {
      expect(await vaekit("decode", "digits", "z.npy", "--out", out, ...more)).toMatchObject({ code: 0 });
      return numbers(out).data;
    };
    const expected = (c: number[]) =>
      loaded("digits", async (vae) => (await vae.decode(numbers("z.npy").data, { c })).x_mean.data);
    expect(await decode("a.npy", "--label", "7")).toEqual(await expected([7]));
    expect(await decode("b.npy", "--labels", "0,5")).toEqual(await expected([0, 5, 0]));
    writeFileSync(at("labels.csv"), "label\n1\n2\n9\n");
    expect(await decode("c.npy", "--c", "labels.csv")).toEqual(await expected([1, 2, 9]));
    const mixture = new Float32Array(10).fill(0.1);
    writeFileSync(at("c.npy"), new Uint8Array(dump(mixture, [1, 10])));
    const mixed = await loaded(
      "digits",
      async (vae) => (await vae.decode(numbers("z.npy").data, { c: mixture })).x_mean.data,
    );
    expect(await decode("d.npy", "--c", "c.npy")).toEqual(mixed);
  });

  it("samples as many of each label, a row of the picture for each, when none is given", async () => {
    expect(await vaekit("sample", "digits", "--out", "all.png")).toMatchObject({ code: 0 });
    const { width, height } = PNG.sync.read(readFileSync(at("all.png")));
    expect([width, height]).toEqual([(8 * 30 + 2) * 2, (10 * 30 + 2) * 2]);
    expect(await vaekit("sample", "digits", "--count", "20", "--seed", "4", "--out", "s.npy")).toMatchObject({
      code: 0,
    });
    const c = Array.from({ length: 20 }, (_, i) => Math.floor(i / 2));
    const expected = await loaded(
      "digits",
      async (vae) => (await vae.sample(20, { seed: 4, c })).x_mean.data,
    );
    expect(numbers("s.npy").data).toEqual(expected);
  });

  it("samples as equally many as can be where the labels do not divide the count, and says which", async () => {
    const { stdout } = await vaekit("sample", "digits", "--count", "25", "--out", "odd.png", "--json");
    const { labels } = JSON.parse(stdout) as { labels: number[] };
    const times = Array.from({ length: 10 }, (_, label) => labels.filter((other) => other === label).length);
    expect(times).toEqual([3, 3, 3, 3, 3, 2, 2, 2, 2, 2]);
    const text = await vaekit("sample", "digits", "--count", "3", "--labels", "1,8", "--out", "three.png");
    expect(text.stdout).toBe("three.png: 3 samples, seed 0, labels 1 x2, 8 x1\n");
  });

  it("samples with the labels given", async () => {
    expect(
      await vaekit("sample", "digits", "--count", "5", "--seed", "4", "--labels", "1,8", "--out", "t.npy"),
    ).toMatchObject({ code: 0 });
    const expected = await loaded(
      "digits",
      async (vae) => (await vae.sample(5, { seed: 4, c: [1, 8, 1, 8, 1] })).x_mean.data,
    );
    expect(numbers("t.npy").data).toEqual(expected);
    expect(await vaekit("sample", "digits", "--c", "labels.csv", "--out", "u.npy")).toMatchObject({
      code: 0,
    });
    expect(numbers("u.npy").shape).toEqual([3, 28, 28, 1]);
  });

  it("takes columns by name, in any order", async () => {
    for (const [out, columns] of [
      ["v.npy", "slant=-0.5,width=12"],
      ["w.npy", "width=12,slant=-0.5"],
    ] as const) {
      expect(
        await vaekit("sample", "columns", "--count", "2", "--columns", columns, "--out", out),
      ).toMatchObject({ code: 0 });
    }
    const expected = await loaded(
      "columns",
      async (vae) => (await vae.sample(2, { c: [-0.5, 12] })).x_mean.data,
    );
    expect(numbers("v.npy").data).toEqual(expected);
    expect(numbers("w.npy").data).toEqual(expected);
  });
});

describe("sample of a codebook", () => {
  it("refuses a temperature, which its codes do not have", async () => {
    const { code, stderr } = await vaekit("sample", "codes", "--temperature", "2", "--out", "never.png");
    expect(stderr).toMatch(/a codebook has no temperature; got 2\. Leave it out/);
    expect(code).toBe(2);
    expect((await vaekit("sample", "codes", "--temperature", "1", "--out", "codes.png")).code).toBe(0);
  });

  it("and what is no option of sample", async () => {
    await loaded("codes", async (vae) => {
      await expect(vae.sample(2, { sed: 1 } as object)).rejects.toThrow(/there is no option "sed"/);
    });
  });
});

describe("conditions that do not fit", () => {
  const out = ["--out", "never.npy"];
  it.each([
    [
      ["decode", "digits", "z.npy", ...out],
      /this model is conditional on labels, 0 to 9: say which, --labels 0, or --c rows\.npy/,
    ],
    [["decode", "digits", "z.npy", "--labels", "10", ...out], /label 0 is 10; this model knows 0 to 9/],
    [
      ["decode", "digits", "z.npy", "--labels", "a", ...out],
      /--labels takes integers from 0 such as 7 or 0,1,2, got "a"/,
    ],
    [["decode", "digits", "z.npy", "--columns", "x=1", ...out], /--columns: this model takes labels, 0 to 9/],
    [
      ["decode", "digits", "z.npy", "--c", "z.npy", ...out],
      /c is \[3,2\] for 3 rows.*On the command line, c is what --labels, --columns or --c say\./,
    ],
    [
      ["decode", "digits", "z.npy", "--c", "z.npy", "--labels", "1", ...out],
      /--labels and --c: give one of them/,
    ],
    [
      ["sample", "columns", ...out],
      /this model is conditional on slant, width: say which, --columns slant=0,width=10/,
    ],
    [
      ["sample", "columns", "--labels", "1", ...out],
      /--labels: this model takes columns: --columns slant=0,width=10/,
    ],
    [
      ["sample", "columns", "--columns", "slant=1", ...out],
      /--columns: width missing: --columns slant=0,width=10/,
    ],
    [
      ["sample", "columns", "--columns", "slant=1,hue=3", ...out],
      /no column hue: --columns slant=0,width=10/,
    ],
    [
      ["sample", "columns", "--columns", "slant", ...out],
      /--columns takes values by name such as scale=0\.5/,
    ],
    [["sample", "plain", "--labels", "1", ...out], /--labels: this model is not conditional; leave it out/],
    [
      ["encode", "columns", "mnist:test", "--limit", "3", ...out],
      /conditional on slant, width: say which, --columns slant=0,width=10/,
    ],
  ])("%j", async (args, says) => {
    const { code, stderr } = await vaekit(...args);
    expect(stderr).toMatch(says);
    expect(code).toBe(2);
  });
});
