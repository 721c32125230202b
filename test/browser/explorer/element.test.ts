import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { htmlSnippetFiles } from "@vaekit/explorer";
import { exportBundle } from "@vaekit/export";
import { openBundle, Vae } from "@vaekit/infer";
import { conditionOn, Vae as Model, mlp } from "@vaekit/train";
import type { Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type Served, serve } from "../../../bench/support/web-server.mjs";
import { putSineDecoder } from "../../explorer/sine-decoder.ts";
import { labelledBars } from "../../infer/export-small.ts";
import { smallBundle } from "../../infer/small-bundle.ts";
import { chromium, hasChromium } from "../support/chromium.ts";
import { exportModel } from "./support/bundles.ts";
import { expectSamePixels, pixelsOf, writeFiles } from "./support/site.ts";

const root = mkdtempSync(join(tmpdir(), "vaekit-element-"));
const folder = join(root, "pages");
const browser = chromium();
const small = smallBundle();
const names = ["zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine"];
const strict = "default-src 'none'; script-src 'self' 'wasm-unsafe-eval'; connect-src 'self'; img-src data:";
const models = ["labels", "colour", "columns"] as const;
const vaes = {} as Record<(typeof models)[number], Vae>;
let server: Served;
let files: Map<string, Uint8Array>;
let pages = 0;

beforeAll(async () => {
  await exportModel("labels", join(root, "labels"));
  await exportModel("colour", join(root, "colour"));
  const bars = labelledBars(40);
  const condition = conditionOn(bars, ["brightness"]);
  const untrained = new Model(mlp({ shape: bars.shape, latent: 3, hidden: [16], condition }), bars, 7);
  await exportBundle(untrained, join(root, "columns"));
  untrained.dispose();
  for (const name of models) {
    const source = await openBundle(join(root, name));
    const options = { name: `The <${name}>`, classes: name === "labels" ? names : null, labelName: "digit" };
    const made = await htmlSnippetFiles(source, options);
    writeFiles(join(folder, name), made);
    if (name === "labels") files = made;
    vaes[name] = await Vae.load(join(root, name));
  }
  server = await serve({ "/": folder });
});
afterAll(async () => {
  await server?.close();
  for (const vae of Object.values(vaes)) await vae.dispose();
  rmSync(root, { recursive: true, force: true });
});

interface OpenOptions {
  expected?: RegExp;
  policy?: string;
  dark?: boolean;
  head?: string;
}

/** A bare page with this in its body, with what is wrong kept in window.wrong. */
function open(body: string, { expected, policy = strict, dark = false, head = "" }: OpenOptions = {}) {
  pages += 1;
  const html = `<!doctype html><html lang="en"><head><meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${policy}"><meta name="color-scheme" content="light dark">
<title>A page</title><link rel="icon" href="data:,">${head}
<script type="module" src="labels/vae-decoder.js"></script></head><body><main><h1>A page</h1>${body}</main></body></html>`;
  writeFileSync(join(folder, `page-${pages}.html`), html);
  const prepare = (page: Page) => void page.emulateMedia({ colorScheme: dark ? "dark" : "light" });
  return browser.open(`${server.origin}/page-${pages}.html`, { expected, prepare });
}

/** Wait until an element shows this picture; rounding may differ by one level. */
async function expectPicture(
  page: Page,
  expected: ArrayLike<number>,
  { channels = 1, at = 0 } = {},
): Promise<void> {
  const worst = async () => {
    const shown = await pixelsOf(page, "vae-decoder canvas", channels, at);
    if (shown.length !== expected.length) return Number.POSITIVE_INFINITY;
    return shown.reduce((most, value, i) => Math.max(most, Math.abs(value - expected[i]!)), 0);
  };
  await expect.poll(worst).toBeLessThanOrEqual(1);
}

const decodedBy = async (vae: Vae, z: ArrayLike<number>, c?: readonly number[] | Float32Array) =>
  (await vae.decode(Float32Array.from(z), c ? { c } : {})).x_mean.toUint8().data;

