import { createHash } from "node:crypto";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { type SiteOptions, siteFiles } from "@vaekit/explorer";
import { openBundle, Vae } from "@vaekit/infer";
import type { Page } from "playwright-core";
import { afterAll, beforeAll, expect } from "vitest";
import { type Served, serve } from "../../../../bench/support/web-server.mjs";
import { madeOnce } from "../../../support/made-once.ts";
import { chromium } from "../../support/chromium.ts";
import { type BundleName, exportModel } from "./bundles.ts";
import { codeNow, numbersText } from "./link.ts";

/** WebGL by the processor: there on every machine. */
const webgl = ["--use-angle=swiftshader", "--enable-unsafe-swiftshader"];

const firstLabel = Float32Array.from({ length: 10 }, (_, label) => (label === 0 ? 1 : 0));

export interface OpenOptions {
  /** Behind "#". */
  hash?: string;
  width?: number;
  height?: number;
  dark?: boolean;
  /** Errors that the test asks for; all others fail it, as do requests to anywhere else. */
  expected?: RegExp;
  prepare?: (page: Page) => void;
}

/** A model of this kind, deployed and served for the file that calls this, with a browser to open it in. */
export function exploredSite(name: BundleName, options: SiteOptions = {}) {
  const root = mkdtempSync(join(tmpdir(), "vaekit-explorer-"));
  const bundle = join(root, "bundle");
  const folder = join(root, "site");
  const browser = chromium({ args: webgl });
  let served: Served;
  let vae: Vae;
  beforeAll(async () => {
    await exportModel(name, bundle);
    const deploy = async (fresh: string) =>
      writeFiles(fresh, await siteFiles(await openBundle(bundle), { name: `Model ${name}`, ...options }));
    const key = createHash("sha256").update(JSON.stringify(options)).digest("hex").slice(0, 16);
    await madeOnce(`site-${name}-${key}`, folder, deploy);
    served = await serve({ "/": folder });
    vae = await Vae.load(bundle);
  });
  afterAll(async () => {
    await served?.close();
    await vae?.dispose();
    rmSync(root, { recursive: true, force: true });
  });
  return {
    bundle,
    folder,
    origin: () => served.origin,
    /** Paths that were asked for so far. */
    requests: () => served.requests,
    /** The same bundle in Node, by onnxruntime: what pictures are compared with. */
    vae: () => vae,
    /** Open the site, told label 0 where the link says nothing else, and wait until the first picture is there. */
    async open({ hash = "", width = 1280, height = 860, dark = false, expected, prepare }: OpenOptions = {}) {
      const link = new URLSearchParams(hash);
      if (name === "labels" && !link.has("c")) link.set("c", numbersText(firstLabel));
      const page = await browser.open(`${served.origin}/#${link}`, {
        expected,
        prepare(page) {
          void page.setViewportSize({ width, height });
          void page.emulateMedia({ colorScheme: dark ? "dark" : "light", reducedMotion: "reduce" });
          prepare?.(page);
        },
      });
      await page.locator(".stage-picture[data-ready]").waitFor();
      return page;
    },
  };
}

export function writeFiles(folder: string, files: ReadonlyMap<string, Uint8Array>): void {
  for (const [name, bytes] of files) {
    mkdirSync(dirname(join(folder, name)), { recursive: true });
    writeFileSync(join(folder, name), bytes);
  }
}

/** Grey levels, or red, green and blue, of a canvas as it is drawn [height, width, channels]. */
export function pixelsOf(page: Page, selector: string, channels = 1, at = 0): Promise<number[]> {
  return page
    .locator(selector)
    .nth(at)
    .evaluate((canvas, channels) => {
      const { width, height } = canvas as HTMLCanvasElement;
      const { data } = (canvas as HTMLCanvasElement).getContext("2d")!.getImageData(0, 0, width, height);
      const rows = Array.from({ length: width * height }, (_, i) =>
        Array.from(data.slice(i * 4, i * 4 + channels)),
      );
      return rows.flat();
    }, channels);
}

/** The pixels of the stage's picture. */
export const stagePixels = (page: Page, channels = 1) => pixelsOf(page, ".stage-picture canvas", channels);

/** The code that the page is at [latent], to the last bit, once what was begun has had its time. */
export async function codeIn(page: Page): Promise<Float32Array> {
  await page.evaluate(async () => {
    for (let i = 0; i < 3; i++)
      await new Promise((resolve) => requestAnimationFrame(() => setTimeout(resolve)));
  });
  return codeNow(page);
}

/** Rounding may differ by one level where two runtimes add in another order. */
export function expectSamePixels(page: readonly number[], node: ArrayLike<number>): void {
  expect(page.length).toBe(node.length);
  const worst = page.reduce((most, value, i) => Math.max(most, Math.abs(value - node[i]!)), 0);
  expect(worst).toBeLessThanOrEqual(1);
}
