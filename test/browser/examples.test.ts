import { spawn } from "node:child_process";
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

  it.each(pageExamples)("%s draws what Node decodes, and the code of a picture", async (name) => {
    const page = await open(name, false);
    const vae = await loaded();
    const zeros = await vae.decode(new Float32Array(vae.latent));
    expect(await canvasPixels(page)).toEqual(asPixels(zeros.x_mean));

    const picture = data.values.subarray(0, height * width);
    const { mu } = await vae.encode(picture);
    await page
      .locator("#file")
      .setInputFiles({ name: "bar.png", mimeType: "image/png", buffer: asPng(picture) });
    await expect
      .poll(() =>
        page.evaluate(() =>
          Array.from(document.querySelectorAll<HTMLInputElement>("#sliders input"), ({ value }) =>
            Number(value),
          ),
        ),
      )
      .not.toEqual([0, 0, 0]);
    const sliders = page.locator("#sliders input");
    const codes = await sliders.evaluateAll((all) =>
      all.map((one) => Number((one as HTMLInputElement).value)),
    );
    expect(codes).toBeAllClose(mu.data, { scaleTol: 1e-5 });
    await expect.poll(() => canvasPixels(page)).toEqual(asPixels((await vae.decode(mu)).x_mean));

    await sliders.first().fill("1.5");
    const moved = Float32Array.from(mu.data);
    moved[0] = 1.5;
    await expect.poll(() => canvasPixels(page)).toEqual(asPixels((await vae.decode(moved)).x_mean));
  });

  it.each(pageExamples)("%s starts threads where it is asked for them", async (name) => {
    examples.edit(name, "graphs: [", "threads: 2, graphs: [");
    const scripts: string[] = [];
    const page = await open(name, true, (opened) =>
      opened.on("worker", (worker) => scripts.push(worker.url())),
    );
    expect(await page.evaluate(() => crossOriginIsolated)).toBe(true);
    const vae = await loaded();
    const zeros = await vae.decode(new Float32Array(vae.latent));
    expect(await canvasPixels(page)).toEqual(asPixels(zeros.x_mean));
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
    const zeros = await vae.decode(new Float32Array(vae.latent));
    expect(await canvasPixels(page)).toEqual(asPixels(zeros.x_mean));
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

  it("for bundlers are one page", () => {
    const script = (name: string) => readFileSync(join(root, "examples", name, "main.js"), "utf8");
    for (const name of ["webpack", "esbuild", "plain"]) expect(script(name)).toBe(script("vite"));
  });
});
