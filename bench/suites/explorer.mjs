import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { gzipSync } from "node:zlib";
import { singleFile, siteFiles } from "@vaekit/explorer";
import { exportBundle } from "@vaekit/export";
import { openBundle } from "@vaekit/infer";
import { conv, mlp, openData, takeRows, Vae } from "@vaekit/train";
import { root } from "../support/processes.mjs";
import { median, printTable, target } from "../support/table.mjs";
import { findChromium, launchChromium } from "../support/web-chromium.mjs";
import { serve } from "../support/web-server.mjs";

const visits = 5;
const dragSeconds = 4;
const examples = 1000;
const models = {
  "MLP 32-256-512-784": (shape) => mlp({ shape, latent: 32, hidden: [512, 256] }),
  "conv 32-3136-64-32-1": (shape) => conv({ shape, latent: 32 }),
};
const runtimes = ["tiny", "wasm"];
const MB = 1e6;

/** Deployed sites in headless Chromium on loopback: what is downloaded, the first decoded picture, drags over the map that decode. */
export async function run() {
  if (!findChromium()) {
    console.log("No Chromium here and nothing was measured: install it, or set CHROMIUM_PATH.");
    return true;
  }
  const folder = mkdtempSync(join(tmpdir(), "vaekit-bench-explorer-"));
  const browser = await launchChromium({ args: ["--use-angle=swiftshader", "--enable-unsafe-swiftshader"] });
  try {
    const sites = await deployed(folder);
    const found = {};
    for (const { name, path } of sites) found[name] = await measure(browser, path);
    printTable(
      ["site", "whole, gzip MB", "first picture ms", "drag: pictures/s", "frames/s"],
      Object.entries(found).map(([name, { bytes, first, pictures, frames }]) => [
        name,
        (bytes / MB).toFixed(2),
        first.toFixed(0),
        pictures.toFixed(0),
        frames.toFixed(0),
      ]),
    );
    if (existsSync(join(root, "demo/small"))) await printDemo(join(root, "demo/small"));
    console.log();
    const small = found["MLP 32-256-512-784, tiny"];
    const large = found["MLP 32-256-512-784, wasm"];
    const demo = join(root, "demo/site");
    if (!existsSync(demo)) console.log("no demo/site: `npm run demo` makes it");
    return [
      target("MLP, first decoded picture, ms", small.first, 1500),
      target("MLP, frame time while dragging decodes, ms (50 a second)", 1000 / small.pictures, 20),
      target("MLP, first decoded picture, tiny / wasm", small.first / large.first, 1),
      target("MLP, whole site, MB", small.bytes / MB, 1.5),
      target("MLP with onnxruntime, whole site, MB", large.bytes / MB, 6),
      ...(existsSync(demo) ? [target("the demo's site, MB", sizeOf(demo) / MB, 1.5)] : []),
    ].every(Boolean);
  } finally {
    await browser.close();
    rmSync(folder, { recursive: true, force: true });
  }
}

