import { existsSync, readdirSync, readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import type { Page } from "playwright-core";
import { describe, expect, it } from "vitest";
import { chromium, hasChromium } from "../support/chromium.ts";
import { damage } from "./support/damage.ts";
import { expectSamePixels, exploredSite, stagePixels } from "./support/site.ts";

const axe = readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");

async function violations(page: Page): Promise<string[]> {
  await page.evaluate(axe);
  return page.evaluate(async () => {
    const { violations } = await Reflect.get(window, "axe").run(document, { resultTypes: ["violations"] });
    return (violations as { id: string }[]).map(({ id }) => id);
  });
}

describe.runIf(hasChromium)("a site with something wrong", () => {
  const site = exploredSite("two", { offline: false });
  const browser = chromium();
  const at = (path: string) => join(site.folder, path);
  const asset = (start: string) =>
    `assets/${readdirSync(at("assets")).find((name) => name.startsWith(start))!}`;
  const open = (expected: RegExp) => browser.open(`${site.origin()}/`, { expected });
  /** The stage has the code that a page opens with. */
  const expectStart = async (page: Page) => {
    const { start } = JSON.parse((await page.locator("#site").textContent())!).reference;
    const z = Float32Array.from(start.z as number[]);
    expectSamePixels(await stagePixels(page), (await site.vae().decode(z)).x_mean.toUint8().data);
  };
  const expected = /404|Failed to load resource|integrity|digest|Failed to fetch/i;

  it.each([
    ["gone", /model\/decoder\.onnx is missing: the server answered 404\. Upload the whole folder/],
    ["changed", /model\/decoder\.onnx is not the file that was deployed \(its sha256 is another\)/],
  ] as const)("says that the decoder is %s", async (how, what) => {
    damage(at("model/decoder.onnx"), how);
    const page = await open(expected);
    const alert = page.getByRole("alert");
    await alert.getByText(what).waitFor();
    expect(await alert.textContent()).toMatch(/The decoder did not load.*The map still shows the examples/);
    await page.locator("[data-embedding]").waitFor();
    expect(await page.locator(".loading").count()).toBe(0);
  });

  it.each([
    ["gone", /map\/reference\.safetensors is missing/],
    ["changed", /map\/reference\.safetensors is not the file that was deployed/],
  ] as const)("says that the map's data are %s, and decodes", async (how, what) => {
    damage(at("map/reference.safetensors"), how);
    const page = await open(expected);
    const alert = page.getByRole("alert");
    await alert.getByText(what).waitFor();
    expect(await alert.textContent()).toMatch(/Sliders, grids, samples and pictures of your own still work/);
    await page.locator(".stage-picture[data-ready]").waitFor();
    await expectStart(page);
  });

  it.each(["gone", "changed"] as const)("says that its script is %s", async (how) => {
    const script = asset("main-");
    damage(at(script), how);
    const page = await open(expected);
    const alert = page.getByRole("alert");
    await alert.getByText(/The page's script did not load/).waitFor();
    expect(await alert.textContent()).toContain(script);
    expect(await alert.textContent()).toContain("the site must be uploaded again");
    expect(await violations(page)).toEqual([]);
  });

  it.each(["gone", "changed"] as const)("says that its style is %s, and works without", async (how) => {
    const style = asset("style-");
    damage(at(style), how);
    const page = await open(expected);
    const alert = page.getByRole("alert").filter({ hasText: "The page's style did not load" });
    await page.locator(".stage-picture[data-ready]").waitFor();
    expect(await alert.count()).toBe(1);
    expect(await alert.textContent()).toContain(style);
    expect(await alert.textContent()).toContain("the site must be uploaded again");
    await expectStart(page);
    expect(await violations(page)).toEqual([]);
  });

  it("works without its thumbnails", async () => {
    damage(at("map/thumbnails-0.png"), "gone");
    const page = await open(expected);
    await page.locator(".stage-picture[data-ready]").waitFor();
    await page.locator("[data-embedding]").waitFor();
    await expectStart(page);
    expect(await page.getByRole("alert").filter({ hasText: /./ }).count()).toBe(0);
  });

  it("says what to do where it is opened from a folder", async () => {
    expect(existsSync(at("index.html"))).toBe(true);
    const page = await browser.open(pathToFileURL(at("index.html")).href, { expected: /./ });
    const alert = page.getByRole("alert");
    await alert.getByText("This page was opened from a folder.").waitFor();
    expect(await alert.textContent()).toMatch(/npx vaekit preview.*--single-file/);
  });

  it("says so where its script stops before it begins", async () => {
    const page = await browser.open(`${site.origin()}/`, {
      expected: /atob is not|uncaught|SyntaxError|boom/,
      prepare: (page) =>
        page.addInitScript(() => {
          // As an old browser, which lacks something that the script begins with.
          Object.defineProperty(window, "matchMedia", {
            get() {
              throw new Error("boom");
            },
          });
        }),
    });
    await page
      .getByRole("alert")
      .getByText(/The page's script stopped: .*boom/)
      .waitFor();
  });
});
