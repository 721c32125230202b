import type { Page } from "playwright-core";
import { describe, expect, it } from "vitest";
import { hasChromium } from "../support/chromium.ts";
import { codeIn, expectSamePixels, exploredSite, pixelsOf, stagePixels } from "./support/site.ts";

type Site = ReturnType<typeof exploredSite>;

/** Values of the sliders of dimensions that are shown, as they are named: "z 3". */
async function shownDimensions(page: Page): Promise<number[]> {
  const names = await page.locator(".dimension .slider-label").allTextContents();
  return names.map((name) => Number(/z (\d+)/.exec(name)![1]));
}

const sliderOf = (page: Page, index: number) =>
  page.getByRole("slider", { name: new RegExp(`^z ${index}\\b`) });

const randomise = (page: Page) => page.getByRole("button", { name: "Randomise" }).click();

/** Draw with a seed of one's own. */
async function drawWith(page: Page, seed: number): Promise<void> {
  await page.getByLabel("Seed").fill(`${seed}`);
  await page.getByLabel("Seed").press("Enter");
  await page.getByText(`a draw from the prior, seed ${seed}`).waitFor();
}

/** Once the picture has followed, it is what Node decodes of the code in the address. */
async function expectDecoded(page: Page, site: Site, channels = 1): Promise<Float32Array> {
  const z = await codeIn(page);
  const { x_mean } = await site.vae().decode(z);
  expectSamePixels(await stagePixels(page, channels), x_mean.toUint8().data);
  return z;
}

/** What the reference's file says of each dimension. */
async function dimensionsOf(site: Site) {
  const { mu, logvar } = await site.vae().reference();
  const [rows, latent] = mu.shape as [number, number];
  return Array.from({ length: latent }, (_, i) => {
    let [sum, kl] = [0, 0];
    for (let row = 0; row < rows; row++) {
      const [m, v] = [mu.data[row * latent + i]!, logvar.data[row * latent + i]!];
      sum += m;
      kl += 0.5 * (m * m + Math.exp(v) - 1 - v);
    }
    return { index: i, mean: sum / rows, kl: kl / rows };
  });
}

