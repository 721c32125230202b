import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";
import { decodeTensors } from "@vaekit/infer";
import type { Locator, Page } from "playwright-core";
import { PNG } from "pngjs";
import sharp from "sharp";
import { describe, expect, it } from "vitest";
import { dataParts } from "../../../packages/explorer/src/page/panels/morph/data-path.ts";
import { codeAlong, directParts, type Part } from "../../../packages/explorer/src/page/panels/morph/path.ts";
import { hasChromium } from "../support/chromium.ts";
import "../../support/matchers.js";
import { codeIn, expectSamePixels, exploredSite, pixelsOf, stagePixels } from "./support/site.ts";

const axe = readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");

type Site = ReturnType<typeof exploredSite>;

/** Codes of the site's map [rows, latent]. */
function codesOf({ folder }: Site): { mu: Float32Array; rows: number; code: (row: number) => Float32Array } {
  const file = "map/reference.safetensors";
  const { data, shape } = decodeTensors(readFileSync(join(folder, file)), file).tensors.mu!;
  const [rows, latent] = shape as [number, number];
  const mu = data as Float32Array;
  return { mu, rows, code: (row) => mu.slice(row * latent, (row + 1) * latent) };
}

const text = (z: Float32Array) => Buffer.from(z.buffer, z.byteOffset, z.byteLength).toString("base64url");
const partsOf = (page: Page) => new URLSearchParams(new URL(page.url()).hash.slice(1));
const stopsIn = (page: Page) => partsOf(page).getAll("stop");

function morphHash(stops: readonly Float32Array[], rest: Record<string, string> = {}): string {
  const parts = new URLSearchParams({ panel: "morph", ...rest });
  stops.forEach((z, i) => {
    parts.append("stop", `${text(z)}~stop ${i}`);
  });
  return parts.toString();
}

async function pixels(site: Site, z: Float32Array, label?: number): Promise<Uint8Array> {
  const { x_mean } = await site.vae().decode(z, label === undefined ? {} : { c: [label] });
  return x_mean.toUint8().data as Uint8Array;
}

const button = (page: Page, name: string | RegExp) => page.getByRole("button", { name });
const position = (page: Page) => page.getByRole("slider", { name: "Position" });
const choose = (page: Page, path: string) =>
  page.locator(".morph-path").getByText(path, { exact: true }).click();

/** Until the picture is that of the code, within the rounding of two runtimes. */
async function expectStage(page: Page, expected: Uint8Array, channels = 1): Promise<void> {
  await expect
    .poll(async () => {
      const shown = await stagePixels(page, channels);
      return shown.reduce((most, value, i) => Math.max(most, Math.abs(value - expected[i]!)), 0);
    })
    .toBeLessThanOrEqual(1);
}

/** What a click makes the browser save. */
async function saved(page: Page, click: Locator): Promise<{ name: string; bytes: Buffer }> {
  const [download] = await Promise.all([page.waitForEvent("download"), click.click()]);
  return { name: download.suggestedFilename(), bytes: readFileSync(await download.path()) };
}

/** Pixels of each frame [height, width, 4] of a GIF, as another library reads them. */
async function framesOf(bytes: Buffer) {
  const file = sharp(bytes, { animated: true });
  const { pages, pageHeight, width, loop, delay } = await file.metadata();
  const data = await file.ensureAlpha().raw().toBuffer();
  const size = width! * pageHeight! * 4;
  const frames = Array.from({ length: pages! }, (_, i) => data.subarray(i * size, (i + 1) * size));
  return { frames, width: width!, height: pageHeight!, loop, delay };
}

/** The middle of each enlarged pixel [height, width, channels], of RGBA rows of `across` pixels from column `left` on. */
function shrunk(
  data: Uint8Array,
  across: number,
  scale: number,
  [height, width, channels]: readonly number[],
  left = 0,
): number[] {
  const out: number[] = [];
  for (let y = 0; y < height!; y++) {
    for (let x = 0; x < width!; x++) {
      const at = ((y * scale + (scale >> 1)) * across + left + x * scale + (scale >> 1)) * 4;
      out.push(...data.subarray(at, at + channels!));
    }
  }
  return out;
}

