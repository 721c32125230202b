import { describe, expect, it } from "vitest";
import { hasChromium } from "../support/chromium.ts";
import { codeIn, expectSamePixels, exploredSite, stagePixels } from "./support/site.ts";

describe.runIf(hasChromium)("the explorer starts", () => {
  const site = exploredSite("conv");

  it("with the picture that Node decodes of the mean of all codes", async () => {
    const page = await site.open();
    const z = await codeIn(page);
    const { x_mean } = await site.vae().decode(z);
    expectSamePixels(await stagePixels(page), x_mean.toUint8().data);
    expect(await page.locator(".origin").textContent()).toBe("the mean of all codes");
  });
});
