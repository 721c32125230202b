import { spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import { cpSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { type NdArray, Vae } from "@vaekit/infer";
import type { Page } from "playwright-core";
import { PNG } from "pngjs";
import { createServer } from "vite";
import { describe, expect, it, onTestFinished } from "vitest";
import { serve } from "../../bench/support/web-server.mjs";
import { data, exportedBundles } from "./support/bundles.ts";
import { chromium, hasChromium } from "./support/chromium.ts";
import { copiedExamples, type PageExample, pageExamples } from "./support/examples.ts";
import { root } from "./support/site.ts";

const bundles = exportedBundles(["mlp"]);
const examples = copiedExamples();
const [height, width] = data.shape as [number, number];

/** A grey picture's pixels as RGBA. */
function asPixels(x: NdArray): number[] {
  return Array.from(x.toUint8().data).flatMap((grey) => [grey, grey, grey, 255]);
}

function asPng(grey: Uint8Array): Buffer {
  const png = new PNG({ width, height });
  png.data.set(Array.from(grey).flatMap((value) => [value, value, value, 255]));
  return PNG.sync.write(png);
}

function canvasPixels(page: Page): Promise<number[]> {
  return page.evaluate(() => {
    const canvas = document.querySelector("canvas")!;
    return Array.from(canvas.getContext("2d")!.getImageData(0, 0, canvas.width, canvas.height).data);
  });
}

/** The picture that the page opens with. */
async function firstPixels(vae: Vae, seed = 1): Promise<number[]> {
  return asPixels((await vae.sample(1, { seed })).x_mean);
}

async function loaded(): Promise<Vae> {
  const vae = await Vae.load(bundles.directory("mlp"));
  onTestFinished(() => vae.dispose());
  return vae;
}

describe.runIf(hasChromium)("the example", () => {
  const browser = chromium();

  async function open(name: PageExample, isolated: boolean, prepare?: (page: Page) => void): Promise<Page> {
    const folders = { ...(await examples.build(name)), "/model/": bundles.directory("mlp") };
    const served = await serve(folders, { isolated });
    onTestFinished(() => served.close());
    const page = await browser.open(served.origin, { prepare });
    await page.getByText("ready", { exact: true }).waitFor();
    return page;
  }

  it.each(pageExamples)("%s draws what Node samples and decodes, and the code of a picture", async (name) => {
    const page = await open(name, false);
    const vae = await loaded();
    expect(await canvasPixels(page)).toEqual(await firstPixels(vae));

    await page.getByText("Another").click();
    await expect.poll(() => canvasPixels(page)).toEqual(await firstPixels(vae, 2));

    const picture = data.values.subarray(0, height * width);
    const { mu } = await vae.encode(picture);
    await page
      .locator("#file")
      .setInputFiles({ name: "bar.png", mimeType: "image/png", buffer: asPng(picture) });
    const sliders = page.locator("#sliders input");
    const codes = () =>
      sliders.evaluateAll((all) => all.map((one) => Number((one as HTMLInputElement).value)));
    await expect.poll(codes).toBeAllClose(mu.data, { scaleTol: 1e-5 });
    await expect.poll(() => canvasPixels(page)).toEqual(asPixels((await vae.decode(mu)).x_mean));

    await sliders.first().fill("1.5");
    const moved = Float32Array.from(mu.data);
    moved[0] = 1.5;
    await expect.poll(() => canvasPixels(page)).toEqual(asPixels((await vae.decode(moved)).x_mean));
  });

  it("vite says that a file is no picture, and takes the next one", async () => {
    const page = await open("vite", false);
    const choose = (name: string, buffer: Buffer) =>
      page.locator("#file").setInputFiles({ name, mimeType: "image/png", buffer });
    await choose("notes.png", Buffer.from("no picture"));
    await expect.poll(() => page.locator("#status").textContent()).toContain("notes.png");
    await choose("bar.png", asPng(data.values.subarray(0, height * width)));
    await page.getByText("ready", { exact: true }).waitFor();
  });

  it("vite says that there is no model", async () => {
    const served = await serve(await examples.build("vite"));
    onTestFinished(() => served.close());
    const page = await browser.open(served.origin, { expected: /404|vaekit\.json/ });
    await expect.poll(() => page.locator("#status").textContent()).toMatch(/vaekit\.json/);
  });

  it.each(pageExamples)("%s starts threads where it is asked for them", async (name) => {
    examples.edit(name, "onProgress:", "threads: 2, onProgress:");
    const scripts: string[] = [];
    const page = await open(name, true, (opened) =>
      opened.on("worker", (worker) => scripts.push(worker.url())),
    );
    expect(await page.evaluate(() => crossOriginIsolated)).toBe(true);
    const vae = await loaded();
    expect(await canvasPixels(page)).toEqual(await firstPixels(vae));
    expect(scripts).toHaveLength(name === "worker" ? 2 : 1);
  });

  it("vite runs from Vite's development server, which prepares dependencies otherwise", async () => {
    const folder = examples.folder("vite");
    cpSync(bundles.directory("mlp"), join(folder, "public/model"), { recursive: true });
    const server = await createServer({
      root: folder,
      configFile: join(folder, "vite.config.js"),
      logLevel: "warn",
      server: { port: 0, host: "localhost" },
    });
    onTestFinished(() => server.close());
    await server.listen();
    const page = await browser.open(server.resolvedUrls!.local[0]!, { expected: /favicon|404/ });
    await page.getByText("ready", { exact: true }).waitFor();
    const vae = await loaded();
    expect(await canvasPixels(page)).toEqual(await firstPixels(vae));
  });
});

describe("the example", () => {
  it("node-server answers with the picture of a seed", async () => {
    const script = join(examples.folder("node-server"), "server.mjs");
    const server = spawn(process.execPath, [script, bundles.directory("mlp"), "0"], {
      stdio: ["ignore", "pipe", "inherit"],
    });
    onTestFinished(() => {
      server.kill();
    });
    const [line] = await once(server.stdout, "data");
    const address = new URL(String(line).trim());
    const answer = await fetch(address);
    expect(answer.headers.get("content-type")).toBe("image/png");
    const png = PNG.sync.read(Buffer.from(await answer.arrayBuffer()));
    const { x_mean } = await (await loaded()).sample(1, { seed: 7 });
    expect(Array.from(png.data)).toEqual(asPixels(x_mean));
    address.searchParams.set("seed", "one");
    expect((await fetch(address)).status).toBe(400);
  });

  it.each([
    ["a bundle that is not there", ["nowhere", "0"], /nowhere/],
    ["a port that is none", ["nowhere", "abc"], /port .* got abc/],
  ])("node-server says in a line what is wrong with %s", (_, args, message) => {
    const script = join(examples.folder("node-server"), "server.mjs");
    const { status, stderr } = spawnSync(process.execPath, [script, ...args], { encoding: "utf8" });
    expect(status).toBe(1);
    expect(stderr).toMatch(message);
    expect(stderr.trim().split("\n")).toHaveLength(1);
  });

  it("plain's server has its own folder's files and no others", async () => {
    const server = spawn(process.execPath, [join(examples.folder("plain"), "serve.mjs"), "0"], {
      stdio: ["ignore", "pipe", "inherit"],
    });
    onTestFinished(() => {
      server.kill();
    });
    const [line] = await once(server.stdout, "data");
    const at = String(line).trim();
    const page = await fetch(at);
    expect(page.headers.get("content-type")).toContain("text/html");
    expect(await page.text()).toContain("importmap");
    expect((await fetch(`${at}main.js`)).headers.get("content-type")).toBe("text/javascript");
    for (const path of ["..%2fvite%2fmain.js", "none.js", "%"]) {
      expect((await fetch(at + path)).status).toBe(404);
    }
  });

  it("for bundlers are one page, and one server", () => {
    const text = (name: string, file: string) => readFileSync(join(root, "examples", name, file), "utf8");
    for (const name of ["webpack", "esbuild", "plain"]) {
      expect(text(name, "main.js")).toBe(text("vite", "main.js"));
      if (name !== "plain") expect(text(name, "serve.mjs")).toBe(text("plain", "serve.mjs"));
    }
  });
});
