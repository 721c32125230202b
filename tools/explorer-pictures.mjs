// Screenshots of every panel of a deployed site, three sizes, light and dark: node tools/explorer-pictures.mjs [site] [folder]
// (default: demo/site, .cache/explorer-pictures). With --docs it draws the pictures of docs/deploy.md instead.
import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { launchChromium } from "../bench/support/web-chromium.mjs";
import { serve } from "../bench/support/web-server.mjs";
import { root } from "./ready.mjs";

const args = process.argv.slice(2).filter((arg) => !arg.startsWith("--"));
const docs = process.argv.includes("--docs");
const [
  site = join(root, "demo/site"),
  folder = join(root, docs ? "docs/images" : ".cache/explorer-pictures"),
] = args;
const sizes = [
  [1440, 900],
  [1024, 768],
  [390, 844],
];
const panels = ["map", "sliders", "morph", "draw", "grid", "arithmetic"];

/** What a reader would do first in each panel, so that there is something to see. */
const doings = {
  async map(page) {
    const box = await page.locator("[data-embedding]").first().boundingBox();
    await page.mouse.move(box.x + box.width * 0.45, box.y + box.height * 0.4);
    await page.mouse.down();
    await page.mouse.move(box.x + box.width * 0.6, box.y + box.height * 0.55, { steps: 5 });
  },
  async morph(page) {
    await page.getByRole("button", { name: "Two random examples" }).click();
  },
  async arithmetic(page) {
    for (const name of [/^More like 7/, /^Less like 1/]) {
      const button = page.getByRole("button", { name });
      if ((await button.count()) > 0) await button.first().click();
    }
  },
  async draw(page) {
    const box = await page.locator(".draw-surface canvas").boundingBox();
    const to = (x, y) => [box.x + box.width * x, box.y + box.height * y];
    await page.mouse.move(...to(0.3, 0.25));
    await page.mouse.down();
    for (const point of [
      [0.7, 0.25],
      [0.55, 0.5],
      [0.45, 0.8],
    ])
      await page.mouse.move(...to(...point), { steps: 8 });
    await page.mouse.up();
  },
};

const served = await serve({ "/": site });
const browser = await launchChromium({ args: ["--use-angle=swiftshader", "--enable-unsafe-swiftshader"] });
mkdirSync(folder, { recursive: true });
try {
  for (const [width, height] of docs ? [[1280, 800]] : sizes) {
    for (const scheme of docs ? ["light"] : ["light", "dark"]) {
      for (const panel of docs ? ["map"] : panels) {
        const touch = width < 500;
        const page = await browser.newPage({
          viewport: { width, height },
          colorScheme: scheme,
          hasTouch: touch,
          reducedMotion: "reduce",
        });
        await page.goto(`${served.origin}/${linkTo(panel)}`);
        await page.locator(".stage-picture[data-ready]").waitFor();
        await page.waitForTimeout(800);
        await doings[panel]?.(page);
        await page.waitForTimeout(1200);
        const name = docs ? `explorer-${panel}.png` : `${panel}-${width}-${scheme}.png`;
        await page.screenshot({ path: join(folder, name) });
        console.log(join(folder, name));
        await page.close();
      }
    }
  }
} finally {
  await browser.close();
  await served.close();
}

function linkTo(panel) {
  return panel === "map" ? "" : `#panel=${panel}`;
}
