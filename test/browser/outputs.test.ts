import { Vae } from "@vaekit/infer";
import { describe, expect, it, onTestFinished } from "vitest";
import { bundleNames, type BundleName, data, exportedBundles } from "./support/bundles.ts";
import { chromium, hasChromium } from "./support/chromium.ts";
import { type Given, outputsOf } from "./support/outputs.ts";
import type { Probed, ProbeOptions } from "./pages/probe.ts";
import { site } from "./support/site.ts";

const bundles = exportedBundles();
const pages = site(bundles.root, ["web", "webgpu"]);
const near = { scaleTol: 1e-5 };
const rows = 5;

function given(name: BundleName): Given {
  const x = Array.from(data.values.subarray(0, rows * 30));
  return { x, labels: name === "conditional" ? Array.from(data.labels.subarray(0, rows)) : null };
}

async function inNode(name: BundleName): Promise<Record<string, number[]>> {
  const vae = await Vae.load(bundles.directory(name));
  onTestFinished(() => vae.dispose());
  return outputsOf(vae, given(name));
}

function expectSame(actual: Record<string, number[]>, expected: Record<string, number[]>): void {
  expect(Object.keys(actual)).toEqual(Object.keys(expected));
  for (const name in expected) expect(actual[name], name).toBeAllClose(expected[name]!, near);
}

describe.runIf(hasChromium)("in Chromium, beside Node", () => {
  const browser = chromium();
  const withAdapter = chromium({ webgpu: true });

  async function probe(
    { open }: Pick<typeof browser, "open">,
    address: string,
    name: BundleName,
    options: ProbeOptions = {},
  ): Promise<Probed | string> {
    const page = await open(address);
    return page.evaluate(([source, rows, rest]) => globalThis.probe(source, rows, rest), [
      `/bundles/${name}/`,
      given(name),
      options,
    ] as const);
  }

  function succeeded(probed: Probed | string): Probed {
    if (typeof probed === "string") throw new Error(probed);
    return probed;
  }

  it.each(bundleNames)("%s on wasm with one thread", async (name) => {
    const { outputs, runtime, isolated, progress, warnings } = succeeded(
      await probe(browser, `${pages.plain().origin}/web.html`, name),
    );
    expectSame(outputs, await inNode(name));
    expect({ runtime, isolated, warnings }).toEqual({ runtime: "web", isolated: false, warnings: [] });
    const { loaded, total } = progress.at(-1)!;
    expect(loaded).toBe(total);
    expect(progress.map((each) => each.loaded)).toEqual(
      progress.map((each) => each.loaded).toSorted((a, b) => a - b),
    );
  });

  it.each(bundleNames)("%s on wasm with two threads, cross-origin isolated", async (name) => {
    const probed = await probe(browser, `${pages.isolated().origin}/web.html`, name, { threads: 2 });
    const { outputs, isolated } = succeeded(probed);
    expect(isolated).toBe(true);
    expectSame(outputs, await inNode(name));
  });

  it.each(bundleNames)("%s on WebGPU", async (name) => {
    const probed = await probe(withAdapter, `${pages.plain().origin}/webgpu.html`, name);
    const { outputs, runtime } = succeeded(probed);
    expect(runtime).toBe("webgpu");
    expectSame(outputs, await inNode(name));
  });

  it("wasm from the WebGPU entry", async () => {
    const probed = await probe(browser, `${pages.plain().origin}/webgpu.html`, "mlp");
    const { outputs, runtime } = succeeded(probed);
    expect(runtime).toBe("web");
    expectSame(outputs, await inNode("mlp"));
  });

  it("says where WebGPU is, and where there is none", async () => {
    const { origin } = pages.plain();
    const ofWeb = await probe(browser, `${origin}/web.html`, "mlp", { device: "webgpu" });
    expect(ofWeb).toMatch(/^UsageError: .*@vaekit\/infer\/web\/webgpu/);
    const ofNone = await probe(browser, `${origin}/webgpu.html`, "mlp", { device: "webgpu" });
    expect(ofNone).toMatch(/^UsageError: .*no WebGPU adapter/);
  });
});
