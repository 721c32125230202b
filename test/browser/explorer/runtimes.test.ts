import { describe, expect, it } from "vitest";
import { hasChromium } from "../support/chromium.ts";
import { codeLink } from "./support/link.ts";
import { expectSamePixels, exploredSite, stagePixels } from "./support/site.ts";

const z = Float32Array.from({ length: 8 }, (_, i) => Math.cos(i));

describe.runIf(hasChromium)("a site that runs in onnxruntime", () => {
  const site = exploredSite("conv", { runtime: "wasm", offline: false });

  it("decodes on WebAssembly what Node does, and says what runs it", async () => {
    const page = await site.open({ hash: codeLink(z) });
    const { x_mean } = await site.vae().decode(z);
    expectSamePixels(await stagePixels(page), x_mean.toUint8().data);
    expect(await page.locator(".runs-on").textContent()).toMatch(/WebAssembly/);
    expect(site.requests().filter((path) => path.endsWith(".wasm"))).toHaveLength(1);
  });
});

describe.runIf(hasChromium)("a site for WebGPU, in a browser without", () => {
  const site = exploredSite("conv", { runtime: "webgpu", offline: false });

  it("decodes on WebAssembly what Node does, and says so", async () => {
    const page = await site.open({ hash: codeLink(z) });
    const { x_mean } = await site.vae().decode(z);
    expectSamePixels(await stagePixels(page), x_mean.toUint8().data);
    expect(await page.locator(".runs-on").textContent()).toMatch(/WebGPU is not available in this browser/);
  });
});
