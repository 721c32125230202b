import { readFileSync } from "node:fs";
import { NdArray, RandomStream, type Vae } from "@vaekit/infer";
import { openData } from "@vaekit/train";
import type { Page } from "playwright-core";
import { PNG } from "pngjs";
import { describe, expect, it } from "vitest";
import { hasChromium } from "../support/chromium.ts";
import { mapData } from "./support/map-data.ts";
import { codeIn, expectSamePixels, exploredSite, pixelsOf, stagePixels } from "./support/site.ts";

const panel = ".draw";
const seenOf = (page: Page, channels = 1) => pixelsOf(page, ".draw-seen canvas", channels);

interface Pixels {
  data: ArrayLike<number>;
  width: number;
  height: number;
  channels: 1 | 3;
}

function pngOf({ data, width, height, channels }: Pixels): Buffer {
  const png = new PNG({ width, height });
  for (let i = 0; i < width * height; i++) {
    for (let c = 0; c < 3; c++) png.data[4 * i + c] = data[i * channels + (channels === 1 ? 0 : c)]!;
    png.data[4 * i + 3] = 255;
  }
  return PNG.sync.write(png);
}

/** A digit that the models were not trained on. */
async function digit(at = 1900): Promise<{ pixels: Uint8Array; label: number; png: Buffer }> {
  const { values, labels } = await openData("mnist", { limit: at + 1 });
  const pixels = Uint8Array.from(values.subarray(at * 784, (at + 1) * 784));
  return { pixels, label: labels![at]!, png: pngOf({ data: pixels, width: 28, height: 28, channels: 1 }) };
}

/** Until the newest picture is encoded, and the stage says where its code is from. */
async function settled(page: Page, origin: string): Promise<void> {
  await expect.poll(() => page.locator(".origin").textContent()).toContain(origin);
  await expect.poll(() => page.locator(panel).getAttribute("aria-busy")).toBe("false");
}

async function upload(page: Page, buffer: Buffer, name = "digit.png", mimeType = "image/png"): Promise<void> {
  await page.locator(`${panel} input[type=file]`).setInputFiles({ name, mimeType, buffer });
}

/** A line through places from 0 to 1 of the surface, with the mouse. */
async function stroke(page: Page, places: readonly (readonly [number, number])[]): Promise<void> {
  const canvas = page.locator(".draw-surface canvas");
  await canvas.scrollIntoViewIfNeeded();
  const { x, y, width, height } = (await canvas.boundingBox())!;
  for (const [i, [across, down]] of places.entries()) {
    await page.mouse.move(x + across * width, y + down * height, { steps: i ? 6 : 1 });
    if (i === 0) await page.mouse.down();
  }
  await page.mouse.up();
}

const seven = [
  [0.3, 0.2],
  [0.7, 0.22],
  [0.45, 0.8],
] as const;

const rowOf = (pixels: ArrayLike<number>, shape: readonly number[]) =>
  new NdArray(Uint8Array.from(pixels), [1, ...shape]);

function expectClose(actual: ArrayLike<number>, expected: ArrayLike<number>, tolerance = 1e-4): void {
  expect(actual.length).toBe(expected.length);
  for (let i = 0; i < expected.length; i++)
    expect(Math.abs(actual[i]! - expected[i]!)).toBeLessThan(tolerance);
}

async function percentile(page: Page, measure: string): Promise<number> {
  return Number(await page.locator(`[data-measure="${measure}"]`).getAttribute("data-percentile"));
}

async function ellipseIn(page: Page) {
  const ellipse = page.locator(".draw-ellipse");
  await ellipse.waitFor({ state: "attached" });
  const number = async (name: string) => Number(await ellipse.getAttribute(`data-${name}`));
  const [x, y, major, minor, angle] = [
    await number("x"),
    await number("y"),
    await number("major"),
    await number("minor"),
    await number("angle"),
  ];
  // Back to the covariance: an angle says nothing where the axes are equal.
  const [a, b] = [major ** 2 / 5.991465, minor ** 2 / 5.991465];
  const [cos, sin] = [Math.cos(angle), Math.sin(angle)];
  return {
    place: [x, y],
    xx: a * cos * cos + b * sin * sin,
    xy: (a - b) * cos * sin,
    yy: a * sin * sin + b * cos * cos,
  };
}

