import { readFileSync } from "node:fs";
import type { SiteManifest } from "@vaekit/explorer";
import type { Page } from "playwright-core";
import { PNG } from "pngjs";
import { describe, expect, it } from "vitest";
import { hasChromium } from "../support/chromium.ts";
import { codeNow, linkNow } from "./support/link.ts";
import { expectSamePixels, exploredSite, pixelsOf, stagePixels } from "./support/site.ts";

/** Between two pictures on the canvas; half of it before the first. */
const gap = 2;

interface Look {
  columns: number;
  width: number;
  height: number;
  channels?: number;
}

/** Until all cells are decoded. */
const drawn = (page: Page) => page.locator(".cells[aria-busy=false]").waitFor();

async function openGrid(page: Page, tab?: string): Promise<void> {
  await page.getByRole("tab", { name: "Grid", exact: true }).click();
  if (tab) await page.getByRole("tab", { name: tab }).click();
  await drawn(page);
}

/** Pixels of some cells [cells][height, width, channels], as they stand on the canvas. */
async function cellPixels(page: Page, cells: readonly number[], look: Look): Promise<number[][]> {
  const { columns, width, height, channels = 1 } = look;
  const all = await pixelsOf(page, ".board-picture canvas", channels);
  const across = columns * (width + gap);
  return cells.map((cell) => {
    const left = (cell % columns) * (width + gap) + gap / 2;
    const top = Math.floor(cell / columns) * (height + gap) + gap / 2;
    return Array.from({ length: height }, (_, row) => {
      const start = ((top + row) * across + left) * channels;
      return all.slice(start, start + width * channels);
    }).flat();
  });
}

const digits = { width: 28, height: 28 };
const cell = (page: Page, index: number) => page.locator(`[data-cell="${index}"]`);

/** What the page was told of its site. */
const described = (page: Page) =>
  page.locator("#site").evaluate((block) => JSON.parse(block.textContent!) as SiteManifest);

/** The stage shows what Node decodes of the code in the address. */
async function expectStage(page: Page, expected: ArrayLike<number>, channels = 1): Promise<void> {
  await expect
    .poll(async () => {
      const pixels = await stagePixels(page, channels);
      return pixels.every((value, i) => Math.abs(value - expected[i]!) <= 1);
    })
    .toBe(true);
}

