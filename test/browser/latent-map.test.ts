import { fileURLToPath } from "node:url";
import { build } from "esbuild";
import { describe, expect, it } from "vitest";
import { chromium, hasChromium } from "./support/chromium.ts";

const source = `
import { plotsOn } from ${JSON.stringify(fileURLToPath(new URL("../../packages/latent/src/map.ts", import.meta.url)))};
const look = { index: new Uint8Array(2), grey: 1, colours: ["#ff0000"], hidden: new Uint8Array(2), chosen: null, paper: "#ffffff", lines: "#888888" };
Object.assign(window, {
  begin(surface) {
    const drawn = { frames: 0 };
    const plots = plotsOn(surface, () => drawn.frames++);
    plots.show(2).points(Float32Array.of(-1, -1, 1, 1));
    plots.current().look(look);
    const flat = plots.current();
    plots.show(3).points(Float32Array.of(-1, -1, -1, 1, 1, 1));
    plots.current().look(look);
    return { plots, flat, deep: plots.current(), drawn };
  },
});
`;

interface Begun {
  plots: { dispose(): void };
  flat: { canvas: HTMLCanvasElement; pixelOf(point: number[]): [number, number] | null };
  deep: Begun["flat"] & { places(): Float32Array; gestures(on: boolean): void };
  drawn: { frames: number };
}

describe.runIf(hasChromium)("the plots of a surface", () => {
  const browser = chromium({
    webgpu: false,
    args: ["--use-angle=swiftshader", "--enable-unsafe-swiftshader"],
  });

  async function open() {
    const { outputFiles } = await build({
      stdin: { contents: source, resolveDir: fileURLToPath(new URL("../..", import.meta.url)) },
      bundle: true,
      format: "iife",
      write: false,
      logLevel: "warning",
    });
    const page = await browser.open(
      'data:text/html,<!doctype html><div id="surface" style="position:relative;width:300px;height:200px"></div>',
    );
    await page.addScriptTag({ content: outputFiles[0]!.text });
    return page;
  }

  it("say where one point is as they say where all are", async () => {
    const page = await open();
    const { flat, deep, places, behind } = await page.evaluate(() => {
      const begin = Reflect.get(window, "begin") as (surface: HTMLElement) => Begun;
      const { flat, deep } = begin(document.getElementById("surface")!);
      const far = [8, 5.5, 14];
      return {
        flat: flat.pixelOf([0, 1]),
        deep: deep.pixelOf([1, 1, 1]),
        places: [...deep.places().subarray(3, 5)],
        behind: deep.pixelOf(far),
      };
    });
    // The height of 200 pixels holds -1 to 1 in its middle 94 %.
    expect(flat![0]).toBeCloseTo(150, 6);
    expect(flat![1]).toBeCloseTo(6, 6);
    expect(deep).toEqual(places);
    expect(behind).toBeNull();
  });

  it("are gone with their graphics once they are disposed of, and draw no more", async () => {
    const page = await open();
    const after = await page.evaluate(async () => {
      const begin = Reflect.get(window, "begin") as (surface: HTMLElement) => Begun;
      const surface = document.getElementById("surface")!;
      const { plots, flat, deep, drawn } = begin(surface);
      // Turning takes the right button, and with it the page's menu.
      const menu = () => !surface.dispatchEvent(new MouseEvent("contextmenu", { cancelable: true }));
      const frame = () => new Promise((resolve) => requestAnimationFrame(() => setTimeout(resolve)));
      await frame();
      const before = { canvases: surface.childElementCount, frames: drawn.frames };
      deep.gestures(true);
      const own = menu();
      plots.dispose();
      plots.dispose();
      surface.style.width = "500px";
      await frame();
      const contexts = [flat, deep].map(({ canvas }) => canvas.getContext("webgl2")!.isContextLost());
      return {
        before,
        contexts,
        menus: [own, menu()],
        canvases: surface.childElementCount,
        frames: drawn.frames,
      };
    });
    expect(after.before.canvases).toBe(2);
    expect(after.before.frames).toBeGreaterThan(0);
    expect(after.canvases).toBe(0);
    expect(after.menus).toEqual([true, false]);
    expect(after.contexts).toEqual([true, true]);
    expect(after.frames).toBe(after.before.frames);
  });
});