/** As the page's scripts see it. */
type Element = HTMLElement & {
  z: Float32Array | null;
  c: Float32Array | null;
  label: string | number | null;
  seed: number;
  src: string;
  sample(seed?: number): Promise<{ z: Float32Array }>;
  decode(z: Float32Array): Promise<{ z: Float32Array; pixels: Uint8Array; shape: number[] }>;
};
/** Do this to the page's first element. */
const withElement = <R, A>(page: Page, act: (element: Element, given: A) => R, given: A) =>
  page
    .locator("vae-decoder")
    .first()
    .evaluate(act as never, given as never) as Promise<Awaited<R>>;

const message = (page: Page) => page.locator("vae-decoder .message").first();
const codes = [
  [0.5, -1, 0.25, 1.5, 0, -0.75],
  [-0.5, 1, 0.75, 0, 2, 0.1],
] as const;

describe.runIf(hasChromium)("<vae-decoder> in a bare page with a strict policy", () => {
  it("shows what Node decodes of the code that it is given, in colour", async () => {
    const page = await open(`<vae-decoder src="colour/model/" z="${codes[0]}"></vae-decoder>`);
    await expectPicture(page, await decodedBy(vaes.colour, codes[0]), { channels: 3 });
  });

  it("draws the label that it is told, by number or by name", async () => {
    const element = (label: string) =>
      `<vae-decoder src="labels/model" z="${codes[0]}" classes="${names}" label="${label}"></vae-decoder>`;
    const page = await open(element("7") + element("seven") + element("2"));
    const seven = await decodedBy(vaes.labels, codes[0], [7]);
    await expectPicture(page, seven);
    await expectPicture(page, seven, { at: 1 });
    await expectPicture(page, await decodedBy(vaes.labels, codes[0], [2]), { at: 2 });
    expect(await decodedBy(vaes.labels, codes[0], [2])).not.toEqual(seven);
  });

  it("draws columns in their own units, and shares of labels", async () => {
    const shares = Float32Array.from({ length: 10 }, (_, i) => (i === 3 || i === 8 ? 0.5 : 0));
    const page = await open(
      `<vae-decoder src="columns/model" z="1,0,-1" c="2500"></vae-decoder>
      <vae-decoder src="labels/model" z="${codes[0]}" c="${shares}"></vae-decoder>`,
    );
    await expectPicture(page, await decodedBy(vaes.columns, [1, 0, -1], Float32Array.of(2500)));
    await expectPicture(page, await decodedBy(vaes.labels, codes[0], shares), { at: 1 });
  });

  it("draws again when z, label or seed are set, and tells of it", async () => {
    const page = await open(`<vae-decoder src="labels/model" z="${codes[0]}" label="3"></vae-decoder>`);
    await expectPicture(page, await decodedBy(vaes.labels, codes[0], [3]));
    const told = await withElement(
      page,
      (element, z) =>
        new Promise<{ z: number[]; pixels: number[]; shape: number[] }>((resolve) => {
          document.addEventListener("decode", (event) => {
            const { z, pixels, shape } = (event as CustomEvent).detail;
            resolve({ z: [...z], pixels: [...pixels], shape });
          });
          element.z = Float32Array.from(z);
        }),
      [...codes[1]],
    );
    const expected = await decodedBy(vaes.labels, codes[1], [3]);
    expect(told.z).toEqual([...Float32Array.from(codes[1])]);
    expect(told.shape).toEqual([28, 28, 1]);
    expectSamePixels(told.pixels, expected);
    await expectPicture(page, expected);
    await withElement(page, (element, label) => void Object.assign(element, { label }), 5);
    await expectPicture(page, await decodedBy(vaes.labels, codes[1], [5]));
    await withElement(page, (element, seed) => void Object.assign(element, { seed }), 11);
    const { x_mean } = await vaes.labels.sample(1, { seed: 11, c: [5] });
    await expectPicture(page, x_mean.toUint8().data);
  });

  it("draws from the prior what vae.sample does in Node for the seed and temperature", async () => {
    const page = await open(
      `<vae-decoder src="colour/model/"></vae-decoder>
      <vae-decoder src="colour/model/" seed="7" temperature="0.5"></vae-decoder>`,
    );
    const first = await vaes.colour.sample(1, { seed: 0 });
    const cooler = await vaes.colour.sample(1, { seed: 7, temperature: 0.5 });
    await expectPicture(page, first.x_mean.toUint8().data, { channels: 3 });
    await expectPicture(page, cooler.x_mean.toUint8().data, { channels: 3, at: 1 });
    expect(await withElement(page, (element) => [...element.z!], null)).toEqual([...first.z.data]);
    await page.getByRole("button", { name: "New" }).first().click();
    await expect.poll(() => withElement(page, ({ seed }) => seed, null)).not.toBe(0);
    const seed = await withElement(page, (element) => element.seed, null);
    const { x_mean } = await vaes.colour.sample(1, { seed });
    await expectPicture(page, x_mean.toUint8().data, { channels: 3 });
  });

  it("answers decode and sample with codes and pixels", async () => {
    const page = await open(`<vae-decoder src="colour/model/" no-controls></vae-decoder>`);
    const answer = await withElement(
      page,
      async (element, z) => {
        const { pixels, shape } = await element.decode(Float32Array.from(z));
        return { pixels: [...pixels], shape, drawn: [...(await element.sample(5)).z] };
      },
      [...codes[1]],
    );
    expectSamePixels(answer.pixels, await decodedBy(vaes.colour, codes[1]));
    expect(answer.shape).toEqual([32, 32, 3]);
    const { z } = await vaes.colour.sample(1, { seed: 5 });
    expect(answer.drawn).toEqual([...z.data]);
    expect(await page.locator("vae-decoder button, vae-decoder input").count()).toBe(0);
  });
});

