import { Vae } from "@vaekit/infer";
import type { Page } from "playwright-core";
import { describe, expect, it } from "vitest";
import { readManifestFile } from "../infer/small-bundle.ts";
import type { Probed, ProbeOptions } from "./pages/probe.ts";
import { type BundleName, bundleNames, data, exportedBundles } from "./support/bundles.ts";
import { chromium, hasChromium } from "./support/chromium.ts";
import { type Given, outputsOf } from "./support/outputs.ts";
import { site } from "./support/site.ts";

const bundles = exportedBundles();
const pages = site(bundles.root, ["web", "webgpu"]);
const near = { scaleTol: 1e-5 };
const rows = 5;

function given(name: BundleName): Given {
  const x = Array.from(data.values.subarray(0, rows * 30));
  return { x, labels: name === "conditional" ? Array.from(data.labels.subarray(0, rows)) : null };
}

async function probe(
  page: Page,
  name: BundleName,
  options: ProbeOptions = {},
  source = `/bundles/${name}/`,
): Promise<Probed | string> {
  return page.evaluate(([from, input, rest]) => globalThis.probe(from, input, rest), [
    source,
    given(name),
    options,
  ] as const);
}

/** Every kind of bundle on this page gives what it gives in Node. */
async function expectAsInNode(page: Page, options: ProbeOptions, told: Partial<Probed>): Promise<void> {
  for (const name of bundleNames) {
    const probed = await probe(page, name, options);
    if (typeof probed === "string") throw new Error(`${name}: ${probed}`);
    expect(probed).toMatchObject({ warnings: [], ...told });
    const vae = await Vae.load(bundles.directory(name));
    const expected = await outputsOf(vae, given(name));
    await vae.dispose();
    expect(Object.keys(probed.outputs)).toEqual(Object.keys(expected));
    for (const output in expected) {
      expect(probed.outputs[output], `${name}: ${output}`).toBeAllClose(expected[output]!, near);
    }
  }
}

const noAdapter = "this Chromium has no WebGPU adapter, in software either";

function hasAdapter(page: Page): Promise<boolean> {
  return page.evaluate(async () => {
    const { gpu } = navigator as Navigator & { gpu?: { requestAdapter(): Promise<object | null> } };
    return Boolean(await gpu?.requestAdapter());
  });
}

describe.runIf(hasChromium)("in Chromium, every call gives what it gives in Node", () => {
  const browser = chromium();
  const withWebgpu = chromium({ webgpu: true });

  it("on wasm with one thread", async () => {
    const page = await browser.open(`${pages.plain().origin}/web.html`);
    await expectAsInNode(page, {}, { runtime: "web", isolated: false });
  });

  it("on wasm with two threads, on a cross-origin isolated page", async () => {
    const page = await browser.open(`${pages.isolated().origin}/web.html`);
    let workers = 0;
    page.on("worker", () => {
      workers++;
    });
    await expectAsInNode(page, { threads: 2 }, { runtime: "web", isolated: true });
    expect(workers).toBe(1);
  });

  it("on WebGPU", async ({ skip }) => {
    const page = await withWebgpu.open(`${pages.plain().origin}/webgpu.html`);
    if (!(await hasAdapter(page))) skip(noAdapter);
    await expectAsInNode(page, {}, { runtime: "webgpu" });
  });

  it("on wasm of the WebGPU entry, where there is no adapter", async () => {
    const page = await browser.open(`${pages.plain().origin}/webgpu.html`);
    await expectAsInNode(page, {}, { runtime: "web" });
  });
});

describe.runIf(hasChromium)("a page", () => {
  const browser = chromium();
  const withWebgpu = chromium({ webgpu: true });

  it("is told where WebGPU is, and where there is none", async () => {
    const { origin } = pages.plain();
    const ofWeb = await probe(await browser.open(`${origin}/web.html`), "mlp", { device: "webgpu" });
    expect(ofWeb).toMatch(/^UsageError: .*@vaekit\/infer\/web\/webgpu/);
    const ofNone = await probe(await browser.open(`${origin}/webgpu.html`), "mlp", { device: "webgpu" });
    expect(ofNone).toMatch(/^UsageError: .*no WebGPU adapter/);
  });

  it("is told of every byte, in order", async () => {
    const page = await browser.open(`${pages.plain().origin}/web.html`);
    const probed = (await probe(page, "mlp")) as Probed;
    const loaded = probed.progress.map((each) => each.loaded);
    expect(loaded).toEqual(loaded.toSorted((a, b) => a - b));
    const { files } = readManifestFile(bundles.directory("mlp"));
    const bytes = ["encoder.onnx", "decoder.onnx", "scorer.onnx"].map((file) => files[file]!.bytes);
    expect(probed.progress.at(-1)).toMatchObject({
      loaded: bytes.reduce((a, b) => a + b, 0),
      total: bytes.reduce((a, b) => a + b, 0),
    });
  });

  it("loads from the cache, with the network cut, what it loaded before", async () => {
    const { origin, requests } = pages.plain();
    const page = await browser.open(`${origin}/web.html`, {
      expected: /vaekit\.json|ERR_INTERNET_DISCONNECTED/,
    });
    const first = (await probe(page, "mlp")) as Probed;
    requests.length = 0;
    const second = (await probe(page, "mlp")) as Probed;
    // The graphs are known by their digest; the manifest is asked for, in case there is a newer one.
    expect(requests).toEqual(["/bundles/mlp/vaekit.json"]);
    await page.context().setOffline(true);
    const third = (await probe(page, "mlp")) as Probed;
    expect(second.outputs).toEqual(first.outputs);
    expect(third.outputs).toEqual(first.outputs);
    expect(third.warnings.join()).toMatch(/vaekit\.json: could not be downloaded .* kept/s);
    expect(await probe(page, "conv")).toMatch(/Error: .*could not be downloaded/);
  });

  it("may ask for the next before it has the last, as sliders do", async () => {
    const page = await browser.open(`${pages.plain().origin}/web.html`);
    const { alone, together } = await page.evaluate(() => globalThis.probeTogether("/bundles/mlp/"));
    expect(together).toEqual(alone);
  });

  it("may on WebGPU, too", async ({ skip }) => {
    const page = await withWebgpu.open(`${pages.plain().origin}/webgpu.html`);
    if (!(await hasAdapter(page))) skip(noAdapter);
    const { alone, together } = await page.evaluate(() => globalThis.probeTogether("/bundles/mlp/"));
    expect(together).toBeAllClose(alone, near);
  }, 60_000);

  it("is told which file is missing", async () => {
    const { origin } = pages.plain();
    const page = await browser.open(`${origin}/web.html`, { expected: /404/ });
    expect(await probe(page, "mlp", {}, "/bundles/none/")).toMatch(
      /^BundleError: .*\/bundles\/none: no vaekit\.json/,
    );
  });
});