describe.runIf(hasChromium)("the grid of a model that is told labels", () => {
  const site = exploredSite("labels", { labelName: "digit" });

  it("shows the samples that Node draws for the same seed, temperature and label", async () => {
    const page = await site.open();
    await openGrid(page);
    await page.getByRole("combobox", { name: "Samples" }).selectOption("16");
    await page.getByRole("spinbutton", { name: "Seed" }).fill("5");
    await page.getByRole("slider", { name: "Temperature" }).fill("0.7");
    await page.locator(".condition").getByRole("radio", { name: "3", exact: true }).check({ force: true });
    await drawn(page);
    const { x_mean } = await site.vae().sample(16, { seed: 5, temperature: 0.7, c: [3] });
    const cells = await cellPixels(page, [0, 7, 15], { columns: 4, ...digits });
    for (const [i, row] of [0, 7, 15].entries()) expectSamePixels(cells[i]!, x_mean.row(row).toUint8().data);
    expect(await page.getByRole("gridcell").count()).toBe(16);
  });

  it("a click on a cell goes to its code, and the cell is marked", async () => {
    const page = await site.open();
    await openGrid(page);
    expect(await page.locator("[role=gridcell][aria-selected=true]").count()).toBe(0);
    await cell(page, 21).click();
    const { z, x_mean } = await site.vae().sample(64, { seed: 1, c: [0] });
    expect(await codeNow(page)).toEqual(z.row(21).data.slice());
    await expectStage(page, x_mean.row(21).toUint8().data);
    expect(await page.locator("[role=gridcell][aria-selected=true]").getAttribute("data-cell")).toBe("21");
    expect(await page.locator(".origin").textContent()).toBe("sample 22 of seed 1");
  });

  it("a cell that is pointed at tells its numbers", async () => {
    const page = await site.open();
    await openGrid(page);
    await cell(page, 9).hover();
    const { z } = await site.vae().sample(64, { seed: 1, c: [0] });
    const read = (await page.locator(".board-read").textContent())!;
    expect(read).toContain("Sample 10 of seed 1");
    for (const value of z.row(9).data) expect(read).toContain(value.toFixed(2));
  });

  it("all labels: each row is another label, with the same codes", async () => {
    const page = await site.open();
    await openGrid(page);
    await page.getByText("All, same codes").click();
    await expect.poll(() => page.getByRole("row").count()).toBe(10);
    await drawn(page);
    const { z } = await site.vae().sample(8, { seed: 1, c: [0] });
    const cells = await cellPixels(page, [2, 7 * 8 + 2], { columns: 8, ...digits });
    for (const [i, label] of [0, 7].entries()) {
      const { x_mean } = await site.vae().decode(z.row(2), { c: [label] });
      expectSamePixels(cells[i]!, x_mean.toUint8().data);
    }
    await cell(page, 7 * 8 + 2).click();
    expect(await page.locator(".condition").getByRole("radio", { name: "7", exact: true }).isChecked()).toBe(
      true,
    );
    expect(await codeNow(page)).toEqual(z.row(2).data.slice());
  });

  it("a group's draws are told its label, and are near its own codes", async () => {
    const page = await site.open();
    await openGrid(page, "Group samples");
    const rows = (await site.vae().reference()).labels!.data.filter((label) => label === 6).length;
    await page.getByRole("combobox", { name: "Group" }).selectOption({ label: `digit 6 (${rows})` });
    await drawn(page);
    expect(await page.locator("#grid .note").first().textContent()).toMatch(
      new RegExp(`mean and the full covariance of its ${rows} codes.*Each is drawn as digit 6`),
    );
    const [shown] = await cellPixels(page, [13], { columns: 8, ...digits });
    await cell(page, 13).click();
    const { x_mean } = await site.vae().decode(await codeNow(page), { c: [6] });
    expectSamePixels(shown!, x_mean.toUint8().data);
    await expectStage(page, x_mean.toUint8().data);
    const again = await site.open({ hash: await linkNow(page) });
    await drawn(again);
    expect(await again.getByRole("combobox", { name: "Group" }).locator("option:checked").textContent()).toBe(
      `digit 6 (${rows})`,
    );
    expect((await cellPixels(again, [13], { columns: 8, ...digits }))[0]).toEqual(shown);
  });

  it("is walked through and chosen from by the keyboard", async () => {
    const page = await site.open();
    await openGrid(page);
    await page.getByRole("slider", { name: "Temperature" }).focus();
    await page.getByRole("radio", { name: "The chosen one" }).focus();
    await page.keyboard.press("Tab");
    const focused = () => page.evaluate(() => (document.activeElement as HTMLElement).dataset.cell);
    expect(await focused()).toBe("0");
    const keys = [
      "ArrowRight",
      "ArrowDown",
      "End",
      "ArrowRight",
      "ArrowUp",
      "ArrowUp",
      "Control+End",
      "Home",
    ];
    const walked: (string | undefined)[] = [];
    for (const key of keys) {
      await page.keyboard.press(key);
      walked.push(await focused());
    }
    expect(walked).toEqual(["1", "9", "15", "15", "7", "7", "63", "56"]);
    expect(await page.locator(".board-read strong").textContent()).toBe("Sample 57 of seed 1");
    await page.keyboard.press("Enter");
    const { z } = await site.vae().sample(64, { seed: 1, c: [0] });
    expect(await codeNow(page)).toEqual(z.row(56).data.slice());
    await page.keyboard.press("Tab");
    expect(await focused()).toBeUndefined();
    await page.keyboard.press("Shift+Tab");
    expect(await focused()).toBe("56");
  });

  it("a new draw shows its seed, and of draws in quick succession the last one stays", async () => {
    const page = await site.open();
    await openGrid(page);
    await page.getByRole("button", { name: "New draw" }).click();
    await expect.poll(() => page.getByRole("spinbutton", { name: "Seed" }).inputValue()).not.toBe("1");
    for (const seed of ["11", "12", "13"]) await page.getByRole("spinbutton", { name: "Seed" }).fill(seed);
    await expect.poll(() => page.locator("[data-cell='0']").getAttribute("aria-label")).toContain("seed 13");
    await drawn(page);
    const { x_mean } = await site.vae().sample(64, { seed: 13, c: [0] });
    const cells = await cellPixels(page, [0, 63], { columns: 8, ...digits });
    expectSamePixels(cells[0]!, x_mean.row(0).toUint8().data);
    expectSamePixels(cells[1]!, x_mean.row(63).toUint8().data);
  });

  it("works on a phone: nothing is cut off, and a tap goes to a cell", async () => {
    const page = await site.open({ width: 390, height: 844, dark: true });
    await openGrid(page);
    expect(await page.evaluate(() => document.documentElement.scrollWidth - innerWidth)).toBeLessThanOrEqual(
      0,
    );
    const box = (await cell(page, 0).boundingBox())!;
    expect(Math.min(box.width, box.height)).toBeGreaterThanOrEqual(32);
    await cell(page, 3).click();
    const { z } = await site.vae().sample(64, { seed: 1, c: [0] });
    expect(await codeNow(page)).toEqual(z.row(3).data.slice());
  });
});

