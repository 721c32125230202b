import { describe, expect, it } from "vitest";
import { decodeRows } from "../../../packages/explorer/src/page/core/link-text.ts";
import { hasChromium } from "../support/chromium.ts";
import { linkNow } from "./support/link.ts";
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

  it("takes an address whole: what another one had and this one does not say is gone", async () => {
    const page = await site.open({
      hash: "panel=grid&grid=manifold&size=8&seed=5&temperature=0.5&locks=1.2&rows=1.2.3",
    });
    const before = await linkNow(page);
    expect(Object.fromEntries(new URLSearchParams(before))).toMatchObject({
      seed: "5",
      locks: "1.2",
      rows: "1.2.3",
    });
    await page.evaluate(() => {
      location.hash = "panel=sliders";
    });
    await page.locator("[data-tab=sliders][aria-selected=true]").waitFor();
    const after = new URLSearchParams(await linkNow(page));
    expect([...after.keys()].sort()).toEqual(["from", "panel", "z"]);
  });

  it("keeps a selection of many rows in its address", async () => {
    const rows = Array.from({ length: 150 }, (_, i) => 2 * i);
    const page = await site.open({ hash: `rows=${rows.join(".")}` });
    const link = new URLSearchParams(await linkNow(page));
    expect(decodeRows(link.get("set")!, 300)).toEqual(rows);
    const again = await site.open({ hash: `${link}` });
    expect(new URLSearchParams(await linkNow(again)).get("set")).toBe(link.get("set"));
  });

  it("survives addresses of nonsense", async () => {
    const page = await site.open({
      hash: "z=%00&c=x&panel=no&map=99&colour=-1&rows=1e9.-2.x&stop=~&stop=a~b&path=up&at=7&locks=999&seed=-1&grid=what&count=1e9&plane=9.9&size=0&add=~&add=NaN~label:7&base=0&set=*",
    });
    const link = new URLSearchParams(await linkNow(page));
    expect([...link.keys()].sort()).toEqual(["from", "z"]);
  });
});
