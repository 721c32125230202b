import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { NdArray } from "@vaekit/infer";
import { build } from "esbuild";
import type { Browser, Page } from "playwright-core";
import sharp from "sharp";
import { afterAll, beforeAll, describe, expect, it as test } from "vitest";
import { launchChromium } from "../../bench/support/web-chromium.mjs";
import { type ReadOptions, readImages, toPng } from "../../packages/infer/src/image/node.js";
import { hasChromium } from "../browser/support/chromium.ts";
import { largestDifference, modelOf, noise, rgb, waves } from "./image-pictures.js";
import { chunk, exifData } from "./png-file.js";

const it = test.runIf(hasChromium);

const [width, height] = [61, 43];
const opaque = waves(width, height);
const translucent = noise(width, height, { alpha: true });

/** What the page and the worker run: one call by its name, on sources that they make themselves. */
const worker = `
import * as image from "./image.js";
onmessage = async ({ data: { kind, shape, options } }) => {
  try {
    const blob = await (await fetch("./translucent.png")).blob();
    const make = {
      url: () => "./translucent.png",
      blob: () => blob,
      bitmap: () => createImageBitmap(blob),
      canvas: async () => {
        const bitmap = await createImageBitmap(blob);
        const canvas = new OffscreenCanvas(bitmap.width, bitmap.height);
        canvas.getContext("2d").drawImage(bitmap, 0, 0);
        return canvas;
      },
    };
    const x = await image.readImages({ data: { kind: "image", shape } }, await make[kind](), options);
    const png = await image.toBlob(x);
    postMessage({ data: Array.from(x.data), document: typeof document, type: png.type });
  } catch (error) {
    postMessage({ error: String(error.stack) });
  }
};`;

let server: Server;
let browser: Browser;
let page: Page;
let code: string;
const files = new Map<string, { type: string; body: Buffer | string }>();