describe.runIf(hasChromium)("the controls of <vae-decoder>", () => {
  it("are sliders for the dimensions of largest KL, moved by keyboard", async () => {
    const page = await open(`<vae-decoder src="colour/model/" z="${codes[0]}" sliders="2"></vae-decoder>`);
    await expectPicture(page, await decodedBy(vaes.colour, codes[0]), { channels: 3 });
    const { kl } = vaes.colour.manifest.latentStatistics!;
    const order = kl!.map((_, i) => i).sort((a, b) => kl![b]! - kl![a]!);
    const sliders = page.getByRole("slider");
    expect(await sliders.count()).toBe(2);
    const first = page.getByRole("slider", { name: `Dimension ${order[0]}` });
    await page.getByRole("slider", { name: `Dimension ${order[1]}` }).waitFor();
    await first.focus();
    await page.keyboard.press("End");
    const z = await withElement(page, (element) => [...element.z!], null);
    const { mean, std } = vaes.colour.manifest.latentStatistics!;
    const most = mean[order[0]!]! + 3 * std[order[0]!]!;
    const expected: number[] = [...codes[0]];
    expected[order[0]!] = most;
    for (const [i, value] of z.entries()) expect(value).toBeCloseTo(expected[i]!, 4);
    await expectPicture(page, await decodedBy(vaes.colour, z), { channels: 3 });
  });

  it("choose the label by its name", async () => {
    const page = await open(
      `<vae-decoder src="labels/model" z="${codes[0]}" classes="${names}" label-name="Digit"></vae-decoder>`,
    );
    await expectPicture(page, await decodedBy(vaes.labels, codes[0], [0]));
    await page.getByRole("combobox", { name: "Digit" }).selectOption("four");
    await expectPicture(page, await decodedBy(vaes.labels, codes[0], [4]));
    await page.getByRole("img", { name: "Decoded picture, Digit four" }).waitFor();
  });

  it("move what the model is told of columns", async () => {
    const page = await open(`<vae-decoder src="columns/model" z="1,0,-1" sliders="0"></vae-decoder>`);
    const { mean, std } = vaes.columns.manifest.condition as { mean: number[]; std: number[] };
    await expectPicture(page, await decodedBy(vaes.columns, [1, 0, -1], Float32Array.from(mean)));
    await page.getByRole("slider", { name: "brightness" }).focus();
    await page.keyboard.press("Home");
    const [least] = await withElement(page, (element) => [...element.c!], null);
    expect(least! / (mean[0]! - 3 * std[0]!)).toBeCloseTo(1, 4);
    await expectPicture(page, await decodedBy(vaes.columns, [1, 0, -1], Float32Array.of(least!)));
  });

  it.each([false, true])("have nothing that axe-core finds (dark: %s)", async (dark) => {
    const page = await open(
      `<vae-decoder src="labels/model" z="${codes[0]}" label-name="Digit"></vae-decoder>
      <vae-decoder src="columns/model" z="1,0"></vae-decoder>`,
      { dark },
    );
    await expectPicture(page, await decodedBy(vaes.labels, codes[0], [0]));
    await page.getByText("z must be 3 numbers").waitFor();
    const axe = readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");
    await page.evaluate(axe);
    const violations = await page.evaluate(async () => {
      const { axe } = globalThis as unknown as {
        axe: { run(): Promise<{ violations: { id: string; nodes: { html: string }[] }[] }> };
      };
      return (await axe.run()).violations.map(({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html)}`);
    });
    expect(violations).toEqual([]);
  });
});

describe.runIf(hasChromium)("<vae-decoder> says in itself", () => {
  const missing = /404|Failed to load resource/;

  it("that there is no model, tells the page, and shows the next one", async () => {
    const page = await open('<vae-decoder src="nowhere/"></vae-decoder>', { expected: missing });
    await expect.poll(() => message(page).textContent()).toMatch(/nowhere: no vaekit\.json there/);
    const told = await withElement(
      page,
      (element) =>
        new Promise<string>((resolve) => {
          element.addEventListener("error", (event) => resolve(event.message), { once: true });
          element.seed = 3;
        }),
      null,
    );
    expect(told).toMatch(/no vaekit\.json there/);
    await withElement(page, (element, src) => void Object.assign(element, { src }), "colour/model");
    const { x_mean } = await vaes.colour.sample(1, { seed: 3 });
    await expectPicture(page, x_mean.toUint8().data, { channels: 3 });
    expect(await message(page).textContent()).toBe("");
  });

  it.each([
    ["", "<vae-decoder> has no src"],
    ['src="labels/model" z="1,2"', 'z must be 6 numbers with commas between them, got "1,2"'],
    ['src="labels/model" label="12"', 'label must be a number from 0 to 9; got "12"'],
    ['src="labels/model" label="x" classes="a,b"', 'or one of a, b; got "x"'],
    ['src="columns/model" label="1"', "this model is told brightness: give c, not label"],
    ['src="columns/model" c="1,2"', "c must be 1 numbers"],
    ['src="colour/model" label="1"', "this model is told nothing beside z"],
    ['src="colour/model" seed="x"', 'seed must be an integer of at least 0, got "x"'],
    ['src="colour/model" temperature="-1"', "temperature must be a number of at least 0"],
  ])("what is wrong with %s", async (attributes, expected) => {
    const page = await open(`<vae-decoder ${attributes}></vae-decoder>`);
    await expect.poll(() => message(page).textContent()).toContain(expected);
  });

  it("that a file is not the one that was exported", async () => {
    const place = join(folder, "damaged");
    for (const name of ["vaekit.json", "decoder.onnx"]) {
      const bytes = new Uint8Array(readFileSync(join(folder, "colour/model", name)));
      if (name.endsWith(".onnx")) bytes[bytes.length - 9]! ^= 1;
      writeFiles(place, new Map([[name, bytes]]));
    }
    const page = await open('<vae-decoder src="damaged"></vae-decoder>');
    await expect.poll(() => message(page).textContent()).toContain("sha256 is not the manifest's");
  });

  it("which operators only onnxruntime runs; no snippet is made of such a model", async () => {
    const place = small.copy();
    await putSineDecoder(place);
    const files = ["vaekit.json", "decoder.onnx"].map(
      (name) => [name, new Uint8Array(readFileSync(join(place, name)))] as const,
    );
    writeFiles(join(folder, "sine"), new Map(files));
    const page = await open('<vae-decoder src="sine/"></vae-decoder>');
    await expect.poll(() => message(page).textContent()).toMatch(/operators that it does not run\s+Sin/);
    await expect(htmlSnippetFiles(await openBundle(place), { name: "sine" })).rejects.toThrow(
      /small runtime alone\. The decoder has operators that only onnxruntime runs: Sin\./,
    );
  });
});

describe.runIf(hasChromium)("<vae-decoder> and its page", () => {
  it("download a model once for all elements that show it", async () => {
    const before = server.requests.length;
    const page = await open(
      `<vae-decoder src="colour/model"></vae-decoder><vae-decoder src="./colour/model/" seed="1"></vae-decoder>`,
    );
    const { x_mean } = await vaes.colour.sample(1, { seed: 1 });
    await expectPicture(page, x_mean.toUint8().data, { channels: 3, at: 1 });
    const asked = server.requests.slice(before).filter((path: string) => path.startsWith("/colour/"));
    expect(asked.sort()).toEqual(["/colour/model/decoder.onnx", "/colour/model/vaekit.json"]);
  });

  it("download nothing before the element comes into view", async () => {
    const before = server.requests.length;
    const asked = () => server.requests.slice(before).filter((path: string) => path.includes("/model/"));
    const page = await open(
      `<p><svg width="10" height="4000"></svg></p><vae-decoder src="labels/model" z="${codes[0]}"></vae-decoder>
      <p><svg width="10" height="3000"></svg></p>`,
    );
    // What the element is told of its place, a later observer is told after it; and a later request arrives after its own.
    await page.locator("vae-decoder").evaluate(async (element) => {
      for (let i = 0; i < 2; i++) {
        await new Promise((resolve) => new IntersectionObserver(resolve).observe(element));
        await fetch("labels/vae-decoder.js", { cache: "no-store" });
      }
    });
    expect(asked()).toEqual([]);
    await page.locator("vae-decoder").scrollIntoViewIfNeeded();
    await expectPicture(page, await decodedBy(vaes.labels, codes[0], [0]));
    expect(asked().length).toBe(2);
  });

  it("meet in any order: properties before the script, and the script twice", async () => {
    writeFileSync(
      join(folder, "early.js"),
      `const element = document.createElement("vae-decoder");
      Object.assign(element, { src: "labels/model", z: new Float32Array([${codes[1]}]), label: 9 });
      document.querySelector("main").append(element);
      const again = document.createElement("script");
      Object.assign(again, { type: "module", src: "labels/vae-decoder.js?again" });
      document.head.append(again);`,
    );
    const page = await open('<script src="early.js"></script>');
    await expectPicture(page, await decodedBy(vaes.labels, codes[1], [9]));
  });

  it("do without WebAssembly where the policy forbids it", async () => {
    const policy = strict.replace(" 'wasm-unsafe-eval'", "");
    const page = await open(`<vae-decoder src="colour/model/" z="${codes[0]}"></vae-decoder>`, {
      policy,
      expected: /WebAssembly|wasm/,
    });
    await expectPicture(page, await decodedBy(vaes.colour, codes[0]), { channels: 3 });
  });

  it("take the page's own style and its parts'", async () => {
    writeFileSync(
      join(folder, "own.css"),
      "vae-decoder { width: 300px } vae-decoder::part(button) { color: rgb(1, 2, 3) }",
    );
    const policy = `${strict}; style-src 'self'`;
    const head = '<link rel="stylesheet" href="own.css">';
    const page = await open(`<vae-decoder src="colour/model/"></vae-decoder>`, { policy, head });
    const button = page.getByRole("button", { name: "New" });
    await button.waitFor();
    expect(await button.evaluate((each) => getComputedStyle(each).color)).toBe("rgb(1, 2, 3)");
    const { width, height } = (await page.locator("vae-decoder canvas").boundingBox())!;
    expect([width, height]).toEqual([300, 300]);
  });
});

describe("a snippet's files", () => {
  it("are the script, the decoder, a page and a README; the script below 25 kB gzipped", () => {
    expect([...files.keys()].sort()).toEqual([
      "README.md",
      "model/decoder.onnx",
      "model/vaekit.json",
      "snippet.html",
      "vae-decoder.js",
    ]);
    const script = files.get("vae-decoder.js")!;
    const size = gzipSync(script, { level: 9 }).length;
    console.log(`vae-decoder.js: ${script.length} bytes, ${size} gzipped`);
    expect(size).toBeLessThan(25_000);
    expect(new TextDecoder().decode(script)).not.toMatch(/\bimport\s*[("'{]/);
  });

  it.runIf(hasChromium)("make a page of their own, with the labels' names", async () => {
    const page = await browser.open(`${server.origin}/labels/snippet.html`);
    await page.getByRole("heading", { name: "The <labels>" }).waitFor();
    await page.getByRole("combobox", { name: "digit" }).selectOption("six");
    const { x_mean } = await vaes.labels.sample(1, { seed: 0, c: [6] });
    await expectPicture(page, x_mean.toUint8().data);
    expect(await page.getByRole("slider").count()).toBe(4);
  });
});