describe.runIf(hasChromium)("sliders", () => {
  const site = exploredSite("conv");
  const open = (hash = "panel=sliders") => site.open({ hash });

  it("one moved by the keyboard changes its number alone, and the picture follows", async () => {
    const page = await open();
    const before = await codeIn(page);
    await sliderOf(page, 3).focus();
    for (let i = 0; i < 60; i++) await page.keyboard.press("ArrowRight");
    const after = await expectDecoded(page, site);
    expect(after[3]! - before[3]!).toBeGreaterThan(0.1);
    expect([...after].map((value, i) => (i === 3 ? before[3] : value))).toEqual([...before]);
    await expect.poll(() => sliderOf(page, 3).getAttribute("aria-valuetext")).toBe(after[3]!.toFixed(2));
  });

  it("come by the KL of the bundle's codes, and say it", async () => {
    const page = await open();
    const expected = (await dimensionsOf(site)).sort((a, b) => b.kl - a.kl);
    expect(await shownDimensions(page)).toEqual(expected.map(({ index }) => index));
    const said = await page.locator(".dimension-kl").allTextContents();
    expect(said).toEqual(expected.map(({ kl }) => `${kl.toFixed(2)} nats`));
    await page.getByText("from the 1st to the 99th percentile of the examples").waitFor();
  });

  it("the same seed draws the code that Node draws with it", async () => {
    const page = await open();
    await drawWith(page, 42);
    const first = await expectDecoded(page, site);
    expect([...first]).toEqual([...(await site.vae().sample(1, { seed: 42 })).z.data]);
    await randomise(page);
    await expect.poll(async () => [...(await codeIn(page))]).not.toEqual([...first]);
    await drawWith(page, 42);
    expect([...(await codeIn(page))]).toEqual([...first]);
  });

  it("randomising draws another code each time, and shows its seed", async () => {
    const page = await open();
    await randomise(page);
    const first = await codeIn(page);
    await randomise(page);
    const second = await codeIn(page);
    expect([...second]).not.toEqual([...first]);
    const seed = Number(await page.getByLabel("Seed").inputValue());
    expect([...second]).toEqual([...(await site.vae().sample(1, { seed })).z.data]);
  });

  it("what is locked is left alone by randomising and resetting, and the link keeps the lock", async () => {
    const page = await open();
    await drawWith(page, 5);
    const held = (await codeIn(page))[2]!;
    await page.getByRole("button", { name: "Lock z 2" }).click();
    expect(await page.getByRole("button", { name: "Reset z 2" }).isDisabled()).toBe(true);
    await drawWith(page, 6);
    const drawn = await expectDecoded(page, site);
    const { z } = await site.vae().sample(1, { seed: 6 });
    expect([...drawn]).toEqual([...z.data].map((value, i) => (i === 2 ? held : value)));
    await page.getByRole("button", { name: "Reset all" }).click();
    expect((await codeIn(page))[2]).toBe(held);
    const again = await open(new URL(page.url()).hash.slice(1));
    await again.locator('[aria-label="Lock z 2"][aria-pressed=true]').waitFor();
    await randomise(again);
    expect((await codeIn(again))[2]).toBe(held);
  });

  it("are reset to the mean of the codes, one or all", async () => {
    const page = await open();
    await drawWith(page, 8);
    const drawn = await codeIn(page);
    const means = (await dimensionsOf(site)).map(({ mean }) => mean);
    await page.getByRole("button", { name: "Reset z 1" }).click();
    const one = await codeIn(page);
    expect(one[1]).toBeCloseTo(means[1]!, 3);
    expect([...one].map((value, i) => (i === 1 ? drawn[1] : value))).toEqual([...drawn]);
    await page.getByRole("button", { name: "Reset all" }).click();
    const all = await expectDecoded(page, site);
    for (const [i, mean] of means.entries()) expect(all[i]).toBeCloseTo(mean, 3);
  });

  it("temperature scales the draw that is looked at, down to the prior's mean", async () => {
    const page = await open();
    await drawWith(page, 9);
    const temperature = page.getByRole("slider", { name: "Temperature" });
    await temperature.focus();
    for (let i = 0; i < 10; i++) await page.keyboard.press("ArrowLeft");
    const cooler = await codeIn(page);
    expect([...cooler]).toEqual([...(await site.vae().sample(1, { seed: 9, temperature: 0.5 })).z.data]);
    await page.keyboard.press("Home");
    const mean = await expectDecoded(page, site);
    expect([...mean].map(Math.abs)).toEqual(new Array(8).fill(0));
    const again = await open(new URL(page.url()).hash.slice(1));
    expect(await again.getByRole("slider", { name: "Temperature" }).inputValue()).toBe("0");
    await randomise(again);
    await again.getByText(/a draw from the prior/).waitFor();
    expect([...(await codeIn(again))].map(Math.abs)).toEqual(new Array(8).fill(0));
  });

  it("temperature goes as far as the grid's, and is the same there", async () => {
    const page = await open();
    await drawWith(page, 9);
    const temperature = page.getByRole("slider", { name: "Temperature" });
    await temperature.focus();
    await page.keyboard.press("End");
    expect(await temperature.inputValue()).toBe("2");
    const z = await expectDecoded(page, site);
    expect([...z]).toEqual([...(await site.vae().sample(1, { seed: 9, temperature: 2 })).z.data]);
    await page.getByRole("tab", { name: "Grid", exact: true }).click();
    const there = page.getByRole("slider", { name: "Temperature" });
    expect(await there.inputValue()).toBe("2");
    expect(await there.getAttribute("max")).toBe("2");
    expect(await page.getByRole("spinbutton", { name: "Seed" }).inputValue()).toBe("9");
  });

  it("a slider's pictures are those of the codes along it, and one click goes to one", async () => {
    const page = await open();
    await drawWith(page, 3);
    const before = await codeIn(page);
    await sliderOf(page, 5).focus();
    const last = page.getByRole("button", { name: /^Set z 5 to/ }).last();
    const value = Number((await last.getAttribute("aria-label"))!.split(" ").at(-1));
    await last.click();
    const after = await expectDecoded(page, site);
    expect(after[5]).toBeCloseTo(value, 2);
    expect([...after].map((each, i) => (i === 5 ? before[5] : each))).toEqual([...before]);
    const { x_mean } = await site.vae().decode(after);
    const expected = [...x_mean.toUint8().data];
    await expect
      .poll(async () =>
        (await pixelsOf(page, ".strip-picture canvas", 1, 6))
          .map((level, i) => Math.abs(level - expected[i]!))
          .every((gap) => gap <= 1),
      )
      .toBe(true);
  });

  it("work without the map's data", async () => {
    const page = await site.open({
      hash: "panel=sliders",
      expected: /reference\.safetensors|404/,
      prepare: (page) =>
        void page.route("**/reference.safetensors", (route) => route.fulfill({ status: 404 })),
    });
    await page.getByRole("alert").waitFor();
    await sliderOf(page, 0).focus();
    await page.keyboard.press("End");
    const z = await expectDecoded(page, site);
    expect(z[0]).toBeCloseTo(Number(await sliderOf(page, 0).getAttribute("max")), 1);
  });
});

