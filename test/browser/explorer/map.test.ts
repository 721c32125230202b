import type { Page } from "playwright-core";
import { describe, expect, it } from "vitest";
import { hasChromium } from "../support/chromium.ts";
import { flatView, mapData, pixelsLike } from "./support/map-data.ts";
import { codeIn, expectSamePixels, exploredSite, type OpenOptions, stagePixels } from "./support/site.ts";

type Site = ReturnType<typeof exploredSite>;

async function openMap(site: Site, options: OpenOptions = {}): Promise<Page> {
  const page = await site.open(options);
  await page.locator(".map-surface[data-embedding]").waitFor();
  return page;
}

async function openTab(page: Page, name: string): Promise<void> {
  await page.getByRole("tab", { name }).click();
  await page.locator(`.map-surface[data-embedding="${name}"]`).waitFor();
}

const rowIn = (page: Page) => page.locator(".map-surface").getAttribute("data-row");
const originIn = (page: Page) => page.locator(".origin").textContent();

/** In the order of the file, all that has a label. */
const rowsOf = (labels: Int32Array) => Array.from(labels.keys());

async function drag(page: Page, from: readonly [number, number], to: readonly [number, number]) {
  await page.mouse.move(...from);
  await page.mouse.down();
  await page.mouse.move(...to, { steps: 6 });
}

/** What Node decodes of the code in the address is on the stage, to the pixel. */
async function expectDecoded(site: Site, page: Page, condition?: Float32Array): Promise<Float32Array> {
  const z = await codeIn(page);
  const told = condition ? { c: Int32Array.of(condition.indexOf(1)) } : {};
  const { x_mean } = await site.vae().decode(z, told);
  expectSamePixels(await stagePixels(page), x_mean.toUint8().data);
  return z;
}

const withoutWebgl = (page: Page) => {
  void page.addInitScript(() => {
    const { getContext } = HTMLCanvasElement.prototype;
    Object.defineProperty(HTMLCanvasElement.prototype, "getContext", {
      value(this: HTMLCanvasElement, kind: string, ...rest: unknown[]) {
        return kind.startsWith("webgl") ? null : Reflect.apply(getContext, this, [kind, ...rest]);
      },
    });
  });
};

