import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import type { Page } from "playwright-core";
import { PNG } from "pngjs";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { analysisSentences, analyze, reportFiles } from "../../packages/latent/src/report.ts";
import { syntheticInput } from "../latent/analysis-data.ts";
import { chromium, hasChromium } from "./support/chromium.ts";

/** WebGL by the processor: there on every machine. */
const webgl = { webgpu: false, args: ["--use-angle=swiftshader", "--enable-unsafe-swiftshader"] };

describe.runIf(hasChromium)("a report that analyze made", () => {
  const browser = chromium(webgl);
  const folder = mkdtempSync(join(tmpdir(), "vaekit-report-"));
  const url = pathToFileURL(join(folder, "index.html")).href;
  const rows = 60;
  let said: string[] = [];
  let tabs: string[] = [];

  beforeAll(async () => {
    const analysis = await analyze(syntheticInput({ rows, latent: 4, inactive: 1 }), { mostClusters: 4 });
    said = Object.values(analysisSentences(analysis)).flat();
    tabs = analysis.map.embeddings.map(({ name, dimensions }) => `${name} ${dimensions}-D`);
    writeFileSync(join(folder, "index.html"), (await reportFiles(analysis)).get("index.html")!);
  });
  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  /** Opened from the disk: the page's errors fail the test, and so does any request but that for the file. */
  async function open(): Promise<Page> {
    const requests: string[] = [];
    const page = await browser.open(url, {
      prepare(page) {
        page.on("request", (request) => {
          if (!/^(data|blob):/.test(request.url())) requests.push(request.url());
        });
        void page.emulateMedia({ colorScheme: "light", reducedMotion: "reduce" });
      },
    });
    await page.locator("#map-surface[data-dimensions]").waitFor();
    expect(requests).toEqual([url]);
    return page;
  }

  it("shows each map with its points", async () => {
    const page = await open();
    expect(tabs).toEqual(["UMAP 2-D", "UMAP 3-D", "t-SNE 2-D", "PCA 2-D", "PCA 3-D"]);
    expect(await page.getByRole("tab").allTextContents()).toEqual(tabs);
    const seen = new Set<string>();
    for (const name of tabs) {
      await page.getByRole("tab", { name }).click();
      const map = page.locator("#map-surface");
      await expect.poll(() => map.getAttribute("data-dimensions")).toBe(name.at(-3));
      await page.mouse.move(1, 1);
      await expect.poll(async () => coloured(await map.screenshot()), { message: name }).toBeGreaterThan(300);
      seen.add((await map.screenshot()).toString("base64"));
      expect(await page.locator(".note").textContent()).toMatch(
        /^Trustworthiness [01]\.\d{3}, continuity [01]\.\d{3} \(of 15 neighbours each; 1 is best\)\.$/,
      );
    }
    expect(seen.size).toBe(tabs.length);
  });

  it("says its sentences beside figures that are not blank", async () => {
    const page = await open();
    const paragraphs = await page.locator("section p").allTextContents();
    for (const sentence of said) expect(paragraphs).toContain(sentence);
    const shown = await page.locator("figure img:visible").evaluateAll((images) =>
      images.map((image) => {
        const { naturalWidth, offsetWidth, alt } = image as HTMLImageElement;
        return naturalWidth > 100 && offsetWidth > 100 && alt.length > 20;
      }),
    );
    expect(shown.length).toBeGreaterThan(15);
    expect(shown).not.toContain(false);
    for (const figure of (await page.locator("figure img:visible").all()).slice(0, 12)) {
      expect(inked(await figure.screenshot())).toBeGreaterThan(500);
    }
    const { width, height, data } = PNG.sync.read(await page.screenshot({ fullPage: true }));
    expect(height).toBeGreaterThan(3000);
    expect(new Set(new Uint32Array(data.buffer, data.byteOffset, width * height)).size).toBeGreaterThan(500);
  });

  it("colours by label, clusters and columns, and shows a row's picture and place in the data", async () => {
    const page = await open();
    const options = await page.getByLabel("Colour by").locator("option").allTextContents();
    expect(options.slice(0, 2)).toEqual(["animal", "k-means (3)"]);
    expect(options.slice(-2)).toEqual(["first", "gaps"]);
    const legend = page.locator(".legend .name");
    expect(await legend.allTextContents()).toEqual(["ant", "bee", "cat"]);
    for (const name of options) {
      await page.getByLabel("Colour by").selectOption(name);
      await expect
        .poll(async () => coloured(await page.locator("#map-surface").screenshot()))
        .toBeGreaterThan(100);
    }
    const map = page.locator("#map-surface");
    await map.focus();
    await page.keyboard.press("ArrowRight");
    const place = Number(await map.getAttribute("data-row"));
    expect(await page.locator(".tooltip strong").textContent()).toBe(`Row ${place}`);
    const row = place / 10;
    // Pictures are as bright as their row's number.
    const middle = () =>
      page.locator(".tooltip canvas").evaluate((canvas) => {
        const { width, height } = canvas as HTMLCanvasElement;
        const pixels = (canvas as HTMLCanvasElement).getContext("2d")!;
        return [...pixels.getImageData(width >> 1, height >> 1, 1, 1).data];
      });
    await expect.poll(middle).toEqual([row, row, row, 255]);
  });
});

/** Pixels whose red, green and blue differ: ink and paper are grey. */
function coloured(png: Buffer): number {
  const { data } = PNG.sync.read(png);
  let count = 0;
  for (let i = 0; i < data.length; i += 4) {
    const [red, green, blue] = [data[i]!, data[i + 1]!, data[i + 2]!];
    if (Math.max(red, green, blue) - Math.min(red, green, blue) > 30) count++;
  }
  return count;
}

/** Pixels that are not as the one in the upper left corner. */
function inked(png: Buffer): number {
  const { data } = PNG.sync.read(png);
  let count = 0;
  for (let i = 0; i < data.length; i += 4) if (Math.abs(data[i]! - data[0]!) > 30) count++;
  return count;
}
