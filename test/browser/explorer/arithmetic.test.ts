import { readFileSync } from "node:fs";
import { join } from "node:path";
import { decodeTensors } from "@vaekit/infer";
import type { Page } from "playwright-core";
import { describe, expect, it } from "vitest";
import { hasChromium } from "../support/chromium.ts";
import { codeIn, expectSamePixels, exploredSite, pixelsOf, stagePixels } from "./support/site.ts";

type Site = ReturnType<typeof exploredSite>;

function siteTensors(site: Site) {
  const { reference } = JSON.parse(readFileSync(join(site.folder, "site.json"), "utf8"));
  return decodeTensors(readFileSync(join(site.folder, reference.file)), reference.file).tensors;
}

/** Codes as the site has them, which are the bundle's to some hundredth of their spread, and the bundle's labels. */
async function codesOf(site: Site) {
  const { mu, labels } = await site.vae().reference();
  const codes = siteTensors(site).mu!.data as Float32Array;
  const [rows, latent] = mu.shape as [number, number];
  expect(codes.length).toBe(rows * latent);
  for (const [i, value] of mu.data.entries()) expect(Math.abs(codes[i]! - value)).toBeLessThan(0.02);
  return { codes, labels: labels?.data, rows, latent };
}

/** Mean of the codes of some examples [latent]. */
async function meanCode(site: Site, chosen: (row: number, label: number) => boolean): Promise<number[]> {
  const { codes, labels, rows, latent } = await codesOf(site);
  const some = Array.from({ length: rows }, (_, row) => row).filter((row) =>
    chosen(row, labels?.[row] ?? -1),
  );
  return Array.from(
    { length: latent },
    (_, i) => some.reduce((sum, row) => sum + codes[row * latent + i]!, 0) / some.length,
  );
}

/** Which cluster each example is of, as the site has it. */
function clustersOf(site: Site): Int32Array {
  return siteTensors(site).clusters!.data as Int32Array;
}

async function stepTo(site: Site, chosen: (row: number, label: number) => boolean): Promise<number[]> {
  const [some, all] = [await meanCode(site, chosen), await meanCode(site, () => true)];
  return some.map((value, i) => value - all[i]!);
}

function expectSameCode(page: Float32Array, expected: readonly number[]): void {
  expect(page.length).toBe(expected.length);
  for (const [i, value] of expected.entries()) expect(page[i]).toBeCloseTo(value, 4);
}

async function expectDecoded(
  page: Page,
  site: Site,
  options: { c?: number[] } = {},
  channels = 1,
): Promise<void> {
  const { x_mean } = await site.vae().decode(await codeIn(page), options);
  expectSamePixels(await stagePixels(page, channels), x_mean.toUint8().data);
}

const press = (page: Page, name: string) => page.getByRole("button", { name, exact: true }).click();

