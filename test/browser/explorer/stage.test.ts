import { execFile } from "node:child_process";
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { build } from "esbuild";
import { load } from "npyjs";
import type { Download, Page } from "playwright-core";
import { PNG } from "pngjs";
import { describe, expect, it, onTestFinished } from "vitest";
import { hasChromium } from "../support/chromium.ts";
import { codeNow, linkNow } from "./support/link.ts";
import { expectSamePixels, exploredSite, pixelsOf, stagePixels } from "./support/site.ts";

const run = promisify(execFile);
const repository = fileURLToPath(new URL("../../../", import.meta.url));

async function chooseDownload(page: Page, name: string): Promise<Download> {
  await page.getByRole("button", { name: "Download", exact: true }).click();
  const download = page.waitForEvent("download");
  await page.locator(".menu").getByRole("button", { name, exact: true }).click();
  return download;
}

/** The text of a snippet, as somebody would copy it from the dialog. */
async function snippet(page: Page, tab: string): Promise<string> {
  await page.getByRole("button", { name: "Use in code" }).click();
  await page.getByRole("tab", { name: tab }).click();
  const text = await page.locator(".snippet pre").textContent();
  await page.keyboard.press("Escape");
  return text!;
}

/** Another code than the first: a draw from the prior. */
async function draw(page: Page): Promise<Float32Array> {
  const before = await codeNow(page);
  await page.getByRole("button", { name: "Random" }).click();
  await expect.poll(() => page.locator(".origin").textContent()).toMatch(/^a draw from the prior, seed \d+$/);
  const z = await codeNow(page);
  expect(z).not.toEqual(before);
  return z;
}

/** Another code, under the label where there is one, and its pixels once they are Node's. */
async function lookAround(
  page: Page,
  site: ReturnType<typeof exploredSite>,
  { channels, label }: { channels: number; label: number | null },
): Promise<{ z: Float32Array; pixels: number[] }> {
  if (label !== null)
    await page
      .locator(".condition")
      .getByRole("radio", { name: `${label}`, exact: true })
      .check({ force: true });
  const z = await draw(page);
  const { x_mean } = await site.vae().decode(z, label === null ? {} : { c: [label] });
  const expected = x_mean.toUint8().data;
  await expect
    .poll(async () =>
      (await stagePixels(page, channels)).every((value, i) => Math.abs(value - expected[i]!) <= 1),
    )
    .toBe(true);
  return { z, pixels: await stagePixels(page, channels) };
}

const channelsOf = (png: PNG, channels: number) =>
  Array.from({ length: png.width * png.height }, (_, i) => [
    ...png.data.subarray(4 * i, 4 * i + channels),
  ]).flat();

const bits = (values: Float32Array) => [...new Uint32Array(values.slice().buffer)];

describe.runIf(hasChromium).each([
  { kind: "conv", channels: 1, side: 28, label: null },
  { kind: "labels", channels: 1, side: 28, label: 4 },
  { kind: "colour", channels: 3, side: 32, label: null },
] as const)("what is done with the code, for $kind", ({ kind, channels, side, label }) => {
  const site = exploredSite(kind);

  it("its link, its files and its picture are all the stage's, bit for bit", async () => {
    const page = await site.open();
    const { z, pixels } = await lookAround(page, site, { channels, label });
    await page.context().grantPermissions(["clipboard-read", "clipboard-write"]);
    await page.getByRole("button", { name: "Copy link" }).click();
    await page.getByRole("button", { name: "Copied" }).waitFor();
    const link = await page.evaluate(() => navigator.clipboard.readText());
    expect(link).toBe(page.url());
    const again = await site.open({ hash: new URL(link).hash.slice(1) });
    await expect.poll(() => stagePixels(again, channels)).toEqual(pixels);
    expect(await again.locator(".origin").textContent()).toBe(await page.locator(".origin").textContent());
    await expectPictureFiles(page, { name: `model-${kind}`, pixels, side, channels });
    await expectCodeFiles(page, { name: `Model ${kind}`, z, label, shape: [side, side, channels] });
  });
});

interface PictureFiles {
  name: string;
  pixels: readonly number[];
  side: number;
  channels: number;
}