describe.runIf(hasChromium)("the map", () => {
  const site = exploredSite("conv", { labelName: "digit" });

  it("shows the thumbnail and the name of the row under the pointer", async () => {
    const page = await openMap(site);
    const { labels, placesOf, site: manifest } = mapData(site.folder);
    const view = await flatView(page, placesOf("UMAP", 2));
    const row = view.loneRow(rowsOf(labels));
    await page.mouse.move(...view.pixelsOf(row));
    await expect.poll(() => rowIn(page)).toBe(`${row}`);
    const card = page.locator(".map-card");
    expect(await card.locator("strong").textContent()).toBe(`example ${row}, digit ${labels[row]}`);
    const { columns, height, width } = manifest.reference.thumbnails;
    const style = await card.locator(".thumbnail").evaluate((element) => {
      const { backgroundImage, backgroundPosition, height } = getComputedStyle(element);
      return { backgroundImage, backgroundPosition, height };
    });
    expect(style.backgroundImage).toContain("map/thumbnails-0.png");
    const [left, top] = style.backgroundPosition.split(" ").map(Number.parseFloat);
    const scale = Number.parseFloat(style.height) / height;
    expect(-left! / scale / width).toBeCloseTo(row % columns, 3);
    expect(-top! / scale / height).toBeCloseTo(Math.floor(row / columns), 3);
    await page.mouse.move(view.left + view.width - 2, view.top + 2);
    await expect.poll(() => card.count()).toBe(0);
  });

  it("goes to the exact code of a point that is clicked", async () => {
    const page = await openMap(site);
    const { labels, placesOf, codeOf } = mapData(site.folder);
    const view = await flatView(page, placesOf("UMAP", 2));
    const row = view.loneRow(rowsOf(labels));
    await page.mouse.click(...view.pixelsOf(row));
    await expect.poll(() => originIn(page)).toBe(`example ${row}, digit ${labels[row]}`);
    expect(await expectDecoded(site, page)).toEqual(codeOf(row));
    // The ring is where the code is: on the point itself.
    const ring = await page.locator(".map-code .ring").boundingBox();
    const [x, y] = view.pixelsOf(row);
    expect(Math.abs(ring!.x + ring!.width / 2 - x)).toBeLessThan(1);
    expect(Math.abs(ring!.y + ring!.height / 2 - y)).toBeLessThan(1);
  });

  it("decodes what is under a dragged pointer by its neighbours, and says so", async () => {
    const page = await openMap(site);
    const data = mapData(site.folder);
    const places = data.placesOf("UMAP", 2);
    const view = await flatView(page, places);
    const before = await stagePixels(page);
    const [x, y] = [Math.round(view.left + view.width * 0.55), Math.round(view.top + view.height * 0.4)];
    await drag(page, [view.left + 60, view.top + 200], [x, y]);
    const floating = page.locator(".map-floating canvas");
    await floating.waitFor();
    const now = () => stagePixels(page);
    await expect.poll(now).not.toEqual(before);
    await page.mouse.up();
    await expect.poll(() => floating.count()).toBe(0);
    const z = await expectDecoded(site, page);
    expect([...z]).toBeAllClose(data.shepard(places, view.placeAt(x, y)), { atol: 1e-4 });
    expect(await page.locator("[data-inverse]").getAttribute("data-inverse")).toBe("neighbours");
    const ring = await page.locator(".map-code .ring").boundingBox();
    expect(Math.abs(ring!.x + ring!.width / 2 - x)).toBeLessThan(1);
  });

  it("decodes between the points of a linear map by neighbours, or on its plane", async () => {
    const page = await openMap(site);
    const data = mapData(site.folder);
    await openTab(page, "PCA 2-D");
    const places = data.placesOf("PCA", 2);
    const view = await flatView(page, places);
    const [x, y] = [Math.round(view.left + view.width * 0.6), Math.round(view.top + view.height * 0.45)];
    await drag(page, [view.left + 60, view.top + 200], [x, y]);
    await page.mouse.up();
    const near = await expectDecoded(site, page);
    expect([...near]).toBeAllClose(data.shepard(places, view.placeAt(x, y)), { atol: 1e-4 });

    await page.getByText("plane", { exact: true }).click();
    expect(await page.locator("[data-inverse]").getAttribute("data-inverse")).toBe("linear");
    await drag(page, [view.left + 60, view.top + 200], [x, y]);
    await page.mouse.up();
    const plane = await expectDecoded(site, page);
    expect([...plane]).toBeAllClose(data.plane(view.placeAt(x, y)), { atol: 1e-4 });
    const ring = await page.locator(".map-code .ring").boundingBox();
    expect(Math.abs(ring!.x + ring!.width / 2 - x)).toBeLessThan(1);
    expect(Math.abs(ring!.y + ring!.height / 2 - y)).toBeLessThan(1);
  });

  it("selects the rows inside a lasso, goes to their mean, and keeps it", async () => {
    const page = await openMap(site);
    const data = mapData(site.folder);
    const view = await flatView(page, data.placesOf("UMAP", 2));
    await page.getByRole("button", { name: "Lasso" }).click();
    const { left, top, width, height } = view;
    const corners = [
      [left + 60, top + 20],
      [left + width * 0.7, top + 20],
      [left + 60, top + height * 0.7],
    ] as const;
    await page.mouse.move(...corners[0]);
    await page.mouse.down();
    for (const corner of corners.slice(1)) await page.mouse.move(...corner, { steps: 5 });
    await page.mouse.up();
    // Inside the triangle: below its top, right of its left, and on the near side of the line between its ends.
    const inside = rowsOf(data.labels).filter((row) => {
      const [x, y] = view.pixelsOf(row);
      const across = (x - corners[0][0]) / (corners[1][0] - corners[0][0]);
      const down = (y - corners[0][1]) / (corners[2][1] - corners[0][1]);
      return across > 0 && down > 0 && across + down < 1;
    });
    expect(inside.length).toBeGreaterThan(10);
    const selection = page.getByRole("region", { name: "Selection" });
    await expect.poll(() => selection.locator("h2").textContent()).toBe(`${inside.length} selected`);
    await codeIn(page);
    const rows = new URLSearchParams(new URL(page.url()).hash.slice(1)).get("rows")!;
    if (inside.length <= 200) expect(rows.split(".").map(Number)).toEqual(inside);

    await selection.getByRole("button", { name: "Go to their mean" }).click();
    await expect.poll(() => originIn(page)).toBe(`mean of ${inside.length} selected`);
    const mean = Array.from({ length: data.latent }, (_, i) => {
      return inside.reduce((sum, row) => sum + data.codeOf(row)[i]!, 0) / inside.length;
    });
    expect([...(await expectDecoded(site, page))]).toBeAllClose(mean, { atol: 1e-5 });
    await selection.getByRole("button", { name: "Keep mean as stop" }).click();
    await expect.poll(() => page.url()).toContain("stop=");
    await selection.getByRole("button", { name: "Clear" }).click();
    await expect.poll(() => selection.locator("h2").textContent()).toBe("Selection");
  });

  it("switches a group off and on by its entry in the legend", async () => {
    const page = await openMap(site);
    const { labels, placesOf } = mapData(site.folder);
    const view = await flatView(page, placesOf("UMAP", 2));
    const group = page.locator(".map-group").nth(4);
    const colour = await group.locator(".swatch").evaluate((e) => getComputedStyle(e).backgroundColor);
    await page.mouse.move(0, 0);
    const before = await pixelsLike(page, colour);
    expect(before).toBeGreaterThan(60);
    await group.click();
    expect(await group.getAttribute("aria-pressed")).toBe("false");
    await page.mouse.move(0, 0);
    await expect.poll(() => pixelsLike(page, colour)).toBeLessThan(before / 10);
    const row = view.loneRow(rowsOf(labels).filter((row) => labels[row] === 4));
    await page.mouse.move(...view.pixelsOf(row));
    await expect.poll(() => rowIn(page)).not.toBe(`${row}`);
    await group.click();
    await page.mouse.move(0, 0);
    await page.mouse.move(...view.pixelsOf(row));
    await expect.poll(() => rowIn(page)).toBe(`${row}`);
  });

  it("is coloured by cluster too", async () => {
    const page = await openMap(site);
    const names = mapData(site.folder).site.reference.colourings.map(({ name }) => name);
    const cluster = names.find((name) => name.startsWith("cluster"))!;
    await page.locator(".map-colour select").selectOption({ label: cluster });
    await expect.poll(() => page.locator(".map-colour select").inputValue()).toBe("1");
    await expect.poll(() => page.locator(".map-group .name").first().textContent()).toBe("cluster 1");
  });

  it("turns in 3-D, where a click on a point goes to its code", async () => {
    const page = await openMap(site);
    const { codeOf } = mapData(site.folder);
    await openTab(page, "UMAP 3-D");
    const box = (await page.locator(".map-surface").boundingBox())!;
    const middle = [box.x + box.width / 2, box.y + box.height / 2] as const;
    const ring = () => page.locator(".map-code").getAttribute("transform");
    const before = await ring();
    await drag(page, middle, [middle[0] + 120, middle[1] + 40]);
    await page.mouse.up();
    await expect.poll(ring).not.toBe(before);
    let row = "";
    for (let i = 0; i < 200 && row === ""; i++) {
      await page.mouse.move(middle[0] + ((i * 37) % 160) - 80, middle[1] + ((i * 23) % 160) - 80);
      row = (await rowIn(page)) ?? "";
    }
    expect(row).not.toBe("");
    await page.mouse.down();
    await page.mouse.up();
    await expect.poll(() => originIn(page)).toContain(`example ${row},`);
    expect(await expectDecoded(site, page)).toEqual(codeOf(Number(row)));
    // The camera sees the ring where it sees the point.
    const point = (await page.locator(".map-point").boundingBox())!;
    const at = (await page.locator(".map-code .ring").boundingBox())!;
    expect(Math.abs(at.x + at.width / 2 - point.x - point.width / 2)).toBeLessThan(1.5);
    expect(Math.abs(at.y + at.height / 2 - point.y - point.height / 2)).toBeLessThan(1.5);
  });

  it("comes nearer by wheel and buttons, moves, and shows all again", async () => {
    const page = await openMap(site);
    const { labels, placesOf } = mapData(site.folder);
    const view = await flatView(page, placesOf("UMAP", 2));
    const row = view.loneRow(rowsOf(labels));
    const [x, y] = view.pixelsOf(row);
    await page.mouse.move(x, y);
    await expect.poll(() => rowIn(page)).toBe(`${row}`);
    await page.mouse.wheel(0, -500);
    // Nearer to what is under the pointer, which stays there.
    await expect.poll(() => page.locator(".map-point").getAttribute("r").then(Number)).toBeGreaterThan(8);
    expect(await rowIn(page)).toBe(`${row}`);
    await page.getByRole("button", { name: "Move" }).click();
    await drag(page, [x, y], [x + 90, y - 70]);
    await page.mouse.up();
    await page.mouse.move(x + 91, y - 70);
    await expect.poll(() => rowIn(page)).toBe(`${row}`);
    expect(await originIn(page)).toMatch(/^example \d+/);
    await page.getByRole("button", { name: "Show all points again" }).click();
    await page.mouse.move(x + 1, y);
    await expect.poll(() => rowIn(page)).toBe(`${row}`);
  });

  it("keeps its view while another panel is open, and shows where a code from elsewhere is", async () => {
    const page = await openMap(site);
    const { codeOf, labels, placesOf } = mapData(site.folder);
    const view = await flatView(page, placesOf("UMAP", 2));
    const row = view.loneRow(rowsOf(labels));
    const [x, y] = view.pixelsOf(row);
    await page.mouse.move(x, y);
    await page.mouse.wheel(0, -500);
    const point = page.locator(".map-point");
    await expect.poll(() => point.getAttribute("r").then(Number)).toBeGreaterThan(8);
    const radius = await point.getAttribute("r");
    await page.getByRole("tab", { name: "Sliders" }).click();
    await expect.poll(() => page.locator(".map-surface").count()).toBe(0);
    const code = Buffer.from(codeOf(row).buffer).toString("base64url");
    await page.evaluate((code) => {
      location.hash = `z=${code}`;
    }, code);
    await page.getByRole("tab", { name: "Map", exact: true }).click();
    const ring = page.locator(".map-code .ring");
    await expect.poll(async () => Math.abs((await ring.boundingBox())!.x + 10.5 - x)).toBeLessThan(2);
    expect(Math.abs((await ring.boundingBox())!.y + 10.5 - y)).toBeLessThan(2);
    await page.mouse.move(x + 1, y);
    await expect.poll(() => rowIn(page)).toBe(`${row}`);
    expect(await point.getAttribute("r")).toBe(radius);
  });

  it("is walked by keyboard from point to point, and Enter goes to one", async () => {
    const page = await openMap(site);
    const { codeOf } = mapData(site.folder);
    const surface = page.getByRole("application");
    expect(await surface.getAttribute("aria-describedby")).toBeNull();
    expect(await surface.getAttribute("aria-description")).toMatch(/^[^.]+\.$/);
    await surface.focus();
    await page.keyboard.press("ArrowRight");
    const first = await rowIn(page);
    expect(first).toMatch(/^\d+$/);
    const left = async () => (await page.locator(".map-point").boundingBox())!.x;
    const before = await left();
    await page.keyboard.press("ArrowRight");
    await expect.poll(() => rowIn(page)).not.toBe(first);
    expect(await left()).toBeGreaterThan(before);
    const row = (await rowIn(page))!;
    expect(await page.getByRole("status").textContent()).toContain(`example ${row}, digit`);
    await page.keyboard.press("Enter");
    await expect.poll(() => originIn(page)).toContain(`example ${row},`);
    expect(await expectDecoded(site, page)).toEqual(codeOf(Number(row)));
    await page.keyboard.press("s");
    await expect.poll(() => page.locator(".map-selection h2").textContent()).toBe("1 selected");
    await page.keyboard.press("Escape");
    await expect.poll(() => rowIn(page)).toBe("");
    await page.keyboard.press("Escape");
    await expect.poll(() => page.locator(".map-selection h2").textContent()).toBe("Selection");
  });

  it("without WebGL is drawn flat, says so, and still decodes where it is dragged", async () => {
    const page = await openMap(site, { prepare: withoutWebgl });
    const data = mapData(site.folder);
    expect(await page.locator("[data-no-webgl]").textContent()).toContain("WebGL 2");
    expect(await page.getByRole("tab", { name: "UMAP 3-D" }).count()).toBe(0);
    const places = data.placesOf("UMAP", 2);
    const view = await flatView(page, places);
    const colour = await page
      .locator(".map-group .swatch")
      .first()
      .evaluate((e) => getComputedStyle(e).backgroundColor);
    await expect.poll(() => pixelsLike(page, colour)).toBeGreaterThan(60);
    const [x, y] = [Math.round(view.left + view.width * 0.55), Math.round(view.top + view.height * 0.4)];
    await drag(page, [view.left + 60, view.top + 200], [x, y]);
    await page.mouse.up();
    const z = await expectDecoded(site, page);
    expect([...z]).toBeAllClose(data.shepard(places, view.placeAt(x, y)), { atol: 1e-4 });
    const row = view.loneRow(rowsOf(data.labels));
    await page.mouse.move(...view.pixelsOf(row));
    await expect.poll(() => rowIn(page)).toBe(`${row}`);
  });

  it("says so where its data did not load", async () => {
    const page = await site.open({
      expected: /404|reference\.safetensors/,
      prepare: (page) => {
        void page.route("**/reference.safetensors", (route) => route.fulfill({ status: 404 }));
      },
    });
    await page.locator(".map-stage[data-failed]").waitFor();
    expect(await page.locator(".map-stage").textContent()).toContain("did not load");
  });
});