describe.runIf(hasChromium)("the manifold of two dimensions", () => {
  const site = exploredSite("two");
  // statistics.NormalDist().inv_cdf((i + 0.5) / 8) of Python 3.
  const upper = [0.15731068461017067, 0.4887764111146694, 0.8871465590188758, 1.5341205443525459];
  const normal = [...upper.toReversed().map((value) => -value), ...upper];

  /** The code of a cell of an 8 x 8 grid: rows from the top have falling values. */
  const codeOf = (x: number, y: number, across: number[], up: number[], index: number) => {
    const z = new Float32Array(2);
    z[x] = across[index % 8]!;
    z[y] = up[7 - Math.floor(index / 8)]!;
    return z;
  };
  const axes = async (page: Page) => {
    const [x, y] = [
      page.getByRole("combobox", { name: "Across" }),
      page.getByRole("combobox", { name: "Up" }),
    ];
    return [Number(await x.inputValue()), Number(await y.inputValue())] as const;
  };

  it("is at the standard normal's quantiles, its rows upwards, as Node decodes them", async () => {
    const page = await site.open();
    await openGrid(page, "Manifold");
    await page.getByRole("combobox", { name: "Size" }).selectOption("8");
    await drawn(page);
    const [x, y] = await axes(page);
    expect([x, y].toSorted()).toEqual([0, 1]);
    const indices = [0, 7, 29, 56];
    const cells = await cellPixels(page, indices, { columns: 8, ...digits });
    for (const [i, index] of indices.entries()) {
      const { x_mean } = await site.vae().decode(codeOf(x, y, normal, normal, index));
      expectSamePixels(cells[i]!, x_mean.toUint8().data);
    }
    const ticks = await page.locator(".ticks.across li").allTextContents();
    expect(ticks).toEqual(normal.map((value) => value.toFixed(2)));
    expect((await page.locator(".ticks.down li").allTextContents()).toReversed()).toEqual(ticks);
    await cell(page, 29).click();
    expect(await codeNow(page)).toEqual(codeOf(x, y, normal, normal, 29));
    expect(await cell(page, 29).getAttribute("aria-selected")).toBe("true");
  });

  it("is evenly over the range of the data by the switch, and its axes change places", async () => {
    const page = await site.open();
    await openGrid(page, "Manifold");
    await page.getByRole("combobox", { name: "Size" }).selectOption("8");
    await page.getByText("Range of the data").click();
    const [first] = await axes(page);
    await page.getByRole("combobox", { name: "Across" }).selectOption(`${1 - first}`);
    await expect.poll(() => axes(page)).toEqual([1 - first, first]);
    await drawn(page);
    const { reference } = await described(page);
    const range = (dimension: number): number[] => {
      const { quantiles } = reference.dimensions[dimension]!;
      return Array.from({ length: 8 }, (_, i) => quantiles[0] + ((quantiles[4] - quantiles[0]) * i) / 7);
    };
    const cells = await cellPixels(page, [0, 20, 63], { columns: 8, ...digits });
    for (const [i, index] of [0, 20, 63].entries()) {
      const z = codeOf(1 - first, first, range(1 - first), range(first), index);
      expectSamePixels(cells[i]!, (await site.vae().decode(z)).x_mean.toUint8().data);
    }
    const again = await site.open({ hash: await linkNow(page) });
    await drawn(again);
    expect(await axes(again)).toEqual([1 - first, first]);
  });
});