describe.runIf(hasChromium)("arithmetic", () => {
  const site = exploredSite("conv");
  const open = (hash = "panel=arithmetic") => site.open({ hash });

  it("'more like 7, less like 1' adds one mean less that of all and takes the other away", async () => {
    const page = await open();
    const start = await codeIn(page);
    const seven = await stepTo(site, (_, label) => label === 7);
    const one = await stepTo(site, (_, label) => label === 1);
    await press(page, "More like 7");
    expectSameCode(
      await codeIn(page),
      [...start].map((value, i) => value + seven[i]!),
    );
    await expectDecoded(page, site);
    await press(page, "Less like 1");
    expectSameCode(
      await codeIn(page),
      [...start].map((value, i) => value + seven[i]! - one[i]!),
    );
    await expectDecoded(page, site);
    expect(await page.locator(".origin").textContent()).toBe("more like 7, less like 1");
  });

  it("how much of a direction is set by the keyboard", async () => {
    const page = await open();
    const start = await codeIn(page);
    const three = await stepTo(site, (_, label) => label === 3);
    await press(page, "More like 3");
    await page.getByRole("slider", { name: "Amount of 3" }).focus();
    for (let i = 0; i < 10; i++) await page.keyboard.press("ArrowRight");
    expectSameCode(
      await codeIn(page),
      [...start].map((value, i) => value + 1.5 * three[i]!),
    );
    await page.keyboard.press("Home");
    expectSameCode(
      await codeIn(page),
      [...start].map((value, i) => value + 0.05 * three[i]!),
    );
    await expectDecoded(page, site);
    await press(page, "Clear");
    await press(page, "Less like 3");
    await page.getByRole("slider", { name: "Amount of 3" }).focus();
    // More of "less": the same way as more of "more".
    await page.keyboard.press("End");
    expectSameCode(
      await codeIn(page),
      [...start].map((value, i) => value - 2 * three[i]!),
    );
    await page.getByText("less like 3").first().waitFor();
  });

  it("the pictures of the sum are those that Node decodes of its parts", async () => {
    const page = await open();
    const start = await codeIn(page);
    await press(page, "More like 0");
    const zero = await meanCode(site, (_, label) => label === 0);
    const result = await codeIn(page);
    for (const [at, z] of [start, Float32Array.from(zero), result].entries()) {
      const { x_mean } = await site.vae().decode(z);
      const expected = [...x_mean.toUint8().data];
      await expect
        .poll(async () =>
          (await pixelsOf(page, ".equation canvas", 1, at)).every(
            (level, i) => Math.abs(level - expected[i]!) <= 1,
          ),
        )
        .toBe(true);
    }
  });

  it("removing a term, or as much of it the other way, comes back to where the sum started", async () => {
    const page = await open();
    const start = await codeIn(page);
    await press(page, "More like 7");
    await press(page, "More like 2");
    await press(page, "Remove more like 7");
    await press(page, "Less like 2");
    expect([...(await codeIn(page))]).toEqual([...start]);
    await expectDecoded(page, site);
    expect(await page.locator(".term-remove").count()).toBe(0);
    await press(page, "Less like 4");
    await press(page, "Clear");
    expect([...(await codeIn(page))]).toEqual([...start]);
  });

  it("a link that is opened again shows the same sum, which goes on from the same start", async () => {
    const page = await open();
    const start = await codeIn(page);
    await press(page, "More like 7");
    await press(page, "Less like 1");
    const sum = await codeIn(page);
    const again = await open(new URL(page.url()).hash.slice(1));
    await again.getByRole("slider", { name: "Amount of 1" }).waitFor();
    expect([...(await codeIn(again))]).toEqual([...sum]);
    expect(await again.getByRole("slider", { name: "Amount of 1" }).inputValue()).toBe("1");
    await expectDecoded(again, site);
    await press(again, "Clear");
    expect([...(await codeIn(again))]).toEqual([...start]);
  });

  it("a code from elsewhere is where the same sum starts anew", async () => {
    const page = await open();
    await press(page, "More like 7");
    const sum = await codeIn(page);
    await page.getByRole("tab", { name: "Sliders" }).click();
    await press(page, "Randomise");
    const drawn = await codeIn(page);
    await page.getByRole("tab", { name: "Arithmetic" }).click();
    await press(page, "Back to the sum");
    expect([...(await codeIn(page))]).toEqual([...sum]);
    await page.getByRole("tab", { name: "Sliders" }).click();
    const seed = await page.getByLabel("Seed").inputValue();
    await page.getByLabel("Seed").fill("0");
    await page.getByLabel("Seed").press("Enter");
    await page.getByText("a draw from the prior, seed 0").waitFor();
    await page.getByLabel("Seed").fill(seed);
    await page.getByLabel("Seed").press("Enter");
    await page.getByText(`a draw from the prior, seed ${seed}`).waitFor();
    await page.getByRole("tab", { name: "Arithmetic" }).click();
    await press(page, "Start from here");
    const seven = await stepTo(site, (_, label) => label === 7);
    expectSameCode(
      await codeIn(page),
      [...drawn].map((value, i) => value + seven[i]!),
    );
    await press(page, "Start from the result");
    await press(page, "More like 7");
    expectSameCode(
      await codeIn(page),
      [...drawn].map((value, i) => value + 2 * seven[i]!),
    );
  });

  it("what is selected on the map is a direction", async () => {
    const page = await open("panel=arithmetic&rows=3.5.8");
    const start = await codeIn(page);
    await page.getByRole("tab", { name: "Selection" }).click();
    await press(page, "More like the selection (3 points)");
    const step = await stepTo(site, (row) => [3, 5, 8].includes(row));
    expectSameCode(
      await codeIn(page),
      [...start].map((value, i) => value + step[i]!),
    );
    await expectDecoded(page, site);
  });

  it("a cluster is a direction: the mean of its codes less that of all", async () => {
    const page = await open();
    await page.getByRole("tab", { name: "Cluster" }).click();
    const start = await codeIn(page);
    await press(page, "More like cluster 2");
    const all = await meanCode(site, () => true);
    const clusters = clustersOf(site);
    const mean = await meanCode(site, (row) => clusters[row] === 1);
    expectSameCode(
      await codeIn(page),
      [...start].map((value, i) => value + mean[i]! - all[i]!),
    );
    await expectDecoded(page, site);
  });

  it("says what is missing without the map's data", async () => {
    const page = await site.open({
      hash: "panel=arithmetic",
      expected: /reference\.safetensors|404/,
      prepare: (page) =>
        void page.route("**/reference.safetensors", (route) => route.fulfill({ status: 404 })),
    });
    await page.getByText("come with the map's data, which are not here").waitFor();
    expect(await page.getByRole("button", { name: /^More like/ }).count()).toBe(0);
  });
});

