import { readdirSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { chromium, hasChromium } from "../support/chromium.ts";
import { damage } from "./support/damage.ts";
import { codeLink } from "./support/link.ts";
import { expectSamePixels, exploredSite, stagePixels } from "./support/site.ts";

const z = Float32Array.from({ length: 8 }, (_, i) => Math.cos(i));

describe.runIf(hasChromium)("a site that runs in onnxruntime", () => {
  const site = exploredSite("conv", { runtime: "wasm", offline: false });
  const browser = chromium();

  it("decodes on WebAssembly what Node does, and says what runs it", async () => {
    const page = await site.open({ hash: codeLink(z) });
    const { x_mean } = await site.vae().decode(z);
    expectSamePixels(await stagePixels(page), x_mean.toUint8().data);
    expect(await page.locator(".runs-on").textContent()).toMatch(/WebAssembly/);
    expect(site.requests().filter((path) => path.endsWith(".wasm"))).toHaveLength(1);
  });

  it.each(["gone", "a page"] as const)(
    "says that the decoder did not load where its WebAssembly is %s",
    async (how) => {
      const wasm = readdirSync(join(site.folder, "assets")).find((name) => name.endsWith(".wasm"))!;
      damage(join(site.folder, "assets", wasm), how);
      const page = await browser.open(`${site.origin()}/`, { expected: /./ });
      const alert = page.getByRole("alert").filter({ hasText: "The decoder did not load" });
      await alert.waitFor();
      expect(await alert.textContent()).toMatch(
        /model\/decoder\.onnx.*\.wasm.*The map still shows the examples/,
      );
      await page.locator("[data-embedding]").waitFor();
      expect(await page.locator(".loading").count()).toBe(0);
    },
  );
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
