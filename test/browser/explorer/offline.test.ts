import { cpSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type SiteOptions, siteFiles } from "@vaekit/explorer";
import { NdArray, openBundle } from "@vaekit/infer";
import { encodePng } from "@vaekit/latent/draw";
import { openData } from "@vaekit/train";
import type { Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from "vitest";
import { serve } from "../../../bench/support/web-server.mjs";
import { chromium, hasChromium } from "../support/chromium.ts";
import { codeLink } from "./support/link.ts";
import { codeIn, expectSamePixels, exploredSite, stagePixels, writeFiles } from "./support/site.ts";

/** Until the service worker has all files. */
async function kept(page: Page): Promise<void> {
  await page.evaluate(async () => void (await navigator.serviceWorker.ready));
  await expect
    .poll(() => page.evaluate(async () => (await caches.keys()).length), patient)
    .toBeGreaterThan(0);
  await expect
    .poll(() => page.evaluate(() => navigator.serviceWorker.controller !== null), patient)
    .toBe(true);
}

/** Copying and clearing copies takes a busy machine its time. */
const patient = { timeout: 30_000 };
const ready = (page: Page) => page.locator(".stage-picture[data-ready]").waitFor();

describe.runIf(hasChromium)("after the first visit", () => {
  const site = exploredSite("two");
  const browser = chromium();
  const name = "Model two";
  const first = mkdtempSync(join(tmpdir(), "vaekit-first-"));
  afterAll(() => rmSync(first, { recursive: true, force: true }));
  /** Another deployment in the place of the one that is served, or again the first. */
  const deploy = async (options?: SiteOptions) => {
    const files = options && (await siteFiles(await openBundle(site.bundle), options));
    for (const each of readdirSync(site.folder)) rmSync(join(site.folder, each), { recursive: true });
    if (files) writeFiles(site.folder, files);
    else cpSync(first, site.folder, { recursive: true });
  };
  beforeAll(() => cpSync(site.folder, first, { recursive: true }));
  /** The test that comes next has the first deployment again. */
  const deployUntilEnd = async (options: SiteOptions) => {
    onTestFinished(() => deploy());
    await deploy(options);
  };
  const copies = (page: Page) => page.evaluate(async () => (await caches.keys()).length);

  it("the site opens and decodes without a network", async () => {
    const page = await site.open();
    await kept(page);
    await page.context().setOffline(true);
    const z = Float32Array.of(0.25, -1.5);
    await page.goto(`${site.origin()}/#${codeLink(z)}`);
    await page.reload();
    await ready(page);
    const { x_mean } = await site.vae().decode(z);
    await expect.poll(async () => Math.max(...(await stagePixels(page)))).toBeGreaterThan(0);
    expectSamePixels(await stagePixels(page), x_mean.toUint8().data);
    expect(await page.locator(".problems").count()).toBe(0);
  });

  it("the site does so from a folder below the host's root, and leaves other sites' copies alone", async () => {
    const server = await serve({ "/people/ada/digits/": site.folder });
    onTestFinished(() => server.close());
    const page = await browser.open(`${server.origin}/people/ada/digits/`);
    await page.evaluate(async () => void (await caches.open("vaekit-site somewhere-else 1")));
    await ready(page);
    await kept(page);
    await page.context().setOffline(true);
    await page.goto(`${server.origin}/people/ada/digits/index.html?from=mail`);
    await ready(page);
    expect(await page.title()).toBe(name);
    expect(await page.evaluate(() => caches.has("vaekit-site somewhere-else 1"))).toBe(true);
    expect(server.requests.every((path) => path.startsWith("/people/ada/digits/"))).toBe(true);
  });

  it("a newer deployment is told of, and there after a reload", async () => {
    const page = await site.open();
    await kept(page);
    await deployUntilEnd({ name: "Second" });
    await page.reload();
    await page.getByText(`A newer version of ${name} is there.`).waitFor();
    await page.reload();
    await ready(page);
    expect(await page.title()).toBe("Second");
    expect(await page.locator(".problems").count()).toBe(0);
    await expect.poll(() => copies(page), patient).toBe(1);
  });

  it("a page that is open while a newer deployment takes over goes on with its own files", async () => {
    const page = await site.open();
    await kept(page);
    // What the open page has not asked for so far is no longer on the server.
    await deployUntilEnd({ name: "Second", decoderOnly: true });
    await page.evaluate(async () => void (await (await navigator.serviceWorker.ready).update()));
    await page.getByText(`A newer version of ${name} is there.`).waitFor();
    const newer = await page.context().newPage();
    await newer.goto(`${site.origin()}/`);
    await ready(newer);
    expect(await newer.title()).toBe("Second");
    expect(await copies(newer)).toBe(2);

    await page.getByRole("tab", { name: "Draw" }).click();
    const { values } = await openData("mnist", { limit: 1 });
    const png = encodePng(values as Uint8Array, 28, 28, { channels: 1 });
    const file = { name: "digit.png", mimeType: "image/png", buffer: Buffer.from(png) };
    await page.locator(".draw input[type=file]").setInputFiles(file);
    await expect.poll(() => page.locator(".origin").textContent(), patient).toContain("digit.png");
    const { mu } = await site.vae().encode(new NdArray(values as Uint8Array, [1, 28, 28, 1]));
    const z = await codeIn(page);
    for (let i = 0; i < z.length; i++) expect(z[i]).toBeCloseTo(mu.data[i]!, 3);

    await page.close();
    await newer.reload();
    await ready(newer);
    await expect.poll(() => copies(newer), patient).toBe(1);
    expect(await newer.title()).toBe("Second");
  });

  it("a deployment without a service worker takes the old one's place", async () => {
    const page = await site.open();
    await kept(page);
    await deployUntilEnd({ name: "Third", offline: false });
    await page.evaluate(async () => void (await (await navigator.serviceWorker.ready).update()));
    await expect.poll(() => copies(page), patient).toBe(0);
    await page.reload();
    await ready(page);
    expect(await page.title()).toBe("Third");
    const registered = () =>
      page.evaluate(async () => (await navigator.serviceWorker.getRegistrations()).length);
    expect(await registered()).toBe(0);
    expect(await copies(page)).toBe(0);
  });

  it("nothing is kept of a site whose files are not those that were deployed, and it works all the same", async () => {
    const sheet = join(site.folder, "map/thumbnails-0.png");
    const bytes = readFileSync(sheet);
    writeFileSync(sheet, Buffer.concat([bytes, Buffer.from("x")]));
    onTestFinished(() => writeFileSync(sheet, bytes));
    const page = await site.open();
    await expect.poll(() => site.requests().filter((path) => path === "/sw.js").length).toBeGreaterThan(0);
    await expect
      .poll(
        () =>
          page.evaluate(async () => {
            const registration = await navigator.serviceWorker.getRegistration();
            return !registration || !(registration.installing ?? registration.waiting ?? registration.active);
          }),
        patient,
      )
      .toBe(true);
    expect(await copies(page)).toBe(0);
  });
});
