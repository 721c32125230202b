import { execFileSync } from "node:child_process";
import { existsSync, readdirSync, readFileSync, renameSync, truncateSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { Vae } from "@vaekit/infer";
import { unzipSync } from "fflate";
import { describe, expect, it } from "vitest";
import { changeManifest, readManifestFile, smallBundle } from "../infer/small-bundle.ts";
import { temporaryDirectory } from "../support/data.ts";
import { vaekitHere } from "./in-process.ts";

const bundle = smallBundle();
const pack = (args: string[], folder: string, place = bundle.directory) =>
  vaekitHere(["pack", place, "--out", "m.zip", ...args], folder);

describe("vaekit pack", () => {
  it("writes every file of the bundle, and the archive loads to the same numbers", async () => {
    const folder = temporaryDirectory();
    const { code, stdout, stderr } = await pack([], folder);
    expect({ code, stderr }).toEqual({ code: 0, stderr: "" });
    const names = Object.keys(readManifestFile(bundle.directory).files);
    expect(stdout).toMatch(
      new RegExp(`^m\\.zip: ${names.length + 2} files, [\\d.]+ kB \\([\\d.]+ kB unpacked\\)\n$`),
    );
    const entries = unzipSync(readFileSync(join(folder, "m.zip")));
    expect(Object.keys(entries).sort()).toEqual([...names, "README.md", "vaekit.json"].sort());
    for (const [name, content] of Object.entries(entries))
      expect(Buffer.compare(content, readFileSync(join(bundle.directory, name))), name).toBe(0);
    const vae = await Vae.load(join(folder, "m.zip"));
    const whole = await bundle.load();
    expect((await vae.sample(5, { seed: 1 })).x_mean.data).toEqual(
      (await whole.sample(5, { seed: 1 })).x_mean.data,
    );
    await vae.dispose();
  });

  it("Python's zipfile finds nothing wrong with it, and it is the same bytes at any time and place", async () => {
    const folder = temporaryDirectory();
    await pack([], folder);
    const first = readFileSync(join(folder, "m.zip"));
    const zone = process.env.TZ;
    process.env.TZ = zone === "Asia/Tokyo" ? "America/Lima" : "Asia/Tokyo";
    try {
      await pack(["--force"], folder);
    } finally {
      if (zone === undefined) delete process.env.TZ;
      else process.env.TZ = zone;
    }
    expect(Buffer.compare(readFileSync(join(folder, "m.zip")), first)).toBe(0);
    const said = execFileSync(
      "python3",
      ["-c", "import zipfile; print(zipfile.ZipFile('m.zip').testzip())"],
      {
        cwd: folder,
        encoding: "utf8",
      },
    );
    expect(said.trim()).toBe("None");
  });

  it("--graphs packs the manifest and these alone; --json tells", async () => {
    const folder = temporaryDirectory();
    const { stdout } = await pack(["--graphs", "decoder", "--json"], folder);
    const packed = readFileSync(join(folder, "m.zip"));
    const told = JSON.parse(stdout);
    expect(told).toMatchObject({
      out: "m.zip",
      bytes: packed.length,
      files: ["vaekit.json", "decoder.onnx"],
    });
    const entries = unzipSync(packed);
    expect(Object.keys(entries)).toEqual(["vaekit.json", "decoder.onnx"]);
    expect(told.unpacked).toBe(Object.values(entries).reduce((sum, { length }) => sum + length, 0));
    const sampled = await vaekitHere(["sample", "m.zip", "--count", "2", "--out", "s.npy"], folder);
    expect(sampled.code, sampled.stderr).toBe(0);
    const again = await vaekitHere(["pack", "m.zip", "--out", "again.zip", "--graphs", "decoder"], folder);
    expect(again.code).toBe(0);
    expect(Buffer.compare(readFileSync(join(folder, "again.zip")), packed)).toBe(0);
  });

  it("replaces nothing without --force, and writes .zip alone", async () => {
    const folder = temporaryDirectory();
    writeFileSync(join(folder, "m.zip"), "mine");
    expect(await pack([], folder)).toMatchObject({ code: 2, stderr: expect.stringContaining("Use --force") });
    expect(readFileSync(join(folder, "m.zip"), "utf8")).toBe("mine");
    expect((await pack(["--force"], folder)).code).toBe(0);
    expect(await pack(["--out", "m.tar"], folder)).toMatchObject({
      code: 2,
      stderr: expect.stringContaining("--out m.tar: the name must end in .zip"),
    });
  });

  it.each([
    [
      "a changed file",
      (place: string) => writeFileSync(join(place, "scorer.onnx"), "x", { flag: "r+" }),
      "its sha256 is not",
    ],
    ["a file cut short", (place: string) => truncateSync(join(place, "encoder.onnx"), 9), "got 9"],
    [
      "a missing file",
      (place: string) => renameSync(join(place, "decoder.onnx"), join(place, "d")),
      "decoder.onnx is missing",
    ],
    [
      "no manifest",
      (place: string) => renameSync(join(place, "vaekit.json"), join(place, "v")),
      "no vaekit.json there",
    ],
    [
      "a name outside",
      (place: string) =>
        changeManifest(place, ({ files }) => {
          files["../outside"] = files["decoder.onnx"]!;
        }),
      "lies outside the bundle",
    ],
  ])("%s: nothing is written", async (_, damage, says) => {
    const folder = temporaryDirectory();
    const place = bundle.copy();
    damage(place);
    const { code, stderr } = await pack([], folder, place);
    expect({ code, stderr }).toEqual({ code: 5, stderr: expect.stringContaining(says) });
    expect(readdirSync(folder)).toEqual([]);
  });

  it.each(["prior", "decoder,other", ""])('--graphs "%s" that the bundle has not', async (graphs) => {
    const folder = temporaryDirectory();
    const { code, stderr } = await pack(["--graphs", graphs], folder);
    expect({ code, stderr }).toEqual({
      code: 2,
      stderr: expect.stringContaining("--graphs takes some of decoder, encoder, scorer, with commas"),
    });
    expect(existsSync(join(folder, "m.zip"))).toBe(false);
  });
});