/** What the page must show of these pixels, by onnxruntime. */
async function inNode(vae: Vae, pixels: ArrayLike<number>, shape: readonly number[], c?: number) {
  const told = c === undefined ? {} : { c: Int32Array.of(c) };
  const { mu, logvar } = await vae.encode(rowOf(pixels, shape), told);
  const decoded = (await vae.decode(mu, told)).x_mean.toUint8().data;
  const error =
    decoded.reduce((sum, value, i) => sum + ((value - pixels[i]!) / 255) ** 2, 0) / decoded.length;
  return { mu, logvar, decoded, error };
}

describe.runIf(hasChromium)("drawing digits", () => {
  const site = exploredSite("conv");
  const shape = [28, 28, 1];

  it("shows, links and decodes the code of exactly what the model sees", async () => {
    const page = await site.open({ hash: "panel=draw" });
    await stroke(page, seven);
    await settled(page, "drawn by you");
    const seen = await seenOf(page);
    expect(Math.max(...seen)).toBe(255);
    expect(seen.filter((value) => value > 0).length).toBeGreaterThan(40);
    const { mu, decoded, error } = await inNode(site.vae(), seen, shape);
    expectClose(await codeIn(page), mu.data);
    expectSamePixels(await stagePixels(page), decoded);
    expectSamePixels(await pixelsOf(page, ".draw-reconstruction canvas"), decoded);
    expectSamePixels(
      await pixelsOf(page, ".draw-difference canvas"),
      decoded.map((value, i) => Math.abs(value - seen[i]!)),
    );
    const shown = Number(await page.locator('[data-measure="error"]').getAttribute("data-value"));
    expect(shown).toBeCloseTo(error, 3);
  });

  it("erases, undoes and clears, and keeps the drawing when another tab was open", async () => {
    const page = await site.open({ hash: "panel=draw" });
    await stroke(page, seven);
    await settled(page, "drawn by you");
    const first = await seenOf(page);
    await page.getByRole("button", { name: "Eraser" }).click();
    await stroke(page, [
      [0.2, 0.2],
      [0.8, 0.22],
    ]);
    await expect.poll(() => seenOf(page)).not.toEqual(first);
    await page.keyboard.press("Control+z");
    await expect.poll(() => seenOf(page)).toEqual(first);
    await page.getByRole("tab", { name: "Sliders" }).click();
    await page.getByRole("tab", { name: "Draw" }).click();
    expect(await seenOf(page)).toEqual(first);
    await page.getByRole("button", { name: "Clear" }).click();
    await page.locator(".draw-seen:not([data-shown])").waitFor();
    await page.getByRole("button", { name: "Undo" }).click();
    await expect.poll(() => seenOf(page)).toEqual(first);
  });

  it("centres what is drawn in a corner, unless it is told not to", async () => {
    const page = await site.open({ hash: "panel=draw" });
    const middle = async () => {
      const seen = await seenOf(page);
      const mass = seen.reduce((a, b) => a + b, 0);
      return seen.reduce((sum, value, i) => sum + value * (i % 28), 0) / mass;
    };
    await stroke(page, [
      [0.1, 0.1],
      [0.12, 0.4],
    ]);
    await settled(page, "drawn by you");
    expect(await middle()).toBeCloseTo(14, 0);
    await page.getByLabel("Centre it as MNIST does").uncheck();
    await expect.poll(middle).toBeLessThan(5);
  });

  it("takes a finger as well as a mouse", async () => {
    const page = await site.open({ hash: "panel=draw", width: 390, height: 844 });
    const canvas = page.locator(".draw-surface canvas");
    await canvas.scrollIntoViewIfNeeded();
    await canvas.evaluate((element) => {
      const { left, top, width } = element.getBoundingClientRect();
      const touch = (type: string, x: number, y: number, pointerId: number) =>
        element.dispatchEvent(
          new PointerEvent(type, {
            pointerId,
            pointerType: "touch",
            clientX: left + x * width,
            clientY: top + y * width,
            bubbles: true,
            cancelable: true,
          }),
        );
      // Events of a script have no pointer that could be captured.
      element.setPointerCapture = () => {};
      touch("pointerdown", 0.5, 0.2, 7);
      touch("pointermove", 0.5, 0.8, 7);
      // A second finger draws nothing.
      touch("pointerdown", 0.1, 0.5, 8);
      touch("pointermove", 0.9, 0.5, 8);
      touch("pointerup", 0.9, 0.5, 8);
      touch("pointerup", 0.5, 0.8, 7);
    });
    await settled(page, "drawn by you");
    const seen = await seenOf(page);
    const wide = new Set(seen.flatMap((value, i) => (value > 40 ? [i % 28] : [])));
    expect(wide.size).toBeLessThan(6);
    expect(wide.size).toBeGreaterThan(0);
  });

  it("takes a digit as it is, and finds Node's code and neighbours of it", async () => {
    const page = await site.open({ hash: "panel=draw" });
    const { pixels, png } = await digit();
    await upload(page, png);
    await settled(page, "your picture digit.png");
    expect(await seenOf(page)).toEqual([...pixels]);
    const { mu } = await inNode(site.vae(), pixels, shape);
    expectClose(await codeIn(page), mu.data);
    const map = mapData(site.folder);
    const { index, distance } = await site.vae().nearest(mu, { count: 8, among: map.mu });
    const buttons = page.locator(".draw-near button");
    const rows = await buttons.evaluateAll((all) =>
      all.map((each) => Number((each as HTMLElement).dataset.row)),
    );
    const away = await buttons.evaluateAll((all) =>
      all.map((each) => Number((each as HTMLElement).dataset.distance)),
    );
    expect(rows).toEqual([...index.data]);
    expectClose(away, distance.data);
    const counts = new Map<number, number>();
    for (const row of rows) counts.set(map.labels[row]!, (counts.get(map.labels[row]!) ?? 0) + 1);
    const votes = await page.locator(".draw-votes").textContent();
    for (const [label, count] of counts) expect(votes).toContain(`${label}: ${count} of 8`);
    await buttons.nth(2).click();
    expectClose(await codeIn(page), map.codeOf(rows[2]!), 1e-9);
    await page.getByRole("button", { name: "Back to my picture" }).click();
    expectClose(await codeIn(page), mu.data);
  });

  it("inverts ink on paper and says so, and not when told otherwise", async () => {
    const page = await site.open({ hash: "panel=draw" });
    const { pixels } = await digit();
    const paper = pixels.map((value) => 255 - value);
    await upload(page, pngOf({ data: paper, width: 28, height: 28, channels: 1 }), "paper.png");
    await settled(page, "paper.png");
    expect(await seenOf(page)).toEqual([...pixels]);
    expect(await page.locator("[data-inverted]").textContent()).toContain("It was inverted");
    await page.getByLabel("Invert light and dark").uncheck();
    await expect.poll(() => seenOf(page)).toEqual([...paper]);
    expect(await page.locator("[data-inverted]").count()).toBe(0);
  });

  it("fits a picture of another size whole, or fills the frame with it", async () => {
    const page = await site.open({ hash: "panel=draw" });
    // Left half 200, right half 100, twice as wide as high.
    const data = Array.from({ length: 112 * 56 }, (_, i) => (i % 112 < 56 ? 200 : 100));
    await upload(page, pngOf({ data, width: 112, height: 56, channels: 1 }), "wide.png");
    await settled(page, "wide.png");
    const line = (seen: number[], y: number) => new Set(seen.slice(28 * y, 28 * y + 28));
    await page.getByLabel("Invert light and dark").uncheck();
    await expect.poll(async () => [...line(await seenOf(page), 14)]).toEqual([200, 100]);
    expect([...line(await seenOf(page), 2)]).toEqual([0]);
    await page.getByText("Fill the frame").click();
    await expect.poll(async () => [...line(await seenOf(page), 2)]).toEqual([200, 100]);
  });

  it("takes what is dropped and what is pasted", async () => {
    const page = await site.open({ hash: "panel=draw" });
    for (const [way, at] of [
      ["drop", 1901],
      ["paste", 1902],
    ] as const) {
      const { pixels, png } = await digit(at);
      await page.evaluate(
        ([way, bytes]) => {
          const data = new DataTransfer();
          data.items.add(new File([Uint8Array.from(bytes)], `${way}.png`, { type: "image/png" }));
          const options = { bubbles: true, cancelable: true };
          document
            .querySelector(".draw-surface canvas")!
            .dispatchEvent(
              way === "drop"
                ? new DragEvent("drop", { ...options, dataTransfer: data })
                : new ClipboardEvent("paste", { ...options, clipboardData: data }),
            );
        },
        [way, [...png]] as const,
      );
      await settled(page, `your picture ${way}.png`);
      expect(await seenOf(page)).toEqual([...pixels]);
    }
  });

  it("of two pictures in quick succession keeps the second, however long the first takes to open", async () => {
    const page = await site.open({
      hash: "panel=draw",
      prepare: (page) =>
        void page.addInitScript(() => {
          const own = window.createImageBitmap;
          const free = new Promise((resolve) => Reflect.set(window, "goOn", resolve));
          let opened = 0;
          const held = async (source: File, options: ImageBitmapOptions) => {
            if (source.name === "slow.png") await free;
            const bitmap = await own(source, options);
            if (source.name === "slow.png") Reflect.set(window, "slowOnes", ++opened);
            return bitmap;
          };
          Reflect.set(window, "createImageBitmap", held);
        }),
    });
    const [slow, fast] = [await digit(1903), await digit(1904)];
    await upload(page, slow.png, "slow.png");
    await upload(page, fast.png, "fast.png");
    await settled(page, "your picture fast.png");
    expect(await seenOf(page)).toEqual([...fast.pixels]);
    await page.evaluate(() => Reflect.get(window, "goOn")());
    // It is looked at over black and over white, and fitted then.
    await expect.poll(() => page.evaluate(() => Reflect.get(window, "slowOnes"))).toBe(3);
    await codeIn(page);
    await settled(page, "your picture fast.png");
    expect(await seenOf(page)).toEqual([...fast.pixels]);
    expect(await page.getByText("Slow.png is on").count()).toBe(0);
  });

  it("undoes how a picture was fitted and centred", async () => {
    const page = await site.open({ hash: "panel=draw" });
    const { pixels, png } = await digit();
    await upload(page, png);
    await settled(page, "your picture digit.png");
    await page.getByLabel("Invert light and dark").check();
    const inverse = [...pixels].map((value) => 255 - value);
    await expect.poll(() => seenOf(page)).toEqual(inverse);
    await page.getByLabel("Centre it as MNIST does").check();
    await expect.poll(() => seenOf(page)).not.toEqual(inverse);
    await page.getByRole("button", { name: "Undo" }).click();
    await expect.poll(() => seenOf(page)).toEqual(inverse);
    expect(await page.getByLabel("Centre it as MNIST does").isChecked()).toBe(false);
    await page.getByRole("button", { name: "Undo" }).click();
    await expect.poll(() => seenOf(page)).toEqual([...pixels]);
    expect(await page.getByLabel("Invert light and dark").isChecked()).toBe(false);
  });

  it("changes how a picture is fitted twice at once, and keeps both", async () => {
    const page = await site.open({ hash: "panel=draw" });
    const data = Array.from({ length: 112 * 56 }, (_, i) => (i % 112 < 56 ? 40 : 90));
    await upload(page, pngOf({ data, width: 112, height: 56, channels: 1 }), "wide.png");
    await settled(page, "wide.png");
    await page.evaluate(() => {
      const label = (text: string) =>
        [...document.querySelectorAll("label")].find((each) => each.textContent?.includes(text))!;
      label("Fill the frame").click();
      label("Invert light and dark").click();
    });
    await expect
      .poll(async () => [...new Set((await seenOf(page)).slice(0, 28))])
      .toEqual([255 - 40, 255 - 90]);
    expect(await page.getByRole("radio", { name: "Fill the frame" }).isChecked()).toBe(true);
    expect(await page.getByLabel("Invert light and dark").isChecked()).toBe(true);
  });

  it("takes an SVG, and gives its address back", async () => {
    const page = await site.open({
      hash: "panel=draw",
      prepare: (page) =>
        void page.addInitScript(() => {
          const held = new Set<string>();
          Reflect.set(window, "held", held);
          const [make, drop] = [URL.createObjectURL, URL.revokeObjectURL];
          URL.createObjectURL = (source: Blob) => {
            const url = make(source);
            if (source.type === "image/svg+xml") held.add(url);
            return url;
          };
          URL.revokeObjectURL = (url) => {
            if (held.delete(url)) Reflect.set(window, "dropped", true);
            drop(url);
          };
        }),
    });
    const svg =
      '<svg xmlns="http://www.w3.org/2000/svg" width="56" height="56"><rect width="56" height="56"/>' +
      '<rect x="14" y="14" width="28" height="28" fill="#fff"/></svg>';
    await upload(page, Buffer.from(svg), "square.svg", "image/svg+xml");
    await settled(page, "square.svg");
    const square = Array.from({ length: 784 }, (_, i) =>
      Math.min(i % 28, Math.floor(i / 28)) >= 7 && Math.max(i % 28, Math.floor(i / 28)) < 21 ? 255 : 0,
    );
    expect(await seenOf(page)).toEqual(square);
    expect(
      await page.evaluate(() => [Reflect.get(window, "dropped"), Reflect.get(window, "held").size]),
    ).toEqual([true, 0]);
    // It is drawn once more from what was opened.
    await page.getByLabel("Invert light and dark").check();
    await expect.poll(() => seenOf(page)).toEqual(square.map((value) => 255 - value));
  });

  it("says what is wrong with a file that is no picture, and loses nothing", async () => {
    const page = await site.open({ hash: "panel=draw" });
    await stroke(page, seven);
    await settled(page, "drawn by you");
    const before = await seenOf(page);
    await upload(page, Buffer.from("dear diary"), "notes.txt", "text/plain");
    const alert = page.locator(".draw-trouble");
    await alert.waitFor();
    expect(await alert.textContent()).toMatch(/notes\.txt.*no picture of a known format/);
    expect(await alert.textContent()).toContain("What is here stays as it is");
    expect(await seenOf(page)).toEqual(before);
    await alert.getByRole("button", { name: "Close" }).click();
    await alert.waitFor({ state: "detached" });
  });

  it("finds noise worse than every example, and an example ordinary", async () => {
    const page = await site.open({ hash: "panel=draw" });
    const random = new RandomStream(11, "sample");
    const noise = Array.from({ length: 784 }, () => random.below(256));
    await upload(page, pngOf({ data: noise, width: 28, height: 28, channels: 1 }), "noise.png");
    await settled(page, "noise.png");
    expect(await percentile(page, "error")).toBe(100);
    expect(await page.locator(".draw-verdict").textContent()).toMatch(/^Unusual: reconstructed worse/);
    const { pictures } = await site.vae().reference();
    const { usual } = mapData(site.folder).site.reference;
    const errors: number[] = [];
    for (let row = 0; row < 300; row++) {
      const { error } = await inNode(site.vae(), pictures!.data.subarray(row * 784, (row + 1) * 784), shape);
      errors.push(error);
    }
    const sorted = errors.toSorted((a, b) => a - b);
    const row = errors.indexOf(sorted[150]!);
    const own = pictures!.data.subarray(row * 784, (row + 1) * 784);
    await upload(page, pngOf({ data: own, width: 28, height: 28, channels: 1 }), "own.png");
    await settled(page, "own.png");
    expect(usual.error).toHaveLength(101);
    expect(Math.abs((await percentile(page, "error")) - 50)).toBeLessThan(3);
    expect(await percentile(page, "distance")).toBeLessThan(100);
  });

  it("has the exact ellipse of a linear map, and the KL of the code", async () => {
    const map = mapData(site.folder);
    const at = map.site.reference.embeddings.findIndex(
      ({ kind, dimensions }) => kind === "linear" && dimensions === 2,
    );
    const page = await site.open({ hash: `panel=draw&map=${at}` });
    const { pixels, png } = await digit();
    await upload(page, png);
    await settled(page, "digit.png");
    const { mu, logvar } = await inNode(site.vae(), pixels, shape);
    const mean = map.plane([0, 0]);
    const components = [map.plane([1, 0]), map.plane([0, 1])].flatMap((end) =>
      end.map((value, i) => value - mean[i]!),
    );
    const latent = mu.data.length;
    const along = (k: number, f: (weight: number, i: number) => number) =>
      mu.data.reduce((sum, _, i) => sum + f(components[k * latent + i]!, i), 0);
    const sigma2 = logvar.data.map(Math.exp);
    const ellipse = await ellipseIn(page);
    const place = [0, 1].map((k) => along(k, (weight, i) => weight * (mu.data[i]! - mean[i]!)));
    expectClose(ellipse.place, place, 1e-3);
    expect(ellipse.xx).toBeCloseTo(
      along(0, (weight, i) => weight ** 2 * sigma2[i]!),
      3,
    );
    expect(ellipse.yy).toBeCloseTo(
      along(1, (weight, i) => weight ** 2 * sigma2[i]!),
      3,
    );
    expect(ellipse.xy).toBeCloseTo(
      along(0, (weight, i) => weight * components[latent + i]! * sigma2[i]!),
      3,
    );
    const kl = mu.data.reduce((sum, m, i) => sum + 0.5 * (m * m + sigma2[i]! - 1 - logvar.data[i]!), 0);
    expect(Number(await page.locator(".draw-kl").getAttribute("data-kl"))).toBeCloseTo(kl, 2);
    expect(await page.locator(".draw-words").textContent()).toMatch(
      /^With 95 % probability within ±[\d.]+ by ±[\d.]+: (less than )?\d+ % of the map's longer side, \d+ of its 300 examples/,
    );
  });

  it("has the spread of 64 draws for a map without inverse", async () => {
    const page = await site.open({ hash: "panel=draw" });
    const { pixels, png } = await digit();
    await upload(page, png);
    await settled(page, "digit.png");
    const ellipse = await ellipseIn(page);
    const { mu, logvar } = await inNode(site.vae(), pixels, shape);
    const map = mapData(site.folder);
    const { name, kind } = map.site.reference.embeddings[0]!;
    expect(kind).toBe("neighbours");
    const [codes, places] = [map.mu, map.placesOf(name, 2)];
    const latent = mu.data.length;
    const noise = new RandomStream(1, "sample").normal(new Float32Array(64 * latent));
    const draws = Array.from({ length: 64 }, (_, n) => {
      const z = mu.data.map((m, i) => m + Math.exp(logvar.data[i]! / 2) * noise[n * latent + i]!);
      const near = Array.from({ length: codes.length / latent }, (_, row) => ({
        row,
        far: Math.hypot(...z.map((value, i) => value - codes[row * latent + i]!)),
      }))
        .sort((a, b) => a.far - b.far)
        .slice(0, 6);
      const total = near.reduce((sum, { far }) => sum + far ** -2, 0);
      return [0, 1].map(
        (k) => near.reduce((sum, { row, far }) => sum + far ** -2 * places[row * 2 + k]!, 0) / total,
      );
    });
    const mean = [0, 1].map((k) => draws.reduce((sum, draw) => sum + draw[k]!, 0) / 64);
    const width = Math.max(...places) - Math.min(...places);
    expectClose(ellipse.place, mean, 0.005 * width);
    expect(await page.locator(".draw-words").textContent()).toMatch(/^With about 95 % probability/);
    const covariance = (a: number, b: number) =>
      draws.reduce((sum, draw) => sum + (draw[a]! - mean[a]!) * (draw[b]! - mean[b]!), 0) / 63;
    expect(ellipse.xx / covariance(0, 0)).toBeCloseTo(1, 1);
    expect(ellipse.yy / covariance(1, 1)).toBeCloseTo(1, 1);
    expect(ellipse.xy / Math.sqrt(covariance(0, 0) * covariance(1, 1))).toBeCloseTo(
      covariance(0, 1) / Math.sqrt(covariance(0, 0) * covariance(1, 1)),
      1,
    );
  });

  it("starts from an example by the keyboard, keeps it as a stop, and hands out what the model sees", async () => {
    const page = await site.open({ hash: "panel=draw" });
    const start = page.getByRole("button", { name: "Start from an example" });
    await expect.poll(() => start.isEnabled()).toBe(true);
    await start.focus();
    await page.keyboard.press("Enter");
    await settled(page, "example");
    const row = Number(/example (\d+)/.exec((await page.locator(".origin").textContent())!)![1]);
    const { pictures } = await site.vae().reference();
    const own = pictures!.data.subarray(row * 784, (row + 1) * 784);
    const seen = await seenOf(page);
    // Thumbnails have fewer levels than the data.
    for (const [i, value] of seen.entries()) expect(Math.abs(value - own[i]!)).toBeLessThanOrEqual(6);
    const { mu } = await inNode(site.vae(), seen, shape);
    await page.getByRole("button", { name: "Keep for the morph" }).click();
    expectClose(await codeIn(page), mu.data);
    const stop = new URLSearchParams(new URL(page.url()).hash.slice(1)).get("stop")!;
    const bytes = Buffer.from(stop.slice(0, stop.indexOf("~")), "base64url");
    expectClose(new Float32Array(new Uint8Array(bytes).buffer), mu.data);
    const [download] = await Promise.all([
      page.waitForEvent("download"),
      page.getByRole("button", { name: "Download what it sees" }).click(),
    ]);
    const png = PNG.sync.read(readFileSync(await download.path()));
    expect(Array.from({ length: 784 }, (_, i) => png.data[4 * i]!)).toEqual(seen);
  });

  it("says so when the encoder does not load, keeps the drawing, and tries again", async () => {
    let broken = true;
    const page = await site.open({
      hash: "panel=draw",
      expected: /encoder\.onnx|status of 404/,
      prepare: (page) => {
        // What a service worker asks for cannot be answered here.
        void page.addInitScript(() => Reflect.deleteProperty(Navigator.prototype, "serviceWorker"));
        void page.route("**/encoder.onnx", (route) =>
          broken ? route.fulfill({ status: 404, body: "" }) : route.continue(),
        );
      },
    });
    await stroke(page, seven);
    const alert = page.locator(".draw-trouble");
    await alert.waitFor();
    // The stroke asks for the encoder once more.
    await page.locator(".draw-seen[data-shown]").waitFor();
    await expect.poll(() => page.locator(panel).getAttribute("aria-busy")).toBe("false");
    expect(await alert.textContent()).toMatch(/encoder\.onnx is missing: the server answered 404/);
    broken = false;
    await alert.getByRole("button", { name: "Try again" }).click();
    await settled(page, "drawn by you");
    expect(await alert.count()).toBe(0);
  });
});