describe.runIf(hasChromium)("a morph between examples", () => {
  const site = exploredSite("conv");

  it("is the mean of both half way by the line, and between their directions and lengths by the arc", async () => {
    const { code } = codesOf(site);
    const page = await site.open({ hash: "panel=morph" });
    await button(page, "Choose …").click();
    for (const row of ["3", "250"]) {
      await page.getByRole("spinbutton", { name: "Number" }).fill(row);
      await page.keyboard.press("Enter");
    }
    const [a, b] = [code(3), code(250)];
    await position(page).fill("0.5");
    const mean = Float32Array.from(a, (value, i) => 0.5 * value + 0.5 * b[i]!);
    expect(await codeIn(page)).toEqual(mean);
    await expectStage(page, await pixels(site, mean));
    expect(stopsIn(page).map((stop) => stop.split("~")[0])).toEqual([text(a), text(b)]);
    expect(stopsIn(page)[0]).toMatch(/~example 3, /);

    await choose(page, "Spherical");
    const lengths = [a, b].map((z) => Math.hypot(...z));
    const between = (one: Float32Array, other: Float32Array) => {
      const dot = one.reduce((sum, value, i) => sum + value * other[i]!, 0);
      return Math.acos(dot / Math.hypot(...one) / Math.hypot(...other));
    };
    const turn = between(a, b);
    await expect.poll(() => partsOf(page).get("path")).toBe("slerp");
    for (const share of [0.5, 0.25]) {
      await position(page).fill(`${share}`);
      const code = await codeIn(page);
      expect(Math.hypot(...code)).toBeCloseTo((1 - share) * lengths[0]! + share * lengths[1]!, 4);
      expect(between(a, code)).toBeCloseTo(share * turn, 4);
      expect(between(code, b)).toBeCloseTo((1 - share) * turn, 4);
    }
  });

  it("has a film strip of what Node decodes along it, and goes where one clicks", async () => {
    const { code } = codesOf(site);
    const stops = [code(1), code(100), code(200)];
    const page = await site.open({ hash: morphHash(stops) });
    const film = page.locator(".morph-film canvas");
    await expect.poll(() => film.count()).toBe(9);
    await expect.poll(() => page.locator(".morph-film canvas[data-empty]").count()).toBe(0);
    const parts = directParts(stops, "linear");
    for (let i = 0; i < 9; i++) {
      expectSamePixels(
        await pixelsOf(page, ".morph-film canvas", 1, i),
        await pixels(site, codeAlong(parts, i / 8)),
      );
    }
    await button(page, "Go to 38 %").click();
    const there = codeAlong(parts, 3 / 8);
    expect(await codeIn(page)).toEqual(there);
    await expectStage(page, await pixels(site, there));
    await button(page, /^Go to stop 2,/).click();
    expect(await codeIn(page)).toEqual(stops[1]);
    const phone = await site.open({ hash: morphHash(stops), width: 390, height: 844 });
    await expect.poll(() => phone.locator(".morph-film canvas").count()).toBe(5);
  });

  it("along the data stays nearer to the examples than the straight line", async () => {
    const { mu, code } = codesOf(site);
    const stops = [code(8), code(123)];
    const page = await site.open({ hash: morphHash(stops) });
    await choose(page, "Along the data");
    await expect.poll(() => position(page).isEnabled()).toBe(true);
    const parts = await dataParts(mu, stops);
    const own: number[] = [];
    const straight: number[] = [];
    for (const share of [0.2, 0.4, 0.5, 0.6, 0.8]) {
      await position(page).fill(`${share}`);
      const z = await codeIn(page);
      expect(z).toEqual(codeAlong(parts, share));
      own.push(nearestDistance(mu, z));
      straight.push(nearestDistance(mu, codeAlong(directParts(stops, "linear"), share)));
    }
    expect(mean(own)).toBeLessThan(mean(straight));
    await expectStage(page, await pixels(site, codeAlong(parts, 0.8)));
  });

  it("comes back from its link: stops, path and place", async () => {
    const { code } = codesOf(site);
    const page = await site.open({ hash: morphHash([code(5), code(77), code(210)]) });
    await choose(page, "Along the data");
    await expect.poll(() => position(page).isEnabled()).toBe(true);
    await position(page).fill("0.3");
    const z = await codeIn(page);
    const again = await site.open({ hash: new URL(page.url()).hash.slice(1) });
    await expect.poll(() => position(again).isEnabled()).toBe(true);
    expect(await position(again).inputValue()).toBe("0.3");
    expect(await again.getByRole("radio", { name: "Along the data" }).isChecked()).toBe(true);
    expect(await again.locator(".morph-name").allTextContents()).toEqual([
      "1 stop 0",
      "2 stop 1",
      "3 stop 2",
    ]);
    expect(await codeIn(again)).toEqual(z);
    expect(stopsIn(again)).toEqual(stopsIn(page));
    await expectStage(again, await pixels(site, z));
  });

  it("plays when asked, to the end, and stands still before and after", async () => {
    const { code } = codesOf(site);
    const stops = [code(5), code(77)];
    const page = await site.open({ hash: morphHash(stops) });
    await page.emulateMedia({ reducedMotion: "no-preference" });
    await codeIn(page);
    expect(await position(page).inputValue()).toBe("0");
    await page.getByLabel("Speed").selectOption("4");
    await page.getByLabel("At the end").selectOption("stop");
    const places = watchPosition(page, (all) => all.at(-1) === 1);
    await button(page, "Play").click();
    const seen = (await places).map(({ at }) => at);
    expect(seen).toEqual(seen.toSorted((a, b) => a - b));
    expect(new Set(seen).size).toBeGreaterThan(3);
    await button(page, "Play").waitFor();
    expect(await codeIn(page)).toEqual(stops[1]);
    await expectStage(page, await pixels(site, stops[1]!));
  });

  it("turns back at the end until it is paused, and stops when its panel closes", async () => {
    const { code } = codesOf(site);
    const page = await site.open({ hash: morphHash([code(5), code(77)]) });
    await page.emulateMedia({ reducedMotion: "no-preference" });
    await page.getByLabel("Speed").selectOption("4");
    const places = watchPosition(page, turnedBack);
    await button(page, "Play").click();
    expect(turnedBack((await places).map(({ at }) => at))).toBe(true);
    await button(page, "Pause").click();
    const paused = await codeIn(page);
    expect(await codeIn(page)).toEqual(paused);

    await button(page, "Play").click();
    await watchPosition(page, (all) => new Set(all).size > 2);
    await page.getByRole("tab", { name: "Sliders" }).click();
    const left = await codeIn(page);
    expect(await codeIn(page)).toEqual(left);
    await page.getByRole("tab", { name: "Morph" }).click();
    await button(page, "Play").waitFor();
  });

  it("plays in few steps for those who want less motion", async () => {
    const { code } = codesOf(site);
    const page = await site.open({ hash: morphHash([code(5), code(77)]) });
    const places = watchPosition(page, (all) => new Set(all).size > 3);
    await button(page, "Play").click();
    const times = (await places)
      .filter(({ at }, i, all) => i > 0 && at !== all[i - 1]!.at)
      .map(({ time }) => time);
    const gaps = times.slice(1).map((time, i) => time - times[i]!);
    expect(gaps.length).toBeGreaterThan(1);
    expect(Math.min(...gaps)).toBeGreaterThan(400);
  });

  it("is saved as a GIF that goes there and back, its ends as Node decodes them", async () => {
    const { code } = codesOf(site);
    const stops = [code(5), code(77), code(140)];
    const page = await site.open({ hash: morphHash(stops) });
    const { name, bytes } = await saved(page, button(page, "Save GIF"));
    expect(name).toBe("model-conv-morph-3-stops-linear-46-frames.gif");
    const { frames, width, height, loop, delay } = await framesOf(bytes);
    expect([frames.length, width, height, loop]).toEqual([46, 252, 252, 0]);
    // Four seconds there, in 23 steps of whole hundredths.
    expect(new Set(delay)).toEqual(new Set([170, 180]));
    expect(delay!.slice(0, 23).reduce((a, b) => a + b)).toBe(4000);
    const shape = [28, 28, 1];
    const parts = directParts(stops, "linear");
    expect(distance([...(await pixels(site, stops[0]!))], await pixels(site, stops[2]!))).toBeGreaterThan(5);
    for (const [frame, at] of [
      [0, 0],
      [5, 5 / 23],
      [23, 1],
      [45, 1 / 23],
    ] as const) {
      expectSamePixels(shrunk(frames[frame]!, 252, 9, shape), await pixels(site, codeAlong(parts, at)));
    }
    await page.getByLabel("At the end").selectOption("stop");
    await page.getByLabel("Frames").selectOption("48");
    await page.getByLabel("Pixels of a picture").selectOption("1");
    const once = await saved(page, button(page, "Save GIF"));
    expect(once.name).toBe("model-conv-morph-3-stops-linear-48-frames.gif");
    const small = await framesOf(once.bytes);
    expect([small.frames.length, small.width, small.height, small.loop]).toEqual([48, 28, 28, 1]);
    expectSamePixels(shrunk(small.frames[47]!, 28, 1, shape), await pixels(site, stops[2]!));
    // A second there, in which browsers show 51 frames.
    await page.getByLabel("Speed").selectOption("4");
    await page.getByLabel("Frames").selectOption("96");
    await page.getByText("At that speed browsers show 51 of the frames").waitFor();
    const fast = await saved(page, button(page, "Save GIF"));
    expect(fast.name).toBe("model-conv-morph-3-stops-linear-51-frames.gif");
    const quick = await framesOf(fast.bytes);
    expect(quick.delay).toEqual(Array(51).fill(20));
    expectSamePixels(shrunk(quick.frames[50]!, 28, 1, shape), await pixels(site, stops[2]!));
  });

  it("is saved as a strip of pictures", async () => {
    const { code } = codesOf(site);
    const stops = [code(5), code(77)];
    const page = await site.open({ hash: morphHash(stops, { path: "slerp" }) });
    await page.getByRole("combobox", { name: "Pictures", exact: true }).selectOption("5");
    const { name, bytes } = await saved(page, button(page, "Save PNG strip"));
    expect(name).toBe("model-conv-morph-2-stops-spherical-5-pictures.png");
    const png = PNG.sync.read(bytes);
    expect([png.width, png.height]).toEqual([5 * 252, 252]);
    const parts = directParts(stops, "slerp");
    for (let i = 0; i < 5; i++) {
      const shown = shrunk(png.data, png.width, 9, [28, 28, 1], i * 252);
      expectSamePixels(shown, await pixels(site, codeAlong(parts, i / 4)));
    }
  });

  it("can be given up while it is saved, and saved afterwards", async () => {
    const { code } = codesOf(site);
    const page = await site.open({ hash: morphHash([code(5), code(77)]) });
    const downloads: string[] = [];
    page.on("download", (download) => downloads.push(download.suggestedFilename()));
    await page.getByLabel("Frames").selectOption("96");
    await page.evaluate(async () => {
      const named = (name: string) =>
        [...document.querySelectorAll("button")].find((each) => each.textContent === name)!;
      named("Save GIF").click();
      while (named("Cancel").disabled) await new Promise((resolve) => setTimeout(resolve));
      named("Cancel").click();
    });
    await page.getByText("Nothing was saved").waitFor({ state: "attached" });
    await page.getByLabel("Frames").selectOption("24");
    const { name } = await saved(page, button(page, "Save GIF"));
    expect(downloads).toEqual([name]);
  });

  it("says what is missing without the map's data, and goes on between other codes", async () => {
    const page = await site.open({
      hash: "panel=morph&path=data",
      expected: /reference\.safetensors|Failed to load resource|ERR_FAILED/,
      prepare: (page) => void page.route("**/reference.safetensors", (route) => route.abort()),
    });
    await page.getByText("The examples are not here").waitFor();
    expect(await button(page, /random example/i).isDisabled()).toBe(true);
    await button(page, "Add this picture").click();
    await button(page, "Random draw").click();
    await page.getByText("The way along the data needs the map's codes").waitFor();
    expect(await position(page).isDisabled()).toBe(true);
    await choose(page, "Linear");
    await expect.poll(() => stopsIn(page).length).toBe(2);
    await position(page).fill("1");
    const drawn = Buffer.from(stopsIn(page)[1]!.split("~")[0]!, "base64url");
    const z = await codeIn(page);
    expect(Buffer.from(z.buffer).equals(drawn)).toBe(true);
    await expectStage(page, await pixels(site, z));
  });
});

