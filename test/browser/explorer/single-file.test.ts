import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { singleFile } from "@vaekit/explorer";
import { openBundle, Vae } from "@vaekit/infer";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { chromium, hasChromium } from "../support/chromium.ts";
import { exportModel } from "./support/bundles.ts";
import { codeLink } from "./support/link.ts";
import { expectSamePixels, stagePixels } from "./support/site.ts";

const labelled = (label: number) => Float32Array.from({ length: 10 }, (_, i) => Number(i === label));

describe.runIf(hasChromium)("a page that is one file", () => {
  const root = mkdtempSync(join(tmpdir(), "vaekit-single-"));
  const browser = chromium({ args: ["--use-angle=swiftshader", "--enable-unsafe-swiftshader"] });
  const page = join(root, "my page.html");
  let vae: Vae;
  beforeAll(async () => {
    await exportModel("labels", join(root, "bundle"));
    const { html } = await singleFile(await openBundle(join(root, "bundle")), { name: "One file" });
    writeFileSync(page, html);
    vae = await Vae.load(join(root, "bundle"));
  });
  afterAll(async () => {
    await vae?.dispose();
    rmSync(root, { recursive: true, force: true });
  });

  it("opens from a folder, decodes what Node does, has its map, and asks for nothing", async () => {
    const z = Float32Array.from({ length: 6 }, (_, i) => Math.sin(i + 1));
    const asked: string[] = [];
    const opened = await browser.open(`${pathToFileURL(page).href}#${codeLink(z, labelled(0))}`, {
      prepare: (page) => page.on("request", (request) => asked.push(request.url().slice(0, 20))),
    });
    await opened.locator(".stage-picture[data-ready]").waitFor();
    const { x_mean } = await vae.decode(z, { c: [0] });
    expectSamePixels(await stagePixels(opened), x_mean.toUint8().data);
    expect(await opened.title()).toBe("One file");
    expect(await opened.locator(".problems").count()).toBe(0);
    expect(asked.filter((url) => !/^(file|data|blob):/.test(url))).toEqual([]);
    expect(asked.filter((url) => url.startsWith("file:"))).toHaveLength(1);
    expect(
      await opened.evaluate(async () =>
        Boolean(await navigator.serviceWorker?.getRegistration().catch(() => null)),
      ),
    ).toBe(false);
  });

  it("shows its rows' pictures from one copy of their sheet", async () => {
    const link = `${pathToFileURL(page).href}#${codeLink(new Float32Array(6), labelled(0))}`;
    const opened = await browser.open(`${link}&rows=1.2.3`);
    const pictures = opened.locator(".map-thumbnails .thumbnail");
    await expect.poll(() => pictures.count()).toBe(3);
    const sources = () =>
      pictures.evaluateAll((all) => all.map((each) => getComputedStyle(each).backgroundImage));
    const [first, ...others] = await sources();
    expect(first).toMatch(/^url\("blob:/);
    expect(others).toEqual([first, first]);
    const width = await opened.evaluate(async (source) => {
      const image = new Image();
      image.src = source.slice(5, -2);
      await image.decode();
      return image.width;
    }, first!);
    expect(width).toBeGreaterThan(28);
    // Another choice shows the same sheet.
    await opened.evaluate(
      (hash) => {
        location.hash = hash;
      },
      `${new URL(link).hash}&rows=1.2.3.7`,
    );
    await expect.poll(() => pictures.count()).toBe(4);
    expect(new Set(await sources())).toEqual(new Set([first]));
  });
});