beforeAll(async () => {
  if (!hasChromium) return;
  const { outputFiles } = await build({
    entryPoints: [join(import.meta.dirname, "../../packages/infer/src/image/web.ts")],
    bundle: true,
    write: false,
    minify: true,
    format: "esm",
    platform: "browser",
    target: "es2022",
  });
  code = outputFiles[0]!.text;
  const png = (picture: typeof opaque) =>
    sharp(picture.data, { raw: { width, height, channels: 4 } })
      .png()
      .toBuffer();
  const turned = sharp(opaque.data, { raw: { width, height, channels: 4 } })
    .removeAlpha()
    .jpeg({ quality: 100, chromaSubsampling: "4:4:4" })
    .withMetadata({ orientation: 6 });
  files.set("/", { type: "text/html", body: "<!doctype html><title>pictures</title>" });
  files.set("/image.js", { type: "text/javascript", body: code });
  files.set("/worker.js", { type: "text/javascript", body: worker });
  files.set("/opaque.png", { type: "image/png", body: await png(opaque) });
  files.set("/translucent.png", { type: "image/png", body: await png(translucent) });
  files.set("/turned.jpg", { type: "image/jpeg", body: await turned.toBuffer() });
  const upright = await png(opaque);
  const exif = chunk("eXIf", exifData(6, "MM"));
  const turnedPng = Buffer.concat([upright.subarray(0, 33), exif, upright.subarray(33)]);
  files.set("/turned.png", { type: "image/png", body: turnedPng });
  files.set("/notes.png", { type: "image/png", body: "hello, this is text" });
  files.set("/cut.png", { type: "image/png", body: (await png(opaque)).subarray(0, 40) });
  server = createServer(({ url }, response) => {
    const file = files.get(url!);
    response.writeHead(file ? 200 : 404, { "content-type": file?.type ?? "text/plain" });
    response.end(file?.body ?? "");
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  browser = await launchChromium();
  page = await browser.newPage();
  await page.goto(`http://127.0.0.1:${port()}/`);
});

afterAll(async () => {
  await browser?.close();
  server?.close();
});

const port = () => (server.address() as AddressInfo).port;

/** An async function's body, run in the page with the functions at hand as `image`, and `given`. */
async function inPage<T>(body: string, given: object = {}): Promise<T> {
  const text = `(async () => { const image = await import("/image.js"); const given = ${JSON.stringify(given)}; ${body} })()`;
  return page.evaluate(text) as Promise<T>;
}

const makers = `
const blob = async (name) => (await fetch(name)).blob();
const drawn = (canvas, bitmap) => { canvas.width = bitmap.width; canvas.height = bitmap.height; canvas.getContext("2d").drawImage(bitmap, 0, 0); return canvas; };
const make = {
  "URL text": (name) => name,
  URL: (name) => new URL(name, location.href),
  Blob: blob,
  File: async (name) => new File([await blob(name)], name),
  ImageBitmap: async (name) => createImageBitmap(await blob(name)),
  HTMLImageElement: (name) => Object.assign(new Image(), { src: name }),
  HTMLCanvasElement: async (name) => drawn(document.createElement("canvas"), await createImageBitmap(await blob(name))),
  OffscreenCanvas: async (name) => drawn(new OffscreenCanvas(1, 1), await createImageBitmap(await blob(name))),
  ImageData: async (name) => drawn(document.createElement("canvas"), await createImageBitmap(await blob(name))).getContext("2d").getImageData(0, 0, given.width, given.height),
};`;
const kinds = [
  "URL text",
  "URL",
  "Blob",
  "File",
  "ImageBitmap",
  "HTMLImageElement",
  "HTMLCanvasElement",
  "OffscreenCanvas",
  "ImageData",
];

describe("in a page of Chromium", () => {
  it.each(kinds)("%s gives what Node reads of the same PNG", async (kind) => {
    const cases: [string, [number, number, number], ReadOptions][] = [
      ["opaque.png", [height, width, 3], {}],
      ["opaque.png", [28, 28, 1], {}],
      ["translucent.png", [28, 20, 3], { fit: "cover", background: [255, 128, 0] }],
      ["translucent.png", [90, 100, 1], { invert: true }],
    ];
    for (const [name, shape, options] of cases) {
      const body = `${makers} const x = await image.readImages({ data: { kind: "image", shape: given.shape } }, await make[given.kind](given.name), given.options); return { shape: x.shape, data: Array.from(x.data) };`;
      const actual = await inPage<{ shape: number[]; data: number[] }>(body, {
        kind,
        name,
        shape,
        options,
        width,
        height,
      });
      const expected = await readImages(modelOf(...shape), files.get(`/${name}`)!.body as Buffer, options);
      expect(actual.shape).toEqual(expected.shape);
      // A canvas keeps colours multiplied by alpha, in bytes: that of what is hardly there is rounded.
      expect(largestDifference(actual.data, expected.data), `${name} to ${shape}`).toBeLessThanOrEqual(1);
      if (name === "opaque.png" && kind !== "HTMLImageElement")
        expect(actual.data).toEqual(Array.from(expected.data));
    }
  });

  it.each([
    // Two JPEG decoders may differ in the last bits of a colour.
    ["turned.jpg", 3],
    ["turned.png", 0],
  ])("%s is turned as its EXIF orientation says, as in Node", async (name, difference) => {
    const shape = [width, height, 3] as const;
    const body = `const x = await image.readImages({ data: { kind: "image", shape: given.shape } }, given.name); return Array.from(x.data);`;
    const actual = await inPage<number[]>(body, { shape, name });
    const expected = await readImages(modelOf(...shape), files.get(`/${name}`)!.body as Buffer);
    expect(largestDifference(actual, expected.data)).toBeLessThanOrEqual(difference);
  });

  it("a list is one batch, in its order", async () => {
    const body = `${makers} const x = await image.readImages({ data: { kind: "image", shape: given.shape } }, [await make.Blob("opaque.png"), "opaque.png", await make.ImageData("translucent.png")]); return { shape: x.shape, data: Array.from(x.data) };`;
    const shape = [9, 9, 3] as const;
    const { data, shape: got } = await inPage<{ shape: number[]; data: number[] }>(body, {
      shape,
      width,
      height,
    });
    const sources = ["opaque", "opaque", "translucent"].map(
      (name) => files.get(`/${name}.png`)!.body as Buffer,
    );
    expect(got).toEqual([3, 9, 9, 3]);
    expect(largestDifference(data, (await readImages(modelOf(...shape), sources)).data)).toBeLessThanOrEqual(
      1,
    );
  });

  it("what cannot be read says which and why", async () => {
    const body = `${makers}
      const tainted = await new Promise((resolve) => { const img = new Image(); img.onload = () => resolve(img); img.src = given.other + "/opaque.png"; });
      const closed = await createImageBitmap(await blob("opaque.png")); closed.close();
      const sources = {
        missing: "/none.png", text: await make.File("notes.png"), cut: "/cut.png", tainted, closed,
        broken: Object.assign(new Image(), { src: "/notes.png" }), video: document.createElement("video"),
        empty: Object.assign(document.createElement("canvas"), { width: 0 }), array: new Float32Array(3), nothing: null,
        large: Object.assign(document.createElement("canvas"), { width: 300, height: 300 }),
      };
      const messages = {};
      for (const [name, source] of Object.entries(sources))
        messages[name] = await image.readImages({ data: { kind: "image", shape: [4, 4, 1] } }, [source], { limitPixels: 80000 }).then(() => "read", (error) => error.name + " " + error.message);
      return messages;`;
    const messages = await inPage<Record<string, string>>(body, { other: `http://localhost:${port()}` });
    expect(messages.missing).toMatch(/none\.png: the server answers 404/);
    expect(messages.text).toMatch(
      /picture \(notes\.png\): no picture of a known format: it begins with the bytes 68/,
    );
    expect(messages.cut).toMatch(/cut\.png: the PNG is damaged/);
    expect(messages.tainted).toMatch(/another origin.*Access-Control-Allow-Origin/);
    expect(messages.closed).toMatch(/0 x 0 pixels; there is nothing/);
    expect(messages.broken).toMatch(/<img> shows no picture: .*notes\.png/);
    expect(messages.video).toMatch(/<video> has no frame yet/);
    expect(messages.empty).toMatch(/0 x 150 pixels/);
    expect(messages.array).toMatch(/picture is Float32Array; give one of ImageData/);
    expect(messages.nothing).toMatch(/picture is Null/);
    expect(messages.large).toMatch(/300 x 300 pixels, the limit is 80000/);
  });
});

describe("in a worker of Chromium, where there is no document", () => {
  it.each(["url", "blob", "bitmap", "canvas"])("%s gives what Node reads", async (kind) => {
    const shape = [28, 28, 3] as const;
    const options = { background: [10, 20, 30] as const };
    const body = `const worker = new Worker("/worker.js", { type: "module" });
      const answer = await new Promise((resolve) => { worker.onmessage = ({ data }) => resolve(data); worker.postMessage(given); });
      worker.terminate(); return answer;`;
    const answer = await inPage<{ data: number[]; document: string; type: string; error?: string }>(body, {
      kind,
      shape,
      options,
    });
    expect(answer.error).toBeUndefined();
    expect([answer.document, answer.type]).toEqual(["undefined", "image/png"]);
    const expected = await readImages(
      modelOf(...shape),
      files.get("/translucent.png")!.body as Buffer,
      options,
    );
    expect(largestDifference(answer.data, expected.data)).toBeLessThanOrEqual(1);
  });
});

describe("pictures out", () => {
  const rows = new NdArray(
    Float32Array.from({ length: 2 * 5 * 4 * 3 }, (_, i) => ((i * 29) % 270) - 5.3),
    [2, 5, 4, 3],
  );
  const given = { data: Array.from(rows.data), shape: rows.shape };
  const x = "const x = { data: Float32Array.from(given.data), shape: given.shape };";

  it("toImageData and toBlob have the pixels that Node's toPng has", async () => {
    const body = `${x} const { width, height, data } = image.toImageData(x, 1);
      const blob = await image.toBlob(x, 1); const again = await image.readImages({ data: { kind: "image", shape: given.shape.slice(1) } }, blob);
      return { width, height, data: Array.from(data), again: Array.from(again.data) };`;
    const actual = await inPage<{ width: number; height: number; data: number[]; again: number[] }>(
      body,
      given,
    );
    const expected = await sharp(toPng(rows, 1)).ensureAlpha().raw().toBuffer();
    expect([actual.width, actual.height]).toEqual([4, 5]);
    expect(actual.data).toEqual(Array.from(expected));
    expect(actual.again).toEqual(rgb({ data: actual.data }));
  });

  it("toBlob writes other types, and refuses those that the browser does not write", async () => {
    const body = `${x} const webp = await image.toBlob(x, 0, { type: "image/webp", quality: 1 });
      const tiff = await image.toBlob(x, 0, { type: "image/tiff" }).catch((error) => error.message);
      return { type: webp.type, tiff };`;
    const { type, tiff } = await inPage<{ type: string; tiff: string }>(body, given);
    expect(type).toBe("image/webp");
    expect(tiff).toMatch(/does not write image\/tiff/);
  });

  it("drawImage fills a canvas with squares, or smoothly, and leaves its settings", async () => {
    const body = `${x} const out = {};
      for (const smooth of [false, true]) {
        const canvas = Object.assign(document.createElement("canvas"), { width: 40, height: 50 });
        const context = canvas.getContext("2d"); context.globalAlpha = 0.5; context.translate(7, 7);
        image.drawImage(canvas, x, 0, { smooth });
        out[smooth] = Array.from(context.getImageData(0, 0, 40, 50).data); out.alpha = context.globalAlpha;
      }
      const gl = document.createElement("canvas"); gl.getContext("bitmaprenderer");
      try { image.drawImage(gl, x); } catch (error) { out.error = error.message; }
      return out;`;
    const out = await inPage<{ true: number[]; false: number[]; alpha: number; error: string }>(body, given);
    const squares = await sharp(toPng(rows))
      .ensureAlpha()
      .resize(40, 50, { kernel: "nearest" })
      .raw()
      .toBuffer();
    expect(out.false).toEqual(Array.from(squares));
    expect(new Set(out.true.filter((_, i) => i % 4 === 0)).size).toBeGreaterThan(
      new Set(out.false.filter((_, i) => i % 4 === 0)).size,
    );
    expect(out.alpha).toBe(0.5);
    expect(out.error).toMatch(/in use by another context/);
  });
});

it("the page's functions are small", () => {
  expect(gzipSync(code).length).toBeLessThan(6000);
});