describe.runIf(hasChromium)("a morph in two dimensions", () => {
  const site = exploredSite("two");

  it("along the data never goes as far from the examples as the straight line does", async () => {
    const { mu, rows, code } = codesOf(site);
    const furthest = (part: Part) =>
      Math.max(...Array.from({ length: 21 }, (_, i) => nearestDistance(mu, part(i / 20))));
    // Of some pairs, the one whose line leaves the examples most.
    const pairs = Array.from({ length: 60 }, (_, i) => [code(i), code(rows - 1 - i)]);
    const lines = pairs.map((pair) => furthest(directParts(pair, "linear")[0]!));
    const stops = pairs[lines.indexOf(Math.max(...lines))]!;
    const parts = await dataParts(mu, stops);
    expect(furthest(parts[0]!)).toBeLessThan(Math.max(...lines));
    const page = await site.open({ hash: morphHash(stops, { path: "data" }) });
    await expect.poll(() => position(page).isEnabled()).toBe(true);
    await position(page).fill("0.5");
    const z = await codeIn(page);
    expect(z).toEqual(codeAlong(parts, 0.5));
    await expectStage(page, await pixels(site, z));
  });
});

describe.runIf(hasChromium)("a morph in colour", () => {
  const site = exploredSite("colour");

  it("is saved as a GIF whose colours are nearly those that Node decodes", async () => {
    const { code } = codesOf(site);
    const stops = [code(2), code(50)];
    const page = await site.open({ hash: morphHash(stops) });
    const { bytes } = await saved(page, button(page, "Save GIF"));
    const { frames, width, height } = await framesOf(bytes);
    expect([frames.length, width, height]).toEqual([46, 256, 256]);
    for (const [frame, stop] of [
      [0, 0],
      [23, 1],
    ] as const) {
      const shown = shrunk(frames[frame]!, 256, 8, [32, 32, 3]);
      const [own, other] = [await pixels(site, stops[stop]!), await pixels(site, stops[1 - stop]!)];
      const error = distance(shown, own);
      expect(error).toBeLessThan(4);
      expect(error).toBeLessThan(distance(shown, other) / 3);
    }
    const strip = PNG.sync.read((await saved(page, button(page, "Save PNG strip"))).bytes);
    const last = shrunk(strip.data, strip.width, 8, [32, 32, 3], 8 * 256);
    expectSamePixels(last, await pixels(site, stops[1]!));
  });
});