describe.runIf(hasChromium)("arithmetic in two dimensions", () => {
  const site = exploredSite("two");

  it("adds half of a digit and takes away a cluster, as Node does", async () => {
    const page = await site.open({ hash: "panel=arithmetic" });
    const start = await codeIn(page);
    const six = await stepTo(site, (_, label) => label === 6);
    const clusters = clustersOf(site);
    const cluster = await stepTo(site, (row) => clusters[row] === 0);
    await press(page, "More like 6");
    await page.getByRole("slider", { name: "Amount of 6" }).fill("0.5");
    await page.getByRole("tab", { name: "Cluster" }).click();
    await press(page, "Less like cluster 1");
    expectSameCode(
      await codeIn(page),
      [...start].map((value, i) => value + 0.5 * six[i]! - cluster[i]!),
    );
    await expectDecoded(page, site);
  });
});

describe.runIf(hasChromium)("arithmetic with a model told labels", () => {
  const site = exploredSite("labels", {
    classes: "zero one two three four five six seven eight nine".split(" "),
    labelName: "digit",
  });

  it("moves the code and leaves the label, and says so", async () => {
    const page = await site.open({ hash: "panel=arithmetic" });
    const start = await codeIn(page);
    await page.getByText("what the model is told beside it stays").waitFor();
    await press(page, "More like seven");
    const seven = await stepTo(site, (_, label) => label === 7);
    expectSameCode(
      await codeIn(page),
      [...start].map((value, i) => value + seven[i]!),
    );
    await expectDecoded(page, site, { c: [0] });
    const mean = Float32Array.from(await meanCode(site, (_, label) => label === 7));
    const expected = [...(await site.vae().decode(mean, { c: [0] })).x_mean.toUint8().data];
    await expect
      .poll(async () =>
        (await pixelsOf(page, ".direction canvas", 1, 7)).every(
          (level, i) => Math.abs(level - expected[i]!) <= 1,
        ),
      )
      .toBe(true);
    expect(await page.getByRole("alert").count()).toBe(0);
  });
});

describe.runIf(hasChromium)("arithmetic with a model in colour", () => {
  const site = exploredSite("colour");

  it("adds what is selected on the map", async () => {
    const page = await site.open({ hash: "panel=arithmetic&rows=7" });
    const start = await codeIn(page);
    await page.getByRole("tab", { name: "Selection" }).click();
    await press(page, "More like the selection (1 point)");
    const step = await stepTo(site, (row) => row === 7);
    expectSameCode(
      await codeIn(page),
      [...start].map((value, i) => value + step[i]!),
    );
    await expectDecoded(page, site, {}, 3);
  });

  it("says what to do where there are neither labels nor clusters", async () => {
    const page = await site.open({
      hash: "panel=arithmetic",
      prepare: (page) =>
        void page.route("**/", async (route) => {
          const response = await route.fetch();
          const body = (await response.text())
            .replace(/"colourings":\s*\[.*?\],\s*"dimensions"/s, '"colourings":[],"dimensions"')
            .replace(/"labels":\s*true/, '"labels":false');
          await route.fulfill({ response, body });
        }),
    });
    await page.getByText("The examples have no labels.").waitFor();
    await page.getByText("Select points on the map").waitFor();
    expect(await page.locator(".equation").count()).toBe(0);
  });
});