describe.runIf(hasChromium)("the map of two latents", () => {
  const site = exploredSite("two");

  it("is the code itself: where it is dragged is what is decoded", async () => {
    const page = await openMap(site);
    const view = await flatView(page, mapData(site.folder).placesOf("Latent", 2));
    const [x, y] = [Math.round(view.left + view.width * 0.4), Math.round(view.top + view.height * 0.3)];
    await drag(page, [view.left + 60, view.top + 200], [x, y]);
    await page.mouse.up();
    expect([...(await expectDecoded(site, page))]).toBeAllClose(view.placeAt(x, y), { atol: 1e-4 });
    expect(await page.locator("[data-inverse]").getAttribute("data-inverse")).toBe("exact");
  });

  it("decodes under a finger, and shows the picture above it", async () => {
    const page = await openMap(site, { width: 390, height: 844 });
    await page.locator(".map-surface").scrollIntoViewIfNeeded();
    const view = await flatView(page, mapData(site.folder).placesOf("Latent", 2));
    const [x, y] = [Math.round(view.left + view.width * 0.5), Math.round(view.top + view.height * 0.7)];
    const session = await page.context().newCDPSession(page);
    const touch = (type: "touchStart" | "touchMove" | "touchEnd", points: { x: number; y: number }[]) =>
      session.send("Input.dispatchTouchEvent", { type, touchPoints: points });
    await touch("touchStart", [{ x: x - 60, y: y - 40 }]);
    await touch("touchMove", [{ x: x - 20, y: y - 20 }]);
    await touch("touchMove", [{ x, y }]);
    const floating = page.locator(".map-floating");
    await floating.waitFor();
    await expect.poll(async () => (await floating.boundingBox())!.y + 104).toBeLessThan(y - 30);
    await touch("touchEnd", []);
    expect([...(await expectDecoded(site, page))]).toBeAllClose(view.placeAt(x, y), { atol: 1e-4 });
  });

  it("lets go of what one finger draws when a second one comes", async () => {
    const page = await openMap(site, { width: 390, height: 844 });
    await page.locator(".map-surface").scrollIntoViewIfNeeded();
    const { left, top, width, height } = await flatView(page, mapData(site.folder).placesOf("Latent", 2));
    const [x, y] = [Math.round(left + width / 2), Math.round(top + height * 0.7)];
    const session = await page.context().newCDPSession(page);
    const touch = (type: "touchStart" | "touchMove" | "touchEnd", ...points: [x: number, y: number][]) =>
      session.send("Input.dispatchTouchEvent", {
        type,
        touchPoints: points.map(([x, y], id) => ({ x, y, id })),
      });
    const drawn = async () => {
      await touch("touchStart", [x - 60, y - 40]);
      await touch("touchMove", [x - 20, y - 20]);
      await touch("touchMove", [x, y]);
    };
    const floating = page.locator(".map-floating");
    await drawn();
    await floating.waitFor();
    const decoded = await codeIn(page);
    await touch("touchStart", [x, y], [x - 80, y]);
    await expect.poll(() => floating.count()).toBe(0);
    await touch("touchMove", [x + 5, y], [x - 85, y]);
    await touch("touchEnd");
    expect(await codeIn(page)).toEqual(decoded);

    await page.getByRole("button", { name: "Lasso" }).click();
    const line = () => page.locator(".map-lasso").getAttribute("d");
    await drawn();
    await expect.poll(line).not.toBe("");
    await touch("touchStart", [x, y], [x - 80, y]);
    await expect.poll(line).toBe("");
    await touch("touchEnd");
    expect(await page.locator(".map-selection h2").textContent()).toBe("Selection");
  });

  it("has room beside it to scroll by with a finger", async () => {
    const page = await openMap(site, { width: 390, height: 844 });
    const surface = page.locator(".map-surface");
    await surface.scrollIntoViewIfNeeded();
    const box = (await surface.boundingBox())!;
    const session = await page.context().newCDPSession(page);
    await session.send("Emulation.setTouchEmulationEnabled", { enabled: true });
    const swipe = async (x: number) => {
      const y = box.y + box.height - 60;
      await session.send("Input.dispatchTouchEvent", { type: "touchStart", touchPoints: [{ x, y }] });
      for (let up = 20; up <= 200; up += 20) {
        await session.send("Input.dispatchTouchEvent", {
          type: "touchMove",
          touchPoints: [{ x, y: y - up }],
        });
      }
      await session.send("Input.dispatchTouchEvent", { type: "touchEnd", touchPoints: [] });
    };
    const moved = async () => box.y - (await surface.boundingBox())!.y;
    // On the map itself a finger decodes.
    await swipe(box.x + box.width - 20);
    await expect.poll(() => page.locator(".origin").textContent()).toMatch(/^dragged on the map/);
    expect(await moved()).toBe(0);
    await swipe(box.x + box.width + 20);
    await expect.poll(moved).toBeGreaterThan(100);
  });

  it("comes nearer when two fingers spread, and keeps its code", async () => {
    const page = await openMap(site, { width: 390, height: 844 });
    await page.locator(".map-surface").scrollIntoViewIfNeeded();
    const before = await codeIn(page);
    const view = await flatView(page, mapData(site.folder).placesOf("Latent", 2));
    const ring = async () => {
      const box = (await page.locator(".map-code .ring").boundingBox())!;
      return { x: box.x + box.width / 2, y: box.y + box.height / 2 };
    };
    const { x, y } = await ring();
    const [left, top] = [view.left + view.width / 2, view.top + view.height / 2];
    const session = await page.context().newCDPSession(page);
    const touch = (type: "touchStart" | "touchMove" | "touchEnd", apart: number[]) =>
      session.send("Input.dispatchTouchEvent", {
        type,
        touchPoints: apart.map((away, id) => ({ x: left + away, y: top, id })),
      });
    await touch("touchStart", [-40]);
    await touch("touchStart", [-40, 40]);
    for (const away of [50, 60, 70, 80]) await touch("touchMove", [-away, away]);
    await touch("touchEnd", []);
    // Twice as far from the middle between the fingers.
    await expect.poll(async () => Math.abs((await ring()).x - (left + 2 * (x - left)))).toBeLessThan(2);
    expect(Math.abs((await ring()).y - (top + 2 * (y - top)))).toBeLessThan(2);
    expect(await codeIn(page)).toEqual(before);
  });
});

