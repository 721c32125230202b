import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { siteFiles } from "@vaekit/explorer";
import { openBundle } from "@vaekit/infer";
import type { Page } from "playwright-core";
import { beforeEach, describe, expect, it, onTestFinished } from "vitest";
import { serve } from "../../../bench/support/web-server.mjs";
import { chromium, hasChromium } from "../support/chromium.ts";
import { codeLink } from "./support/link.ts";
import { expectSamePixels, exploredSite, stagePixels, writeFiles } from "./support/site.ts";

/** Until the service worker has all files. */
async function kept(page: Page): Promise<void> {
  await page.evaluate(async () => void (await navigator.serviceWorker.ready));
  await expect.poll(() => page.evaluate(async () => (await caches.keys()).length)).toBeGreaterThan(0);
  await expect.poll(() => page.evaluate(() => navigator.serviceWorker.controller !== null)).toBe(true);
}

const ready = (page: Page) => page.locator(".stage-picture[data-ready]").waitFor();

describe.runIf(hasChromium)("after the first visit", () => {
  const site = exploredSite("two");
  const browser = chromium();
  const deploy = async (options: Parameters<typeof siteFiles>[1]) =>
    writeFiles(site.folder, await siteFiles(await openBundle(site.bundle), options));
  beforeEach(() => deploy({ name: "First" }));

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
    expect(await page.title()).toBe("First");
    expect(await page.evaluate(() => caches.has("vaekit-site somewhere-else 1"))).toBe(true);
    expect(server.requests.every((path) => path.startsWith("/people/ada/digits/"))).toBe(true);
  });

  it("a newer deployment is told of, and there after a reload", async () => {
    const page = await site.open();
    await kept(page);
    await deploy({ name: "Second" });
    await page.reload();
    await page.getByText("A newer version of First is there.").waitFor();
    await page.reload();
    await ready(page);
    expect(await page.title()).toBe("Second");
    expect(await page.locator(".problems").count()).toBe(0);
    expect(await page.evaluate(async () => (await caches.keys()).length)).toBe(1);
  });

  it("a deployment without a service worker takes the old one's place", async () => {
    const page = await site.open();
    await kept(page);
    await deploy({ name: "Third", offline: false });
    await page.evaluate(async () => void (await (await navigator.serviceWorker.ready).update()));
    await expect.poll(() => page.evaluate(async () => (await caches.keys()).length)).toBe(0);
    await page.reload();
    await ready(page);
    expect(await page.title()).toBe("Third");
    const registered = () =>
      page.evaluate(async () => (await navigator.serviceWorker.getRegistrations()).length);
    expect(await registered()).toBe(0);
    expect(await page.evaluate(async () => (await caches.keys()).length)).toBe(0);
  });

  it("nothing is kept of a site whose files are not those that were deployed, and it works all the same", async () => {
    const sheet = join(site.folder, "map/thumbnails-0.png");
    const bytes = readFileSync(sheet);
    writeFileSync(sheet, Buffer.concat([bytes, Buffer.from("x")]));
    onTestFinished(() => writeFileSync(sheet, bytes));
    const page = await site.open();
    await expect.poll(() => site.requests().filter((path) => path === "/sw.js").length).toBeGreaterThan(0);
    await expect
      .poll(() =>
        page.evaluate(async () => {
          const registration = await navigator.serviceWorker.getRegistration();
          return !registration || !(registration.installing ?? registration.waiting ?? registration.active);
        }),
      )
      .toBe(true);
    expect(await page.evaluate(async () => (await caches.keys()).length)).toBe(0);
  });
});
