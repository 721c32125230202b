import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { siteFiles } from "@vaekit/explorer";
import { exportBundle } from "@vaekit/export";
import { openBundle, Vae } from "@vaekit/infer";
import { mlp, shapes, Vae as TrainedVae } from "@vaekit/train";
import type { Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type Served, serve } from "../../../bench/support/web-server.mjs";
import { chromium, hasChromium } from "../support/chromium.ts";
import { codeLink } from "./support/link.ts";
import { expectSamePixels, stagePixels, writeFiles } from "./support/site.ts";

const latent = 4;
const z = Float32Array.from({ length: latent }, (_, i) => Math.sin(i + 1));
/** As many on every machine that the test runs on. */
const processors = 3;

/** Untrained, with a decoder of 5 MB: threads are for decoders above 4 MiB. */
async function exportLarge(directory: string): Promise<void> {
  const data = shapes({ count: 60, size: 32, seed: 1 });
  const vae = new TrainedVae(mlp({ shape: data.shape, latent, hidden: [1200] }), data, 7);
  try {
    await exportBundle(vae, directory, { samples: data.values, reference: { examples: data.values } });
  } finally {
    vae.dispose();
  }
}

describe.runIf(hasChromium).each([
  { runtime: "wasm", more: "" },
  { runtime: "webgpu", more: " WebGPU is not available in this browser; everything works without, slower." },
] as const)("a site for $runtime with a large decoder, on WebAssembly", ({ runtime, more }) => {
  const root = mkdtempSync(join(tmpdir(), "vaekit-threads-"));
  const browser = chromium();
  let served: { isolated: Served; plain: Served };
  let expected: ArrayLike<number>;
  beforeAll(async () => {
    const [bundle, folder] = [join(root, "bundle"), join(root, "site")];
    await exportLarge(bundle);
    const source = await openBundle(bundle);
    writeFiles(folder, await siteFiles(source, { runtime, decoderOnly: true }));
    served = {
      isolated: await serve({ "/": folder }, { isolated: true }),
      plain: await serve({ "/": folder }),
    };
    const vae = await Vae.load(source);
    expected = (await vae.decode(z)).x_mean.toUint8().data;
    await vae.dispose();
  });
  afterAll(async () => {
    await Promise.all(Object.values(served ?? {}).map((server) => server.close()));
    rmSync(root, { recursive: true, force: true });
  });

  /** The site at the code z, in a browser with three processors. The policy's refusals are errors of the console, and fail the test. */
  const open = ({ origin }: Served) =>
    browser.open(`${origin}/#${codeLink(z)}`, {
      prepare: (page) =>
        void page.addInitScript((count) => {
          Object.defineProperty(Navigator.prototype, "hardwareConcurrency", { get: () => count });
        }, processors),
    });

  /** It shows what Node decodes, and says what runs it. */
  async function expectRuns(page: Page, words: string): Promise<void> {
    await page.locator(".stage-picture[data-ready]").waitFor();
    expectSamePixels(await stagePixels(page), expected);
    expect(await page.locator(".runs-on").textContent()).toBe(words);
  }
  const severalThreads = `Runs on WebAssembly with ${processors} threads.${more}`;

  it("runs on several threads where the page is isolated, by the page's own policy", async () => {
    const page = await open(served.isolated);
    await expectRuns(page, severalThreads);
    // The page itself is one of them.
    expect(page.workers()).toHaveLength(processors - 1);
    expect(
      page.workers().every((worker) => worker.url().startsWith(`${served.isolated.origin}/assets/`)),
    ).toBe(true);
  });

  it("does so again from the service worker's copies, without a network", async () => {
    const page = await open(served.isolated);
    await expectRuns(page, severalThreads);
    await page.evaluate(async () => void (await navigator.serviceWorker.ready));
    await page.context().setOffline(true);
    await page.reload();
    await expectRuns(page, severalThreads);
    expect(page.workers()).toHaveLength(processors - 1);
  });

  it("runs on one thread where the page is not isolated, and says why", async () => {
    const page = await open(served.plain);
    await expectRuns(
      page,
      `Runs on WebAssembly with one thread.${more} Threads are not available, as the server does not isolate the page; everything works without.`,
    );
    expect(page.workers()).toEqual([]);
  });
});
