import { describe, expect, it } from "vitest";
import { hasChromium } from "../support/chromium.ts";
import { codeIn, expectSamePixels, exploredSite, stagePixels } from "./support/site.ts";

describe.runIf(hasChromium)("the explorer starts", () => {
  const site = exploredSite("conv");

  it("with an example, and the picture that Node decodes of its code", async () => {
    const page = await site.open();
    const { start } = JSON.parse((await page.locator("#site").textContent())!).reference;
    const z = await codeIn(page);
    expect([...z]).toEqual(start.z);
    const { x_mean } = await site.vae().decode(z);
    expectSamePixels(await stagePixels(page), x_mean.toUint8().data);
    expect(await page.locator(".origin").textContent()).toBe(`example ${start.row}, label ${start.label}`);
  });
});
