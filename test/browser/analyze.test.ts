import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import type { Page } from "playwright-core";
import { PNG } from "pngjs";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { analysisSentences, analyze, type Pictures, reportFiles } from "../../packages/latent/src/report.ts";
import { syntheticInput } from "../latent/analysis-data.ts";
import { chromium, hasChromium } from "./support/chromium.ts";

/** WebGL by the processor: there on every machine. */
const webgl = { webgpu: false, args: ["--use-angle=swiftshader", "--enable-unsafe-swiftshader"] };

describe.runIf(hasChromium)("a report that analyze made", () => {
  const browser = chromium(webgl);
  const folder = mkdtempSync(join(tmpdir(), "vaekit-report-"));
  const addressOf = (name: string) => pathToFileURL(join(folder, name)).href;
  const rows = 60;
  let said: string[] = [];
  let tabs: string[] = [];

  beforeAll(async () => {
    const analysis = await analyze(syntheticInput({ rows, latent: 4, inactive: 1 }), { mostClusters: 4 });
    said = Object.values(analysisSentences(analysis)).flat();
    tabs = analysis.map.embeddings.map(({ name, dimensions }) => `${name} ${dimensions}-D`);
    writeFileSync(join(folder, "index.html"), (await reportFiles(analysis)).get("index.html")!);
    const lettered = await analyze(
      {
        ...syntheticInput({ rows, latent: 4, inactive: 1 }),
        name: "models/beta-vae-of-convolutions-and-a-long-name on fashion-mnist:test",
        pictures: letters(rows),
        facts: [
          { label: "Model", value: "models/beta-vae-of-convolutions-and-a-long-name" },
          { label: "Decoded under", value: "position_x 0.498, position_y 0.502, scale 0.75, rotation 181" },
        ],
      },
      { mostClusters: 4, projections: ["umap"] },
    );
    writeFileSync(join(folder, "letters.html"), (await reportFiles(lettered)).get("index.html")!);
  });
  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  /** Opened from the disk: the page's errors fail the test, and so does any request but that for the file. */
  async function open(name = "index.html"): Promise<Page> {
    const url = addressOf(name);
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
        /^Trustworthiness [01]\.\d{3}, continuity [01]\.\d{3} \(15 neighbours of each of 60 rows; 1 is best\)\.$/,
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

  it("shows thumbnails upright, beside the pointer and in the selection", async () => {
    const page = await open("letters.html");
    await page.locator("#map-surface").focus();
    await page.keyboard.press("ArrowRight");
    await expect.poll(() => drawn(page, ".tooltip canvas")).toEqual(letter);
    await page.keyboard.press("a");
    await expect.poll(() => drawn(page, ".pictures canvas")).toEqual(letter);
  });

  it.each([
    [390, 844],
    [1024, 768],
    [1440, 900],
  ])("lets nothing overlap, be cut or run over at %s x %s", async (width, height) => {
    const page = await open("letters.html");
    await page.setViewportSize({ width, height });
    for (const image of await page.locator("figure img:visible").all()) {
      await image.evaluate((shown) => (shown as HTMLImageElement).decode());
    }
    const { texts, ...faults } = await page.evaluate(pageFaults);
    for (const text of ["Latent space report", "Model", "Clusters", "ant", "Dimensions"]) {
      expect(texts).toContain(text);
    }
    expect(faults).toEqual({ overlapping: [], cut: [], over: [] });
    // What it is to find, it finds.
    await page.evaluate(() => {
      const [title, caption] = ["h1", "main section:not(#map) figcaption"].map(
        (name) => document.querySelector<HTMLElement>(name)!,
      );
      title!.style.marginBottom = "-2rem";
      Object.assign(caption!.style, { height: "5px", overflow: "hidden" });
      document.querySelector<HTMLElement>("h2")!.style.width = "200vw";
    });
    const spoilt = await page.evaluate(pageFaults);
    expect(spoilt.overlapping[0]).toContain("fashion-mnist:test");
    expect(spoilt.cut).toHaveLength(1);
    expect(spoilt.over).toContain("h2");
  });
});

/** An L: no turn or reflection of it looks the same. */
const letter = ["#.....", "#.....", "#.....", "#.....", "#.....", "####.."];

function letters(rows: number): Pictures {
  const one = letter.flatMap((line) => Array.from(line, (pixel) => (pixel === "#" ? 255 : 0)));
  const data = Uint8Array.from({ length: rows * one.length }, (_, i) => one[i % one.length]!);
  return { data, shape: [rows, letter.length, letter[0]!.length, 1] };
}

/** What the first canvas there shows, by the middles of a letter's pixels. */
function drawn(page: Page, selector: string): Promise<string[]> {
  return page
    .locator(selector)
    .first()
    .evaluate(
      (canvas, [lines, columns]) => {
        const { width, height } = canvas as HTMLCanvasElement;
        const { data } = (canvas as HTMLCanvasElement).getContext("2d")!.getImageData(0, 0, width, height);
        const bright = (x: number, y: number) => data[4 * (Math.floor(y) * width + Math.floor(x))]! > 128;
        return Array.from({ length: lines }, (_, y) =>
          Array.from({ length: columns }, (_, x) =>
            bright(((x + 0.5) * width) / columns, ((y + 0.5) * height) / lines) ? "#" : ".",
          ).join(""),
        );
      },
      [letter.length, letter[0]!.length] as const,
    );
}

/** Texts that lie on others or are cut by what they are in, and elements that leave the window; runs in the page. */
function pageFaults() {
  interface Box {
    left: number;
    top: number;
    right: number;
    bottom: number;
  }
  const intersection = (a: Box, b: Box): Box => ({
    left: Math.max(a.left, b.left),
    top: Math.max(a.top, b.top),
    right: Math.min(a.right, b.right),
    bottom: Math.min(a.bottom, b.bottom),
  });
  const empty = ({ left, top, right, bottom }: Box) => right - left <= 1 || bottom - top <= 1;
  /** What is seen of a box, and whether something that cannot be scrolled hides a part of it. */
  const seen = (from: Element, box: Box) => {
    let cut = false;
    let left = box;
    for (let at: Element | null = from; at && at !== document.body; at = at.parentElement) {
      const { overflowX, overflowY } = getComputedStyle(at);
      if (overflowX === "visible" && overflowY === "visible") continue;
      const inside = intersection(left, at.getBoundingClientRect());
      const lost =
        left.right - left.left - (inside.right - inside.left) > 1 ||
        left.bottom - left.top - (inside.bottom - inside.top) > 1;
      if (lost && [overflowX, overflowY].some((value) => value === "hidden" || value === "clip")) cut = true;
      left = inside;
    }
    return { box: left, cut };
  };
  // For screen readers and the keyboard alone, or in front of the map on purpose.
  const apart = ".said, .skip, .tooltip, dialog, select, script, style, noscript";
  const shown: { node: Node; text: string; box: Box }[] = [];
  const cut: string[] = [];
  const nodes = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  for (let node = nodes.nextNode(); node; node = nodes.nextNode()) {
    const parent = node.parentElement!;
    const text = node.textContent!.trim();
    if (text === "" || parent.closest(apart) || !parent.checkVisibility()) continue;
    const range = document.createRange();
    range.selectNodeContents(node);
    for (const rect of range.getClientRects()) {
      const found = seen(parent, rect);
      if (found.cut) cut.push(text);
      if (!empty(found.box)) shown.push({ node, text, box: found.box });
    }
  }
  const overlapping: string[] = [];
  for (const [i, a] of shown.entries()) {
    for (const b of shown.slice(i + 1)) {
      if (a.node !== b.node && !empty(intersection(a.box, b.box))) overlapping.push(`${a.text} | ${b.text}`);
    }
  }
  const over: string[] = [];
  for (const element of document.body.querySelectorAll("*")) {
    if (element.closest(apart) || !element.checkVisibility()) continue;
    const { box } = seen(element.parentElement!, element.getBoundingClientRect());
    if (!empty(box) && (box.right > innerWidth + 1 || box.left < -1)) over.push(element.localName);
  }
  return { texts: shown.map(({ text }) => text), overlapping, cut: [...new Set(cut)], over };
}

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