describe.runIf(hasChromium)("a morph of a model that is told labels", () => {
  const site = exploredSite("labels");

  it("is drawn as the label that is chosen", async () => {
    const { code } = codesOf(site);
    const stops = [code(2), code(50)];
    const page = await site.open({ hash: morphHash(stops) });
    await page.getByText("All are drawn as what is chosen").waitFor();
    await page.getByRole("radio", { name: "7", exact: true }).focus();
    await page.keyboard.press("Space");
    const parts = directParts(stops, "linear");
    const expected = await pixels(site, codeAlong(parts, 0.5), 7);
    await expect
      .poll(async () => {
        const shown = await pixelsOf(page, ".morph-film canvas", 1, 4);
        return shown.reduce((most, value, i) => Math.max(most, Math.abs(value - expected[i]!)), 0);
      })
      .toBeLessThanOrEqual(1);
    await position(page).fill("0.5");
    await expectStage(page, expected);
  });

  it("is made, put in order and walked along by the keyboard alone", async () => {
    const page = await site.open({ hash: "panel=morph" });
    await expect.poll(() => button(page, "Two random examples").isEnabled()).toBe(true);
    await button(page, "Two random examples").focus();
    await page.keyboard.press("Enter");
    await button(page, /^Random example$/).press("Enter");
    await expect.poll(() => stopsIn(page).length).toBe(3);
    const [a, b, c] = stopsIn(page);
    await button(page, "Move stop 1 later").press("Enter");
    await expect.poll(() => stopsIn(page)).toEqual([b, a, c]);
    await page.keyboard.press("Enter");
    await expect.poll(() => stopsIn(page)).toEqual([b, c, a]);
    expect(await focusedName(page)).toBe("Move stop 3 earlier");
    await button(page, "Remove stop 3").press("Enter");
    await expect.poll(() => stopsIn(page)).toEqual([b, c]);
    expect(await focusedName(page)).toBe("Remove stop 2");
    await position(page).focus();
    await page.keyboard.press("End");
    const end = Buffer.from(c!.split("~")[0]!, "base64url");
    expect(Buffer.from((await codeIn(page)).buffer).equals(end)).toBe(true);
    await page.keyboard.press("ArrowLeft");
    await expect.poll(() => position(page).inputValue()).toBe("0.9975");
    await page.getByRole("radio", { name: "Linear" }).focus();
    await page.keyboard.press("ArrowRight");
    await expect.poll(() => partsOf(page).get("path")).toBe("slerp");
  });

  it.each([
    { dark: false, width: 1280, height: 860 },
    { dark: true, width: 390, height: 844 },
  ])("has nothing that axe-core objects to, dark $dark, $width wide", async (view) => {
    const { code } = codesOf(site);
    const stops = [code(2), code(50), code(70)];
    const page = await site.open({ hash: morphHash(stops, { path: "data", at: "0.5" }), ...view });
    await button(page, "Choose …").click();
    await expect.poll(() => position(page).isEnabled()).toBe(true);
    await expect.poll(() => page.locator(".morph canvas[data-empty]").count()).toBe(0);
    await page.evaluate(axe);
    const found = await page.evaluate(async () => {
      const { violations } = await Reflect.get(window, "axe").run(document, { resultTypes: ["violations"] });
      return (violations as { id: string; nodes: { target: string[] }[] }[]).map(
        ({ id, nodes }) => `${id}: ${nodes.map(({ target }) => target.join(" ")).join(", ")}`,
      );
    });
    expect(found).toEqual([]);
    expect(await page.evaluate(() => document.documentElement.scrollWidth - innerWidth)).toBeLessThanOrEqual(
      0,
    );
  });

  it("has at most twelve stops, and stays where it is when one is added", async () => {
    const { code } = codesOf(site);
    const page = await site.open({ hash: morphHash([code(2), code(50), code(70)]) });
    await position(page).fill("0.25");
    const z = await codeIn(page);
    await button(page, "Random example").click();
    await expect.poll(() => stopsIn(page).length).toBe(4);
    expect(await codeIn(page)).toBeAllClose(Array.from(z), { atol: 1e-6 });
    expect(Number(partsOf(page).get("at"))).toBeCloseTo(1 / 6, 9);
    await button(page, "Choose …").click();
    const examples = page.locator(".morph-examples button");
    expect(await examples.count()).toBe(24);
    const names = await names24(examples);
    await button(page, "Shuffle").click();
    await expect.poll(() => names24(examples)).not.toEqual(names);
    const chosen = (await names24(examples))[5]!;
    await examples.nth(5).click();
    await expect.poll(() => stopsIn(page).at(-1)?.split("~")[1]).toBe(chosen.replace("Add ", ""));
    for (let count = 5; count < 12; count++) await button(page, "Add this picture").click();
    await expect.poll(() => stopsIn(page).length).toBe(12);
    for (const name of ["Add this picture", "Random example", "Random draw"]) {
      expect(await button(page, name).isDisabled()).toBe(true);
    }
    expect(await examples.nth(0).isDisabled()).toBe(true);
  });
});