/** What the demo's model weighs deployed in each way: the table of docs/deploy.md. */
async function printDemo(bundle) {
  const named = { name: "MNIST", labelName: "digit" };
  const deploy = async (options) => siteFiles(await openBundle(bundle), { ...named, ...options });
  const { html } = await singleFile(await openBundle(bundle), named);
  const whole = await deploy({});
  const part = (pattern) => new Map([...whole].filter(([path]) => pattern.test(path)));
  const weighed = {
    "page and scripts": part(/^(assets\/|index\.html)/),
    model: part(/^model\//),
    "map and thumbnails": part(/^map\//),
    "whole site": whole,
    "with --decoder-only": await deploy({ decoderOnly: true }),
    "with --runtime wasm": await deploy({ runtime: "wasm" }),
    "with --runtime webgpu": await deploy({ runtime: "webgpu" }),
    "with --single-file": new Map([["page.html", Buffer.from(html)]]),
  };
  const sum = (files, size) => [...files.values()].reduce((total, bytes) => total + size(bytes), 0) / MB;
  console.log();
  printTable(
    ["the demo's site", "MB", "gzip -6 MB"],
    Object.entries(weighed).map(([name, files]) => [
      name,
      sum(files, (bytes) => bytes.length).toFixed(2),
      sum(files, (bytes) => gzipSync(bytes, { level: 6 }).length).toFixed(2),
    ]),
  );
}

/** Untrained, with weights as the demo's: their values change no time. */
async function deployed(folder) {
  const data = await openData("mnist", { limit: examples });
  const kept = takeRows(
    data,
    Array.from({ length: examples }, (_, i) => i),
  );
  const sites = [];
  for (const [i, [name, model]] of Object.entries(models).entries()) {
    const vae = new Vae(model(data.shape), data, 7);
    const bundle = join(folder, `model-${i}`);
    const reference = {
      examples: kept.values,
      index: Int32Array.from({ length: examples }, (_, row) => row),
      labels: kept.labels,
      pictures: true,
    };
    await exportBundle(vae, bundle, { reference, weights: "int8", samples: kept.values });
    vae.dispose();
    for (const runtime of runtimes) {
      const path = join(folder, `site-${i}-${runtime}`);
      for (const [file, bytes] of await siteFiles(await openBundle(bundle), { runtime })) {
        mkdirSync(dirname(join(path, file)), { recursive: true });
        writeFileSync(join(path, file), bytes);
      }
      sites.push({ name: `${name}, ${runtime}`, path });
    }
  }
  return sites;
}

function sizeOf(folder) {
  return readdirSync(folder, { recursive: true })
    .map((file) => join(folder, file))
    .filter((path) => statSync(path).isFile())
    .reduce((sum, path) => sum + gzipSync(readFileSync(path), { level: 9 }).length, 0);
}

async function measure(browser, path) {
  const served = await serve({ "/": path });
  try {
    const first = [];
    for (let i = 0; i < visits; i++) first.push(await firstPicture(browser, served));
    return { bytes: sizeOf(path), first: median(first), ...(await drag(browser, served)) };
  } finally {
    await served.close();
  }
}

/** Milliseconds from navigation to the first decoded picture, in a profile that has seen nothing. */
async function firstPicture(browser, served) {
  const context = await browser.newContext();
  const page = await context.newPage();
  await page.goto(served.origin);
  await page.locator(".stage-picture[data-ready]").waitFor();
  const time = await page.evaluate(() => performance.getEntriesByName("first-picture")[0].startTime);
  await context.close();
  return time;
}

/** Pictures that were drawn on the stage, and frames, a second, while the pointer is dragged over the map. */
async function drag(browser, served) {
  const context = await browser.newContext({ viewport: { width: 1280, height: 860 } });
  const page = await context.newPage();
  await page.goto(served.origin);
  const surface = page.locator("[data-embedding]").first();
  await surface.waitFor();
  await page.waitForTimeout(1000);
  const box = await surface.boundingBox();
  // In the page, where a pointer's own rate is: one move before each frame.
  const counted = await surface.evaluate(
    (element, { box, seconds }) =>
      new Promise((resolve) => {
        const stage = document.querySelector(".stage-picture canvas");
        let pictures = 0;
        let frames = 0;
        const draw = CanvasRenderingContext2D.prototype.putImageData;
        CanvasRenderingContext2D.prototype.putImageData = function (...given) {
          if (this.canvas === stage) pictures++;
          return draw.apply(this, given);
        };
        const at = (share) => ({
          bubbles: true,
          pointerId: 1,
          isPrimary: true,
          button: 0,
          buttons: 1,
          clientX: box.x + box.width * (0.5 + 0.35 * Math.cos(share * 40)),
          clientY: box.y + box.height * (0.5 + 0.35 * Math.sin(share * 31)),
        });
        element.setPointerCapture = () => {};
        element.dispatchEvent(new PointerEvent("pointerdown", at(0)));
        const began = performance.now();
        const step = (now) => {
          const share = (now - began) / (seconds * 1000);
          if (share >= 1) {
            element.dispatchEvent(new PointerEvent("pointerup", { ...at(1), buttons: 0 }));
            const took = (performance.now() - began) / 1000;
            return resolve({ pictures: pictures / took, frames: frames / took });
          }
          frames++;
          element.dispatchEvent(new PointerEvent("pointermove", at(Math.max(0, share))));
          requestAnimationFrame(step);
        };
        requestAnimationFrame(step);
      }),
    { box, seconds: dragSeconds },
  );
  await context.close();
  return counted;
}