describe.runIf(hasChromium)("the map of pictures in colour", () => {
  const site = exploredSite("colour");

  it("shows rows in their colours, and decodes what is under a dragged pointer in them", async () => {
    const page = await openMap(site);
    const data = mapData(site.folder);
    const places = data.placesOf("UMAP", 2);
    const view = await flatView(page, places);
    const row = view.loneRow(Array.from({ length: places.length / 2 }, (_, i) => i));
    await page.mouse.move(...view.pixelsOf(row));
    await expect.poll(() => rowIn(page)).toBe(`${row}`);
    const coloured = await page.locator(".map-card .thumbnail").evaluate(async (element) => {
      const image = new Image();
      image.src = getComputedStyle(element).backgroundImage.slice(5, -2);
      await image.decode();
      const canvas = document.createElement("canvas");
      [canvas.width, canvas.height] = [image.width, image.height];
      const context = canvas.getContext("2d")!;
      context.drawImage(image, 0, 0);
      const { data } = context.getImageData(0, 0, canvas.width, canvas.height);
      return data.some((value, i) => i % 4 < 2 && Math.abs(value - data[i + 1]!) > 60);
    });
    expect(coloured).toBe(true);

    const [x, y] = [Math.round(view.left + view.width * 0.55), Math.round(view.top + view.height * 0.4)];
    await drag(page, [view.left + 60, view.top + 200], [x, y]);
    await page.mouse.up();
    const z = await codeIn(page);
    expect([...z]).toBeAllClose(data.shepard(places, view.placeAt(x, y)), { atol: 1e-4 });
    const { x_mean } = await site.vae().decode(z);
    expectSamePixels(await stagePixels(page, 3), x_mean.toUint8().data);
  });
});

describe.runIf(hasChromium)("the map of a model that is told labels", () => {
  const site = exploredSite("labels", { labelName: "digit" });

  it("keeps the label that is told where it is dragged, and takes a point's own where it is clicked", async () => {
    const page = await openMap(site);
    const data = mapData(site.folder);
    const view = await flatView(page, data.placesOf("UMAP", 2));
    await page.locator(".condition .choice").nth(3).click();
    await drag(page, [view.left + 60, view.top + 200], [view.left + 200, view.top + 200]);
    await page.mouse.up();
    const told = (label: number) => Float32Array.from({ length: 10 }, (_, i) => Number(i === label));
    await expectDecoded(site, page, told(3));
    const row = view.loneRow(rowsOf(data.labels).filter((row) => data.labels[row] !== 3));
    await page.mouse.click(...view.pixelsOf(row));
    await expect.poll(() => originIn(page)).toContain(`example ${row},`);
    expect(await expectDecoded(site, page, told(data.labels[row]!))).toEqual(data.codeOf(row));
    expect(await page.locator(".condition input").nth(data.labels[row]!).isChecked()).toBe(true);
  });
});