describe.runIf(hasChromium)("drawing for a map that is the code", () => {
  const site = exploredSite("two");

  it("has the exact ellipse", async () => {
    const page = await site.open({ hash: "panel=draw" });
    const { pixels, png } = await digit();
    await upload(page, png);
    await settled(page, "digit.png");
    const { mu, logvar } = await inNode(site.vae(), pixels, [28, 28, 1]);
    const ellipse = await ellipseIn(page);
    expectClose(ellipse.place, mu.data);
    expectClose(
      [ellipse.xx, ellipse.xy, ellipse.yy],
      [Math.exp(logvar.data[0]!), 0, Math.exp(logvar.data[1]!)],
    );
    expect(await page.locator('[data-measure="error"]').textContent()).toMatch(/not known|Higher than/);
  });
});

describe.runIf(hasChromium)("drawing for a model that is told the digit", () => {
  const site = exploredSite("labels");

  it("encodes as the chosen label, and finds the one that explains the picture best", async () => {
    const page = await site.open({ hash: "panel=draw" });
    const { pixels, png } = await digit();
    await upload(page, png);
    await settled(page, "digit.png");
    const told: Awaited<ReturnType<typeof inNode>>[] = [];
    for (let label = 0; label < 10; label++) told.push(await inNode(site.vae(), pixels, [28, 28, 1], label));
    expectClose(await codeIn(page), told[0]!.mu.data);
    await page.locator(".condition").getByText("4", { exact: true }).click();
    await expect
      .poll(async () => [...(await codeIn(page))].map((z) => z.toFixed(3)))
      .toEqual([...told[4]!.mu.data].map((z) => z.toFixed(3)));
    const errors = told.map(({ error }) => error);
    const best = errors.indexOf(Math.min(...errors));
    await page.getByRole("button", { name: /^Find the/ }).click();
    const note = page.locator(".draw-find .note");
    await expect
      .poll(() => note.textContent())
      .toMatch(new RegExp(`Reconstructed best as \\w+ ${best}: error`));
    expectClose(await codeIn(page), told[best]!.mu.data);
    expectSamePixels(await stagePixels(page), told[best]!.decoded);
    expect(await page.locator(".condition input:checked").inputValue()).toBe(`${best}`);
  });
});