describe.runIf(hasChromium)("the grid of a model of convolutions", () => {
  const site = exploredSite("conv");

  it("shows the samples that Node draws, its manifold as Node decodes it, and a cluster's draws", async () => {
    const page = await site.open();
    await openGrid(page);
    const { z, x_mean } = await site.vae().sample(64, { seed: 1 });
    const cells = await cellPixels(page, [0, 37], { columns: 8, ...digits });
    expectSamePixels(cells[0]!, x_mean.row(0).toUint8().data);
    expectSamePixels(cells[1]!, x_mean.row(37).toUint8().data);
    await cell(page, 37).click();
    expect(await codeNow(page)).toEqual(z.row(37).data.slice());
    for (const [tab, index] of [
      ["Manifold", 40],
      ["Group samples", 11],
    ] as const) {
      await openGrid(page, tab);
      if (tab === "Group samples")
        await page.getByRole("combobox", { name: "Group" }).selectOption({ index: 12 });
      await drawn(page);
      const columns = tab === "Manifold" ? 12 : 8;
      const [shown] = await cellPixels(page, [index], { columns, ...digits });
      await cell(page, index).click();
      const decoded = (await site.vae().decode(await codeNow(page))).x_mean.toUint8().data;
      expectSamePixels(shown!, decoded);
      await expectStage(page, decoded);
    }
    expect(await page.locator(".origin").textContent()).toMatch(/^draw 12 from cluster/);
  });
});

describe.runIf(hasChromium)("the grid of a model of pictures in colour", () => {
  const site = exploredSite("colour");
  const look = { columns: 8, width: 32, height: 32, channels: 3 };

  it("the manifold leaves the other dimensions as in the code that is looked at", async () => {
    const page = await site.open();
    await page.getByRole("button", { name: "Random" }).click();
    const start = await codeNow(page);
    await openGrid(page, "Manifold");
    await page.getByRole("combobox", { name: "Size" }).selectOption("8");
    await drawn(page);
    const { reference } = await described(page);
    const kl = reference.dimensions.map((dimension) => dimension.kl!);
    const [x, y] = kl.map((_, i) => i).sort((a, b) => kl[b]! - kl[a]!) as [number, number];
    expect(await page.getByRole("combobox", { name: "Across" }).inputValue()).toBe(`${x}`);
    expect(await page.getByRole("combobox", { name: "Up" }).inputValue()).toBe(`${y}`);
    const [shown] = await cellPixels(page, [10], look);
    await cell(page, 10).click();
    const z = await codeNow(page);
    for (const [i, value] of start.entries()) if (i !== x && i !== y) expect(z[i]).toBe(value);
    // Columns from the left, rows from the top: the third quantile of 8, and the second from above.
    expect(z[x]).toBeCloseTo(-0.4887764, 6);
    expect(z[y]).toBeCloseTo(0.8871466, 6);
    const { x_mean } = await site.vae().decode(z);
    expectSamePixels(shown!, x_mean.toUint8().data);
    await expectStage(page, x_mean.toUint8().data, 3);
  });

  it("is downloaded as a PNG of the same pixels, enlarged by a whole number", async () => {
    const page = await site.open();
    await openGrid(page);
    const download = page.waitForEvent("download");
    await page.getByRole("button", { name: "Download grid as PNG" }).click();
    const png = PNG.sync.read(readFileSync(await (await download).path()));
    expect((await download).suggestedFilename()).toBe("model-colour-grid.png");
    const side = look.columns * (look.width + gap);
    const scale = png.width / side;
    expect([png.width, png.height]).toEqual([4 * side, 4 * side]);
    const { x_mean } = await site.vae().sample(64, { seed: 1 });
    const left = (50 % 8) * 34 + 1;
    const top = Math.floor(50 / 8) * 34 + 1;
    const found = Array.from({ length: 32 * 32 * 3 }, (_, i) => {
      const pixel = Math.floor(i / 3);
      const [px, py] = [left + (pixel % 32), top + Math.floor(pixel / 32)];
      return png.data[4 * ((py * scale + scale - 1) * png.width + px * scale) + (i % 3)]!;
    });
    expectSamePixels(found, x_mean.row(50).toUint8().data);
  });

  it("says what is missing where the map's data did not load, and its samples still work", async () => {
    const page = await site.open({
      expected: /404|reference|Failed to load/,
      prepare: (page) =>
        void page.route("**/reference.safetensors", (route) => route.fulfill({ status: 404 })),
    });
    await page.getByRole("alert").waitFor();
    await openGrid(page);
    const { x_mean } = await site.vae().sample(64, { seed: 1 });
    expectSamePixels((await cellPixels(page, [5], look))[0]!, x_mean.row(5).toUint8().data);
    await page.getByRole("tab", { name: "Group samples" }).click();
    expect(await page.locator("#grid").textContent()).toContain(
      "Groups need the map's data, which did not load",
    );
  });
});