/** The picture is downloaded enlarged and pixel for pixel. */
async function expectPictureFiles(page: Page, { name, pixels, side, channels }: PictureFiles): Promise<void> {
  const exact = await chooseDownload(page, "Picture, pixel for pixel PNG");
  expect(exact.suggestedFilename()).toBe(`${name}-${side}x${side}.png`);
  const small = PNG.sync.read(readFileSync(await exact.path()));
  expect([small.width, small.height]).toEqual([side, side]);
  expect(channelsOf(small, channels)).toEqual(pixels);
  const download = await chooseDownload(page, "Picture PNG");
  expect(download.suggestedFilename()).toBe(`${name}.png`);
  const large = PNG.sync.read(readFileSync(await download.path()));
  const scale = large.width / side;
  expect(large.width).toBeGreaterThanOrEqual(512);
  expect(Number.isInteger(scale)).toBe(true);
  for (let y = 0; y < large.height; y++) {
    for (let x = 0; x < large.width; x++) {
      const from = 4 * (Math.floor(y / scale) * side + Math.floor(x / scale));
      if (large.data.readUInt32LE(4 * (y * large.width + x)) !== small.data.readUInt32LE(from))
        throw new Error(`pixel ${x}, ${y} differs`);
    }
  }
}

interface CodeFiles {
  name: string;
  z: Float32Array;
  label: number | null;
  shape: readonly number[];
}

/** The code is downloaded as JSON and .npy. */
async function expectCodeFiles(page: Page, { name, z, label, shape }: CodeFiles): Promise<void> {
  const json = JSON.parse(readFileSync(await (await chooseDownload(page, "Code JSON")).path(), "utf8"));
  expect(bits(Float32Array.from(json.z as number[]))).toEqual(bits(z));
  expect(json.model).toBe(name);
  expect(json.shape).toEqual(shape);
  expect(json.revision).toBe(
    await page.locator("#site").evaluate((block) => JSON.parse(block.textContent!).revision),
  );
  expect(json.condition?.indexOf(1) ?? null).toBe(label);
  const bytes = readFileSync(await (await chooseDownload(page, "Code for NumPy .npy")).path());
  const npy = await load(new Uint8Array(bytes).buffer);
  expect(npy.shape).toEqual([1, z.length]);
  expect(npy.dtype).toBe("f4");
  expect(bits(Float32Array.from(npy.data as Float32Array))).toEqual(bits(z));
}

describe.runIf(hasChromium)("snippets of a model that is told labels", () => {
  const site = exploredSite("labels");

  it("run by Node, and bundled into a page, make the stage's picture", async () => {
    const page = await site.open();
    const { pixels } = await lookAround(page, site, { channels: 1, label: 4 });
    const forPage = await snippet(page, "Page with a bundler");
    const folder = mkdtempSync(join(tmpdir(), "vaekit-snippet-"));
    onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
    symlinkSync(join(repository, "node_modules"), join(folder, "node_modules"), "dir");
    writeFileSync(join(folder, "decode.mjs"), await snippet(page, "Node"));
    await run(process.execPath, ["decode.mjs"], {
      cwd: folder,
      env: { ...process.env, XDG_CACHE_HOME: join(folder, "cache") },
    });
    const png = PNG.sync.read(readFileSync(join(folder, "picture.png")));
    expect([png.width, png.height]).toEqual([28, 28]);
    expectSamePixels(channelsOf(png, 1), pixels);
    const elsewhere = join(site.folder, "elsewhere");
    mkdirSync(elsewhere, { recursive: true });
    await build({
      stdin: { contents: forPage, resolveDir: repository },
      bundle: true,
      format: "esm",
      outfile: join(elsewhere, "main.js"),
      logLevel: "error",
    });
    writeFileSync(
      join(elsewhere, "index.html"),
      '<!doctype html><html lang="en"><link rel="icon" href="data:,"><title>x</title><body><script type="module" src="main.js"></script></body></html>',
    );
    await page.goto(`${site.origin()}/elsewhere/index.html`);
    await page.locator("canvas").waitFor();
    expectSamePixels(await pixelsOf(page, "canvas"), pixels);
  });
});

