import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import type { Page } from "playwright-core";
import { describe, expect, it } from "vitest";
import { hasChromium } from "../support/chromium.ts";
import { codeIn, exploredSite, stagePixels } from "./support/site.ts";

const axe = readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");
const panels = ["map", "sliders", "morph", "draw", "grid", "arithmetic"] as const;

/** What axe-core finds: "rule: element". */
async function violations(page: Page): Promise<string[]> {
  // The page's policy forbids scripts of others; this one comes from the test, past it.
  await page.evaluate(axe);
  return page.evaluate(async () => {
    const { violations } = await Reflect.get(window, "axe").run(document, { resultTypes: ["violations"] });
    type Violation = { id: string; impact: string; nodes: { target: string[]; failureSummary: string }[] };
    return (violations as Violation[]).flatMap(({ id, impact, nodes }) =>
      nodes.map(({ target, failureSummary }) => `${impact} ${id}: ${target.join(" ")}: ${failureSummary}`),
    );
  });
}

describe.runIf(hasChromium)("the explorer is for everyone", () => {
  const site = exploredSite("labels");

  it.each(
    panels.flatMap((panel) => [
      { panel, dark: false, width: 1280, height: 860 },
      { panel, dark: true, width: 390, height: 844 },
    ]),
  )("axe-core finds nothing in $panel, dark $dark, $width wide, and nothing is cut off", async (options) => {
    const { panel, ...view } = options;
    const page = await site.open({ hash: `panel=${panel}`, ...view });
    await page.locator(`[data-tab=${panel}][aria-selected=true]`).waitFor();
    await settled(page);
    expect(await violations(page)).toEqual([]);
    const wide = await page.evaluate(() => document.documentElement.scrollWidth - innerWidth);
    expect(wide).toBeLessThanOrEqual(0);
  });

  it("every tab is reached and opened by the keyboard", async () => {
    const page = await site.open();
    await page.locator("[data-tab=map]").focus();
    const opened: (string | null)[] = [];
    for (const _ of panels) {
      opened.push(await page.locator(".tabs.main [aria-selected=true]").getAttribute("data-tab"));
      await page.keyboard.press("ArrowRight");
    }
    expect(opened).toEqual([...panels]);
  });

  it("its label is chosen by the keyboard, and the picture follows", async () => {
    const page = await site.open();
    await page.getByRole("radio", { name: "0", exact: true }).focus();
    await page.keyboard.press("ArrowRight");
    const z = await codeIn(page);
    const { x_mean } = await site.vae().decode(z, { c: [1] });
    const expected = Array.from(x_mean.toUint8().data);
    await expect
      .poll(async () => (await stagePixels(page)).every((value, i) => Math.abs(value - expected[i]!) <= 1))
      .toBe(true);
  });
});

/** Until nothing in the page changes for a moment: pictures that are decoded bit by bit are there. */
async function settled(page: Page): Promise<void> {
  await page.waitForFunction(
    () =>
      new Promise((resolve) => {
        let timer = setTimeout(() => resolve(true), 300);
        new MutationObserver(() => {
          clearTimeout(timer);
          timer = setTimeout(() => resolve(true), 300);
        }).observe(document.body, { subtree: true, childList: true, attributes: true });
      }),
  );
}