describe.runIf(hasChromium)("sliders of a model with many dimensions", () => {
  const site = exploredSite("wide");

  it("fold the inactive ones away and say how many", async () => {
    const page = await site.open({ hash: "panel=sliders" });
    const dimensions = (await dimensionsOf(site)).sort((a, b) => b.kl - a.kl);
    const active = dimensions.filter(({ kl }) => kl >= 0.01).map(({ index }) => index);
    const inactive = dimensions.filter(({ kl }) => kl < 0.01);
    expect(inactive.length).toBeGreaterThan(0);
    expect(active.length).toBeGreaterThan(0);
    expect(await shownDimensions(page)).toEqual(active.slice(0, 24));
    await page.getByText(`${inactive.length} inactive dimension`).click();
    await page.getByText("Their KL is below 0.01 nats").waitFor();
    const first = inactive[0]!.index;
    await sliderOf(page, first).focus();
    await page.keyboard.press("End");
    const z = await expectDecoded(page, site);
    expect(z[first]).toBeGreaterThan(2);
  });

  it("are found by number", async () => {
    const page = await site.open({ hash: "panel=sliders" });
    const find = page.getByLabel("Show dimensions");
    await find.fill("3, 60-62");
    expect((await shownDimensions(page)).sort((a, b) => a - b)).toEqual([3, 60, 61, 62]);
    await find.fill("64");
    await page.getByText("numbered from 0 to 63").waitFor();
    await find.fill("0-63");
    expect(await shownDimensions(page)).toHaveLength(24);
    await page.getByRole("button", { name: "Show 40 more of 40" }).click();
    expect(await shownDimensions(page)).toHaveLength(64);
  });
});

describe.runIf(hasChromium)("sliders of a model with two dimensions", () => {
  const site = exploredSite("two");

  it("go to the ends of their ranges", async () => {
    const page = await site.open({ hash: "panel=sliders" });
    const { mu } = await site.vae().reference();
    for (const index of [0, 1]) {
      await sliderOf(page, index).focus();
      await page.keyboard.press(index === 0 ? "Home" : "End");
    }
    const z = await expectDecoded(page, site);
    const sorted = (index: number) =>
      Array.from({ length: mu.shape[0]! }, (_, row) => mu.data[row * 2 + index]!).sort((a, b) => a - b);
    expect(z[0]).toBeLessThan(sorted(0)[3]!);
    expect(z[1]).toBeGreaterThan(sorted(1).at(-4)!);
  });
});

describe.runIf(hasChromium)("sliders of a model in colour", () => {
  const site = exploredSite("colour");

  it("change a picture in colour", async () => {
    const page = await site.open({ hash: "panel=sliders" });
    const start = await stagePixels(page, 3);
    const best = page.locator(".dimensions input[type=range]").first();
    await best.focus();
    await page.keyboard.press("End");
    await expectDecoded(page, site, 3);
    expect(await stagePixels(page, 3)).not.toEqual(start);
  });
});

describe.runIf(hasChromium)("sliders of a model told labels", () => {
  const site = exploredSite("labels");

  it("leave the label as it is", async () => {
    const page = await site.open({ hash: "panel=sliders" });
    await page.getByRole("radio", { name: "4", exact: true }).check({ force: true });
    await drawWith(page, 11);
    const z = await codeIn(page);
    expect([...z]).toEqual([...(await site.vae().sample(1, { seed: 11, c: [4] })).z.data]);
    const { x_mean } = await site.vae().decode(z, { c: [4] });
    expectSamePixels(await stagePixels(page), x_mean.toUint8().data);
  });
});