describe.runIf(hasChromium)("the stage's buttons", () => {
  const site = exploredSite("two");

  it("where the browser does not let the page copy, a field holds the link", async () => {
    const page = await site.open({
      prepare: (page) =>
        void page.addInitScript(() => Object.defineProperty(navigator, "clipboard", { value: undefined })),
    });
    await page.getByRole("button", { name: "Copy link" }).click();
    const field = page.getByLabel("Copy it from here");
    expect(await field.inputValue()).toBe(page.url());
    const selected = await field.evaluate((element) => {
      const { selectionStart, selectionEnd, value } = element as HTMLTextAreaElement;
      return value.slice(selectionStart, selectionEnd);
    });
    expect(selected).toBe(page.url());
    expect(await page.getByRole("status").textContent()).toContain("does not let the page copy");
  });

  it("Keep adds the code to the morph's stops, and says so", async () => {
    const page = await site.open();
    const z = await draw(page);
    await page.getByRole("button", { name: "Add to morph" }).click();
    expect(await page.getByRole("status").textContent()).toBe("Kept as stop 1 of the morph.");
    await page.getByRole("button", { name: "Mean" }).click();
    await expect.poll(() => page.locator(".origin").textContent()).toBe("the mean of all codes");
    const mean = await codeNow(page);
    expect(mean).not.toEqual(z);
    const [stop] = new URLSearchParams(await linkNow(page)).getAll("stop");
    const [code, name] = stop!.split("~");
    expect(bits(new Float32Array(new Uint8Array(Buffer.from(code!, "base64url")).buffer))).toEqual(bits(z));
    expect(name).toMatch(/^a draw from the prior/);
  });

  it("the dialog and the menu open, close and give the focus back by the keyboard", async () => {
    const page = await site.open();
    const button = page.getByRole("button", { name: "Use in code" });
    await button.focus();
    await page.keyboard.press("Enter");
    await page.getByRole("dialog", { name: "Decode this code elsewhere" }).waitFor();
    await page.getByRole("tab", { name: "Node" }).focus();
    await page.keyboard.press("ArrowRight");
    expect(await page.locator(".snippet pre").textContent()).toContain("@vaekit/infer/tiny");
    await page.keyboard.press("Escape");
    await expect.poll(() => page.getByRole("dialog").count()).toBe(0);
    expect(await button.evaluate((element) => element === document.activeElement)).toBe(true);
    const opener = page.getByRole("button", { name: "Download", exact: true });
    await opener.focus();
    await page.keyboard.press("Enter");
    const first = page.locator(".menu").getByRole("button", { name: "Picture PNG" });
    await expect.poll(() => first.evaluate((element) => element === document.activeElement)).toBe(true);
    await page.keyboard.press("Escape");
    await expect.poll(() => page.locator(".menu").isVisible()).toBe(false);
    expect(await opener.evaluate((element) => element === document.activeElement)).toBe(true);
  });

  it("the code's numbers unfold by KL, and are copied in the model's own order", async () => {
    const page = await site.open();
    const z = await draw(page);
    await page.locator(".code-numbers summary").click();
    const kl: number[] = await page
      .locator("#site")
      .evaluate((block) =>
        JSON.parse(block.textContent!).reference.dimensions.map((each: { kl: number }) => each.kl),
      );
    const order = kl.map((_, i) => i).sort((a, b) => kl[b]! - kl[a]!);
    await expect
      .poll(() => page.locator(".code-numbers li").allTextContents())
      .toEqual(order.map((i) => `z ${i} ${z[i]!.toFixed(3)}`));
    await page.context().grantPermissions(["clipboard-read", "clipboard-write"]);
    await page.getByRole("button", { name: "Copy numbers" }).click();
    await page.locator(".code-numbers").getByRole("button", { name: "Copied" }).waitFor();
    const copied = JSON.parse(await page.evaluate(() => navigator.clipboard.readText()));
    expect(bits(Float32Array.from(copied as number[]))).toEqual(bits(z));
  });

  it("the element's snippet is offered with the address of the site's script, which is there", async () => {
    const page = await site.open();
    const code = await snippet(page, "Any page");
    expect(code).toContain(`<script type="module" src="${site.origin()}/vae-decoder.js"></script>`);
    expect(code).toContain(`<vae-decoder src="${site.origin()}/model/"`);
    expect(existsSync(join(site.folder, "vae-decoder.js"))).toBe(true);
  });
});