const names24 = (examples: Locator) =>
  examples.evaluateAll((all) => all.map((each) => each.getAttribute("aria-label")!));
const focusedName = (page: Page) => page.evaluate(() => document.activeElement?.getAttribute("aria-label"));
const mean = (values: readonly number[]) => values.reduce((a, b) => a + b, 0) / values.length;

/** Mean difference of two pictures. */
function distance(a: readonly number[], b: ArrayLike<number>): number {
  return mean(a.map((value, i) => Math.abs(value - b[i]!)));
}

function turnedBack(places: readonly number[]): boolean {
  return places.some((at, i) => i > 0 && at < places[i - 1]!);
}

function nearestDistance(codes: Float32Array, z: Float32Array): number {
  let least = Number.POSITIVE_INFINITY;
  for (let first = 0; first < codes.length; first += z.length) {
    least = Math.min(least, Math.hypot(...z.map((value, j) => value - codes[first + j]!)));
  }
  return least;
}

/** Where the slider is at each frame of the page, until that will do. */
async function watchPosition(
  page: Page,
  enough: (places: readonly number[]) => boolean,
): Promise<{ at: number; time: number }[]> {
  await page.evaluate(() => {
    const seen: { at: number; time: number }[] = [];
    Reflect.set(window, "seen", seen);
    const slider = document.querySelector<HTMLInputElement>(".morph-player input")!;
    requestAnimationFrame(function look(time) {
      const at = slider.valueAsNumber;
      if (seen.at(-1)?.at !== at) seen.push({ at, time });
      requestAnimationFrame(look);
    });
  });
  const places = () => page.evaluate(() => Reflect.get(window, "seen") as { at: number; time: number }[]);
  await expect.poll(async () => enough((await places()).map(({ at }) => at)), { timeout: 60_000 }).toBe(true);
  return places();
}
