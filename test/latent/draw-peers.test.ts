import { execFile } from "node:child_process";
import { mkdtemp, readdir, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { build } from "esbuild";
import { afterAll, beforeAll, describe, expect, it, vi } from "vitest";
import { peer } from "../../packages/latent/src/draw/peers.js";
import { klFigure, renderPng } from "../../packages/latent/src/draw.js";

const entry = fileURLToPath(new URL("../../packages/latent/src/draw.ts", import.meta.url));

describe("without its peers", () => {
  let folder: string;
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), "vaekit-peers-"));
    await build({
      entryPoints: [entry],
      bundle: true,
      platform: "node",
      format: "esm",
      packages: "external",
      outfile: join(folder, "draw.mjs"),
    });
  });
  afterAll(() => rm(folder, { recursive: true, force: true }));

  const run = async (code: string) => {
    const program = `import * as draw from "./draw.mjs"; ${code}`;
    const { stdout } = await promisify(execFile)(process.execPath, ["--input-type=module", "-e", program], {
      cwd: folder,
    });
    return stdout.trim();
  };

  it("loads, and has colours and PNG files", async () => {
    expect(
      await run("console.log(draw.palette().ink, draw.encodePng(new Uint8Array(4), 1, 1).length > 50)"),
    ).toBe("#1b1d21 true");
  });

  it("says what to install when a figure is drawn", async () => {
    const said = await run("await draw.klFigure({ kl: [1] }).catch((e) => console.log(e.code, e.message))");
    expect(said).toBe(
      "USAGE draw: the package roboto-fontface is not installed. Figures need it: npm install vega vega-lite @resvg/resvg-js roboto-fontface",
    );
    const png = await run(
      "await draw.renderPng({ svg: '', width: 1, height: 1 }).catch((e) => console.log(e.code, e.message))",
    );
    expect(png).toMatch(/^USAGE draw: the package (@resvg\/resvg-js|roboto-fontface) is not installed/);
  });
});

describe("peer", () => {
  const missing = (name: string) =>
    Object.assign(new Error(`Cannot find package '${name}'`), { code: "ERR_MODULE_NOT_FOUND" });

  it("passes on what is loaded, and other errors as they are", async () => {
    expect(await peer("vega", async () => 3)).toBe(3);
    await expect(peer("vega", () => Promise.reject(new Error("broken")))).rejects.toThrow(/^broken$/);
    await expect(peer("vega", () => Promise.reject(missing("something-of-vega's")))).rejects.toThrow();
    await expect(peer("vega", () => Promise.reject(missing("d3-array")))).rejects.toThrow(
      "Cannot find package 'd3-array'",
    );
    await expect(peer("vega", () => Promise.reject(missing("vega")))).rejects.toThrow(
      "the package vega is not installed",
    );
  });
});

describe("renderPng", () => {
  it("leaves no fonts behind", async () => {
    const folder = await mkdtemp(join(tmpdir(), "vaekit-temporary-"));
    vi.stubEnv("TMPDIR", folder);
    try {
      expect(tmpdir()).toBe(folder);
      const figure = await klFigure({ kl: [1, 2] });
      await renderPng(figure);
      await expect(renderPng({ ...figure, svg: "<svg" })).rejects.toThrow();
      expect(await readdir(folder)).toEqual([]);
    } finally {
      vi.unstubAllEnvs();
      await rm(folder, { recursive: true, force: true });
    }
  });

  it("has the size that is asked for, up to a limit", async () => {
    const figure = await klFigure({ kl: [1, 2] });
    await expect(renderPng(figure, { scale: 0 })).rejects.toThrow("scale must be a number from 0.1 to 20");
    await expect(renderPng({ ...figure, width: 4000, height: 4000 }, { scale: 20 })).rejects.toThrow(
      "smaller scale than 20",
    );
    await expect(renderPng(figure, { size: 3 } as object)).rejects.toThrow('no option "size"');
  });
});