describe.runIf(hasChromium)("drawing in colour", () => {
  const site = exploredSite("colour");

  it("sees an uploaded picture in its colours, and has its code", async () => {
    const page = await site.open({ hash: "panel=draw" });
    const data = Uint8Array.from({ length: 32 * 32 * 3 }, (_, i) => {
      const [x, y] = [Math.floor(i / 3) % 32, Math.floor(i / 96)];
      return Math.hypot(x - 16, y - 14) < 7 ? [230, 120, 20][i % 3]! : 0;
    });
    await upload(page, pngOf({ data, width: 32, height: 32, channels: 3 }), "disc.png");
    await settled(page, "disc.png");
    expect(await seenOf(page, 3)).toEqual([...data]);
    const { mu, decoded } = await inNode(site.vae(), data, [32, 32, 3]);
    expectClose(await codeIn(page), mu.data);
    expectSamePixels(await stagePixels(page, 3), decoded);
    expect(await page.getByLabel("Centre it as MNIST does").count()).toBe(0);
    expect(await page.getByLabel("Invert light and dark").count()).toBe(0);
  });

  it("draws in the chosen colour", async () => {
    const page = await site.open({ hash: "panel=draw" });
    await page.getByLabel("Colour", { exact: true }).fill("#20c0e0");
    await stroke(page, [
      [0.3, 0.5],
      [0.7, 0.5],
    ]);
    await settled(page, "drawn by you");
    const seen = await seenOf(page, 3);
    const middle = (15 * 32 + 16) * 3;
    expect(seen.slice(middle, middle + 3)).toEqual([0x20, 0xc0, 0xe0]);
    const { mu } = await inNode(site.vae(), seen, [32, 32, 3]);
    expectClose(await codeIn(page), mu.data);
  });
});

describe.runIf(hasChromium)("a site without its encoder", () => {
  const site = exploredSite("two", { decoderOnly: true });

  it("has no tab to draw, and opens addresses of it with the map", async () => {
    const page = await site.open({ hash: "panel=draw" });
    await page.locator("[data-tab=map][aria-selected=true]").waitFor();
    expect(await page.getByRole("tab", { name: "Draw" }).count()).toBe(0);
    expect(site.requests().join(" ")).not.toContain("encoder");
  });
});
