import { readFileSync } from "node:fs";
import type { Page } from "playwright-core";
import { PNG } from "pngjs";
import { describe, expect, it } from "vitest";
import { palette } from "../../packages/latent/src/draw/theme.ts";
import { packEmbedding, packIndex } from "../../packages/latent/src/report/html/pack.ts";
import { chromium, hasChromium } from "./support/chromium.ts";
import { type Known, knownReport, reportFiles } from "./support/report-page.ts";

/** WebGL by the processor: there on every machine. */
const webgl = { webgpu: false, args: ["--use-angle=swiftshader", "--enable-unsafe-swiftshader"] };

const known = knownReport(10, 5);

describe.runIf(hasChromium)("the report's page", () => {
  const browser = chromium(webgl);
  const files = reportFiles();

  async function open(report: Known = known, { dark = false, still = true } = {}): Promise<Page> {
    const url = await files.write("report", report.data);
    const requests: string[] = [];
    const page = await browser.open(url, {
      prepare(page) {
        page.on("request", (request) => {
          if (!/^(data|blob):/.test(request.url())) requests.push(request.url());
        });
        void page.emulateMedia({
          colorScheme: dark ? "dark" : "light",
          reducedMotion: still ? "reduce" : "no-preference",
        });
      },
    });
    await page.locator("#map-surface[data-dimensions]").waitFor();
    await settled(page);
    expect(requests.filter((request) => request !== url)).toEqual([]);
    return page;
  }

  it("draws each row in its place, in the figures' colours", async () => {
    const page = await open();
    const { categorical } = palette("light");
    for (const row of [0, 4, 13, 27, 49]) {
      const colour = categorical[known.classOf(row)]!;
      await expect.poll(async () => near(await colourAt(page, known, row), colour)).toBe(true);
    }
  });

  it("asks for no right to make code of text, and breaks none of its own rules", async () => {
    const broken: string[] = [];
    const url = await files.write("policy", known.data);
    const page = await browser.open(url, {
      prepare(page) {
        void page.exposeFunction("tell", (rule: string) => broken.push(rule));
        void page.addInitScript(() => {
          document.addEventListener("securitypolicyviolation", ({ violatedDirective, blockedURI }) =>
            Reflect.get(window, "tell")(`${violatedDirective}: ${blockedURI}`),
          );
        });
      },
    });
    for (const tab of ["Grid 2-D", "Space 3-D", "Turned 2-D"]) {
      await page.getByRole("tab", { name: tab }).click();
      await settled(page);
    }
    const policy = page.locator("meta[http-equiv=Content-Security-Policy]");
    expect(await policy.getAttribute("content")).not.toContain("unsafe");
    expect(broken).toEqual([]);
  });

  it.each(["Grid 2-D", "Space 3-D"])("draws %s again when the graphics come back", async (tab) => {
    const page = await open();
    // The one that is not shown loses and regains its own, too.
    await page.getByRole("tab", { name: tab === "Grid 2-D" ? "Space 3-D" : "Grid 2-D" }).click();
    await page.getByRole("tab", { name: tab }).click();
    await settled(page);
    await page.mouse.move(2, 2);
    const clip = await surface(page);
    const shot = async () => (await page.screenshot({ clip })).toString("base64");
    const before = await shot();
    await page.evaluate(() => {
      const canvases = document.querySelectorAll<HTMLCanvasElement>("#map-surface canvas");
      const found = Array.from(canvases, (canvas) => {
        const lose = canvas.getContext("webgl2")!.getExtension("WEBGL_lose_context")!;
        lose.loseContext();
        return lose;
      });
      Reflect.set(window, "lost", found);
    });
    await expect.poll(async () => (await shot()) === before).toBe(false);
    await page.evaluate(() => {
      for (const lose of Reflect.get(window, "lost") as WEBGL_lose_context[]) lose.restoreContext();
    });
    await expect.poll(async () => (await shot()) === before).toBe(true);
    await page.getByRole("tab", { name: "Turned 2-D" }).click();
    const { categorical } = palette("light");
    // Half a turn: the last row is where the first was.
    const colour = categorical[known.classOf(known.rows - 1)]!;
    await expect.poll(async () => near(await colourAt(page, known, 0), colour)).toBe(true);
  });

  it("shows the right picture, number and label of the row under the pointer", async () => {
    const page = await open();
    for (const row of [0, 9, 23, 36, 49]) {
      await hover(page, known, row);
      expect(await page.locator("#map-surface").getAttribute("data-row")).toBe(`${row}`);
      const tooltip = page.locator(".tooltip");
      expect(await tooltip.locator("strong").textContent()).toBe(`Row ${row}`);
      expect(await tooltip.locator("dt, dd").allTextContents()).toEqual(
        expect.arrayContaining(["label", ["ant", "bee", "cat"][row % 3]]),
      );
      await expect.poll(() => middleOf(page, ".tooltip canvas")).toEqual(known.colourOf(row));
    }
  });

  it("selects what a lasso goes around, and gives it as files", async () => {
    const page = await open();
    await page.getByRole("button", { name: "Lasso" }).click();
    // Around the two columns on the left.
    await drag(page, [
      place(await surface(page), -1.04, -0.9),
      place(await surface(page), -0.66, -0.9),
      place(await surface(page), -0.66, 0.9),
      place(await surface(page), -1.04, 0.9),
    ]);
    const expected = Array.from({ length: known.rows }, (_, row) => row).filter((row) => row % 10 < 2);
    await page.locator(".selection strong").waitFor();
    expect(await page.locator(".selection strong").textContent()).toBe(`${expected.length}`);
    const counts = [0, 1, 2].map((label) => expected.filter((row) => row % 3 === label).length);
    const bars = await page.locator(".bars li").allTextContents();
    expect(bars.sort()).toEqual([`ant${counts[0]}`, `bee${counts[1]}`, `cat${counts[2]}`]);
    expect(await page.locator(".tile").count()).toBe(expected.length);

    const [json, csv] = [await downloaded(page, "JSON"), await downloaded(page, "CSV")];
    expect(json.name).toBe("Known-points-selected.json");
    const records = JSON.parse(json.text) as Record<string, number | string>[];
    expect(records.map(({ row }) => row)).toEqual(expected);
    expect(records[3]).toMatchObject({ row: 11, label: "cat", one: "all" });
    expect(records[3]!["Grid 1"]).toBeCloseTo(known.at(11)[0], 3);
    const lines = csv.text.trim().split("\r\n");
    expect(lines[0]).toBe("row,label,one,number,Grid 1,Grid 2");
    expect(lines).toHaveLength(expected.length + 1);

    // What is not selected fades, and comes back.
    const { categorical, paper } = palette("light");
    const colour = categorical[known.classOf(25)]!;
    await expect.poll(async () => near(await colourAt(page, known, 25), colour)).toBe(false);
    expect(near(await colourAt(page, known, 25), paper, 60)).toBe(true);
    await page.getByRole("button", { name: "Clear" }).click();
    await expect.poll(async () => near(await colourAt(page, known, 25), colour)).toBe(true);
  });

  it("changes colours, and switches classes off and on", async () => {
    const page = await open();
    const { categorical, paper } = palette("light");
    await page.getByLabel("Colour by").selectOption("one");
    await expect.poll(async () => near(await colourAt(page, known, 4), categorical[0]!)).toBe(true);
    await page.getByLabel("Colour by").selectOption("number");
    await expect.poll(async () => near(await colourAt(page, known, 4), categorical[0]!)).toBe(false);
    expect(await page.locator(".ends span").allTextContents()).toEqual(["0", "1"]);
    await page.getByLabel("Colour by").selectOption("label");
    const bee = page.locator(".legend button", { hasText: "bee" });
    await bee.click();
    expect(await bee.getAttribute("aria-pressed")).toBe("false");
    await expect.poll(async () => near(await colourAt(page, known, 4), paper)).toBe(true);
    await hover(page, known, 4);
    expect(await page.locator("#map-surface").getAttribute("data-row")).toBe("");
    await page.getByRole("button", { name: "Hide all" }).click();
    await expect.poll(async () => near(await colourAt(page, known, 3), paper)).toBe(true);
    await page.getByRole("button", { name: "Show all", exact: true }).click();
    await expect.poll(async () => near(await colourAt(page, known, 4), categorical[1]!)).toBe(true);
  });

  it("changes the embedding by tab and key, moves and comes nearer", async () => {
    const page = await open();
    await page.getByRole("tab", { name: "Grid 2-D" }).focus();
    await page.keyboard.press("ArrowRight");
    await expect
      .poll(() => page.getByRole("tab", { name: "Turned 2-D" }).getAttribute("aria-selected"))
      .toBe("true");
    expect(await page.locator(".note").textContent()).toBe("Half a turn.");
    await settled(page);
    // The other way round, the last row is where the first was.
    await hover(page, known, 0);
    expect(await page.locator("#map-surface").getAttribute("data-row")).toBe(`${known.rows - 1}`);

    await page.getByRole("tab", { name: "Grid 2-D" }).click();
    await settled(page);
    const box = await surface(page);
    const [x, y] = place(box, ...known.at(22));
    await page.mouse.move(x, y);
    // A wheel that just scrolled the page goes on doing so.
    await page.waitForTimeout(500);
    await page.mouse.wheel(0, -400);
    await page.mouse.move(x + 2, y);
    expect(await page.locator("#map-surface").getAttribute("data-row")).toBe("22");
    const farther = 2 * (place(box, ...known.at(23))[0] - x);
    await page.mouse.move(x, y + 40);
    await page.mouse.down();
    await page.mouse.move(x - 60, y + 40, { steps: 4 });
    await page.mouse.up();
    await page.mouse.move(x - 60, y);
    expect(await page.locator("#map-surface").getAttribute("data-row")).toBe("22");
    // Row 23 is now at least twice as far from it as it was, at e^0.6 times.
    expect(Math.exp(0.6) * (farther / 2)).toBeLessThan(farther);
    await page.mouse.move(x - 60 + Math.exp(0.6) * (farther / 2), y);
    expect(await page.locator("#map-surface").getAttribute("data-row")).toBe("23");
    await page.getByRole("button", { name: "Show all points again" }).click();
    await settled(page);
    await hover(page, known, 37);
    expect(await page.locator("#map-surface").getAttribute("data-row")).toBe("37");
  });

  it("lets points fly to their places in another embedding, also from half way", async () => {
    const page = await open(known, { still: false });
    await page.evaluate(() => {
      // The clock of the frames stands still until it is put on.
      Reflect.set(window, "ahead", 0);
      const began = performance.now();
      const now = () => began + Number(Reflect.get(window, "ahead"));
      Object.defineProperty(performance, "now", { value: now });
      const frame = window.requestAnimationFrame.bind(window);
      window.requestAnimationFrame = (draw) => frame(() => draw(now()));
    });
    const { categorical, paper } = palette("light");
    const shows = async (row: number, colour: string) =>
      expect.poll(async () => near(await colourAt(page, known, row), colour)).toBe(true);
    const ahead = (time: number) => page.evaluate((to) => void Reflect.set(window, "ahead", to), time);
    await page.getByRole("tab", { name: "Turned 2-D" }).click();
    await shows(0, categorical[0]!);
    await ahead(350);
    // All are in the middle.
    await shows(0, paper);
    await shows(49, paper);
    await page.getByRole("tab", { name: "Grid 2-D" }).click();
    await shows(0, paper);
    await ahead(5000);
    for (const row of [0, 4, 49]) await shows(row, categorical[known.classOf(row)]!);
  });

  it("steps from point to point by arrow keys, and says where it is", async () => {
    const page = await open();
    const map = page.locator("#map-surface");
    await map.focus();
    await page.keyboard.press("ArrowRight");
    const first = Number(await map.getAttribute("data-row"));
    await page.keyboard.press("ArrowRight");
    await page.keyboard.press("ArrowUp");
    expect(await map.getAttribute("data-row")).toBe(`${first + 1 + 10}`);
    expect(await page.getByRole("status").textContent()).toBe(
      `Row ${first + 11}, label ${["ant", "bee", "cat"][(first + 11) % 3]}, one all, number ${Number(((first + 11) / 49).toPrecision(4))}`,
    );
    await page.keyboard.press("Enter");
    expect(await page.locator(".selection strong").textContent()).toBe("1");
    await page.keyboard.press("a");
    expect(await page.locator(".selection strong").textContent()).toBe("50");
    await page.keyboard.press("Escape");
    await page.keyboard.press("Escape");
    expect(await page.locator(".selection").textContent()).toContain("Nothing selected");
  });

  it("follows fingers: a tap points, one moves, two come nearer", async () => {
    const page = await open();
    const touch = await page.context().newCDPSession(page);
    const send = (type: "touchStart" | "touchMove" | "touchEnd", ...points: [number, number][]) =>
      touch.send("Input.dispatchTouchEvent", {
        type,
        touchPoints: points.map(([x, y], id) => ({ x, y, id })),
      });
    const map = page.locator("#map-surface");
    const box = await surface(page);
    const [x, y] = place(box, ...known.at(22));
    await send("touchStart", [x, y]);
    await send("touchEnd");
    await expect.poll(() => map.getAttribute("data-row")).toBe("22");
    expect(await page.locator(".tooltip").isVisible()).toBe(true);
    await page.getByRole("button", { name: "Clear" }).click();

    await send("touchStart", [x, y + 20]);
    for (const way of [10, 30, 50]) await send("touchMove", [x + way, y + 20]);
    await send("touchEnd");
    await page.mouse.move(x + 50, y);
    expect(await map.getAttribute("data-row")).toBe("22");

    await send("touchStart", [x + 30, y + 60], [x + 70, y + 60]);
    await send("touchMove", [x + 10, y + 60], [x + 90, y + 60]);
    await send("touchEnd");
    const farther = 2 * (place(box, ...known.at(23))[0] - x);
    // Twice as wide around the middle of the fingers.
    await page.mouse.move(x + 50, y + 60 - 2 * 60);
    expect(await map.getAttribute("data-row")).toBe("22");
    await page.mouse.move(x + 50 + farther, y + 60 - 2 * 60);
    expect(await map.getAttribute("data-row")).toBe("23");
  });

  it("comes nearer in space by two fingers, and goes with the right button", async () => {
    const page = await open();
    await page.getByRole("tab", { name: "Space 3-D" }).click();
    await settled(page);
    // Row 0 is in the middle; the others of its class are on the shell around it.
    for (const other of ["bee", "cat"]) await page.locator(".legend button", { hasText: other }).click();
    const map = page.locator("#map-surface");
    const box = await surface(page);
    const [x, y] = [box.x + box.width / 2, box.y + box.height / 2];
    const touch = await page.context().newCDPSession(page);
    const send = (type: "touchStart" | "touchMove" | "touchEnd", ...apart: number[]) =>
      touch.send("Input.dispatchTouchEvent", {
        type,
        touchPoints: apart.flatMap((half) => [
          { x: x - half, y, id: 0 },
          { x: x + half, y, id: 1 },
        ]),
      });
    const ring = page.locator("circle.ring");
    const diameter = async () => 2 * (Number(await ring.getAttribute("r")) - 3);
    const middle = async (px: number, py: number) => {
      await page.mouse.move(2, 2);
      await page.mouse.move(px, py);
      expect(await map.getAttribute("data-row")).toBe("0");
    };
    await middle(x, y);
    const before = await diameter();
    await send("touchStart", 40);
    await send("touchMove", 60);
    await send("touchMove", 80);
    await send("touchEnd");
    await middle(x, y);
    expect(await diameter()).toBeCloseTo(2 * before, 1);

    const place = async () => [Number(await ring.getAttribute("cx")), Number(await ring.getAttribute("cy"))];
    const [fromX, fromY] = await place();
    await page.mouse.down({ button: "right" });
    await page.mouse.move(x + 60, y - 25, { steps: 3 });
    await page.mouse.up({ button: "right" });
    await middle(x + 60, y - 25);
    const [toX, toY] = await place();
    expect(toX! - fromX!).toBeCloseTo(60, 0);
    expect(toY! - fromY!).toBeCloseTo(-25, 0);
  });

  it("turns in space, and finds points there", async () => {
    const page = await open();
    await page.getByRole("tab", { name: "Space 3-D" }).click();
    await settled(page);
    const map = page.locator("#map-surface");
    const box = await surface(page);
    const middle: [number, number] = [box.x + box.width / 2, box.y + box.height / 2];
    await expect.poll(async () => near(await pixel(page, ...middle), palette("light").paper)).toBe(false);
    const before = await page.screenshot({ clip: box });
    await drag(page, [middle, [middle[0] + 120, middle[1] + 30]]);
    await settled(page);
    expect(Buffer.compare(before, await page.screenshot({ clip: box }))).not.toBe(0);
    // The row in the middle stays there; hide those that may be before it.
    await page.locator(".legend button", { hasText: "bee" }).click();
    await page.locator(".legend button", { hasText: "cat" }).click();
    await page.mouse.move(...middle);
    const found = Number(await map.getAttribute("data-row"));
    expect(found % 3).toBe(0);
    await page.getByRole("button", { name: "Show all", exact: true }).click();
    // What the keys point at is what the pointer finds in the same place.
    await map.focus();
    for (const key of ["ArrowLeft", "ArrowUp", "ArrowLeft"]) {
      await page.keyboard.press(key);
      const row = await map.getAttribute("data-row");
      const ring = page.locator("circle.ring");
      const [x, y] = [Number(await ring.getAttribute("cx")), Number(await ring.getAttribute("cy"))];
      await page.mouse.move(box.x + x, box.y + y);
      expect(await map.getAttribute("data-row")).toBe(row);
      await expect.poll(() => middleOf(page, ".tooltip canvas")).toEqual(known.colourOf(Number(row)));
    }
    // A lasso around all selects all.
    await page.keyboard.down("Shift");
    await drag(page, [
      [box.x + 3, box.y + 3],
      [box.x + box.width - 3, box.y + 3],
      [box.x + box.width - 3, box.y + box.height - 3],
      [box.x + 3, box.y + box.height - 3],
    ]);
    await page.keyboard.up("Shift");
    expect(await page.locator(".selection strong").textContent()).toBe("50");
  });

  it.each([false, true])("switches between light and dark, starting with dark: %s", async (dark) => {
    const page = await open(known, { dark });
    const [first, second] = dark ? (["dark", "light"] as const) : (["light", "dark"] as const);
    const shown = () =>
      page
        .locator("#s-dimensions figure")
        .first()
        .evaluate((figure) =>
          Array.from(figure.querySelectorAll("img"))
            .filter((image) => image.offsetWidth > 0 && image.naturalWidth > 0)
            // With the page's font in it, which pictures do not see by themselves.
            .filter((image) => image.currentSrc.startsWith("blob:"))
            .map((image) => image.className),
        );
    const paper = () => page.evaluate(() => getComputedStyle(document.body).backgroundColor);
    await expect.poll(shown).toEqual([`only-${first}`]);
    expect(await paper()).toBe(rgb(palette(first).paper));
    await page.locator("#theme-toggle").click();
    await expect.poll(shown).toEqual([`only-${second}`]);
    expect(await paper()).toBe(rgb(palette(second).paper));
    await expect
      .poll(async () => near(await colourAt(page, known, 4), palette(second).categorical[1]!))
      .toBe(true);
    expect(await page.locator("#theme-toggle").textContent()).toBe(dark ? "Dark" : "Light");
  });

  it.each([390, 1024, 1440])("does not run over at %s pixels", async (width) => {
    const page = await open();
    await page.setViewportSize({ width, height: 800 });
    await settled(page);
    expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(width);
    // The map follows: the points are where they belong.
    await hover(page, known, 44);
    expect(await page.locator("#map-surface").getAttribute("data-row")).toBe("44");
    const tooltip = (await page.locator(".tooltip").boundingBox())!;
    const box = await surface(page);
    expect(tooltip.x).toBeGreaterThanOrEqual(box.x);
    expect(tooltip.x + tooltip.width).toBeLessThanOrEqual(box.x + box.width + 1);
  });

  it("keeps figures large enough to read on narrow screens: their boxes scroll, not the page", async () => {
    const page = await open();
    await page.setViewportSize({ width: 390, height: 800 });
    const boxes = page.locator("#s-dimensions .figure");
    const widths = await boxes.evaluateAll((all) =>
      all.map((box) => [box.querySelector<HTMLImageElement>("img.only-light")!.width, box.scrollWidth]),
    );
    expect(widths).toEqual([
      [560, 560],
      [640, 640],
    ]);
    for (const box of await boxes.all()) expect((await box.boundingBox())!.width).toBeLessThanOrEqual(390);
    expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(390);
    await page.setViewportSize({ width: 1440, height: 800 });
    expect(await boxes.nth(1).evaluate((box) => box.querySelector("img")!.width)).toBe(900);
  });

  it.each([false, true])("shades the edge where a table goes on, dark: %s", async (dark) => {
    const columns = Array.from({ length: 14 }, (_, i) => `column ${i}`);
    const wide = { caption: "Wide", columns, rows: [columns.map((_, i) => i), columns.map((_, i) => i)] };
    const [section] = known.data.sections;
    const sections = [{ ...section!, tables: [wide, ...section!.tables!] }];
    const page = await open({ ...known, data: { ...known.data, sections } }, { dark });
    await page.setViewportSize({ width: 390, height: 800 });
    const { paper } = palette(dark ? "dark" : "light");
    const shaded = async (table: number) => {
      const box = page.locator(".table").nth(table);
      await box.scrollIntoViewIfNeeded();
      const { x, y, width } = (await box.boundingBox())!;
      const at = async (px: number) => !near(await pixel(page, px, y + 4), paper, 20);
      return [await at(x + 1.5), await at(x + width - 2.5)];
    };
    await page.mouse.move(2, 2);
    await expect.poll(() => shaded(0)).toEqual([false, true]);
    const scroll = (to: number) =>
      page
        .locator(".table")
        .first()
        .evaluate((box, left) => box.scrollTo({ left, behavior: "instant" }), to);
    await scroll(200);
    await expect.poll(() => shaded(0)).toEqual([true, true]);
    await scroll(10_000);
    await expect.poll(() => shaded(0)).toEqual([true, false]);
    expect(await shaded(1)).toEqual([false, false]);
  });

  it("shows a figure in its own size", async () => {
    const page = await open();
    await page.setViewportSize({ width: 390, height: 800 });
    await page.locator("#s-dimensions .enlarge").nth(1).click();
    const image = page.locator("dialog img.only-light");
    expect((await image.boundingBox())!.width).toBe(900);
    await page.keyboard.press("Escape");
    expect(await page.locator("dialog").isVisible()).toBe(false);
  });

  it("says so where there is no WebGL, and shows the still figure", async () => {
    const url = await files.write("plain", known.data);
    const page = await browser.open(url, {
      prepare: (page) =>
        void page.addInitScript(() => {
          const { getContext } = HTMLCanvasElement.prototype;
          HTMLCanvasElement.prototype.getContext = function (this: HTMLCanvasElement, kind: string) {
            return kind.startsWith("webgl") ? null : Reflect.apply(getContext, this, [kind]);
          } as typeof getContext;
        }),
    });
    expect(await page.locator("#map-message").textContent()).toContain("no WebGL");
    expect(await page.locator("#map-still img:visible").count()).toBe(1);
    expect(await page.locator("[role=tab]").count()).toBe(0);
    await page.locator("#theme-toggle").click();
    expect(await page.locator("#map-still img.only-dark").isVisible()).toBe(true);
    expect(await page.locator("#s-dimensions").textContent()).toContain("1 of 2 dimensions is inactive");
  });

  it("is complete without its script", async () => {
    const url = await files.write("quiet", known.data);
    const page = await browser.open("about:blank");
    const context = await page.context().browser()!.newContext({ javaScriptEnabled: false });
    try {
      const quiet = await context.newPage();
      await quiet.goto(url);
      expect(await quiet.locator("body").textContent()).toContain("needs JavaScript");
      expect(await quiet.locator("#map-still img:visible").count()).toBe(1);
      expect(await quiet.locator("table").textContent()).toContain("k-means");
    } finally {
      await context.close();
    }
  });

  it("shows markup in names as text", async () => {
    const evil = `<script>window.hacked = 1</script></script><img src=x onerror="window.hacked = 1">"'&`;
    const report = knownReport(10, 5);
    const { map, sections } = report.data;
    const page = await open({
      ...report,
      data: {
        ...report.data,
        name: evil,
        facts: [{ label: evil, value: evil }],
        sections: sections.map((section) => ({
          ...section,
          title: evil,
          sentences: [evil],
          figures: section.figures.map((figure) => ({ ...figure, alt: evil, caption: evil })),
          tables: [{ caption: evil, columns: [evil], rows: [[evil]] }],
        })),
        map: {
          ...map!,
          ids: Array.from({ length: report.rows }, () => evil),
          embeddings: map!.embeddings.map((embedding) => ({ ...embedding, name: evil, note: evil })),
          colourings: map!.colourings.map((colouring) =>
            colouring.kind === "categorical"
              ? { ...colouring, name: evil, names: colouring.names.map(() => evil), none: evil }
              : { ...colouring, name: evil },
          ),
        },
      },
    });
    await hover(page, report, 20);
    await page.locator("#map-surface").press("Enter");
    expect(await page.locator("h1").textContent()).toBe(evil);
    expect(await page.locator("figcaption").last().textContent()).toBe(evil);
    expect(await page.locator("td").textContent()).toBe(evil);
    expect(await page.locator(".tooltip strong").textContent()).toBe(`Row 20: ${evil}`);
    expect(await page.locator(".legend .name").first().textContent()).toBe(evil);
    expect(await page.locator("[role=tab]").first().textContent()).toBe(`${evil} 2-D`);
    expect(await page.title()).toBe(`${evil}: latent space report`);
    expect(await page.evaluate(() => "hacked" in window)).toBe(false);
  });

  it.each([1, 5])("shows %s points in one place, with nothing else known", async (rows) => {
    const place = (dimensions: number) => ({
      data: new Float32Array(rows * dimensions).fill(3),
      shape: [rows, dimensions],
    });
    const page = await open({
      ...known,
      data: {
        name: "One place",
        facts: [],
        sections: [],
        map: {
          rows,
          ids: Array.from({ length: rows }, (_, row) => `name ${row}`),
          index: packIndex(Array.from({ length: rows }, (_, row) => 100 + row)),
          embeddings: [packEmbedding("PCA", place(2), ""), packEmbedding("PCA", place(3), "")],
          colourings: [],
          thumbnails: null,
          figure: null,
        },
      },
    });
    const map = page.locator("#map-surface");
    for (const tab of ["PCA 2-D", "PCA 3-D"]) {
      await page.getByRole("tab", { name: tab }).click();
      const box = await surface(page);
      await page.mouse.move(box.x + box.width / 2, box.y + box.height / 2);
      expect(await map.getAttribute("data-row")).toMatch(/^10[0-4]$/);
      expect(await page.locator(".tooltip").textContent()).toMatch(/^Row 10\d: name \d$/);
    }
    await map.press("a");
    expect(await page.locator(".selection strong").textContent()).toBe(`${rows}`);
  });

  it("loads 70,000 points and finds each", async () => {
    const many = knownReport(350, 200);
    const page = await open(many);
    const map = page.locator("#map-surface");
    for (const row of [0, 34_999, 69_999]) {
      await hover(page, many, row);
      expect(await map.getAttribute("data-row")).toBe(`${row}`);
      await expect.poll(() => middleOf(page, ".tooltip canvas")).toEqual(many.colourOf(row));
    }
    const box = await surface(page);
    await page.keyboard.down("Shift");
    await drag(page, [
      place(box, -1.05, -0.81),
      place(box, 0, -0.81),
      place(box, 0, 0.81),
      place(box, -1.05, 0.81),
    ]);
    await page.keyboard.up("Shift");
    await expect.poll(() => page.locator(".selection strong").textContent()).toBe("35,000");
    await page.getByRole("tab", { name: "Space 3-D" }).click();
    await settled(page);
    expect(await map.getAttribute("data-dimensions")).toBe("3");
  });
});

interface Box {
  x: number;
  y: number;
  width: number;
  height: number;
}

async function surface(page: Page): Promise<Box> {
  const map = page.locator("#map-surface");
  await map.scrollIntoViewIfNeeded();
  return (await map.boundingBox())!;
}

/** Where a point of the flat map is on the screen before it is moved: the plane's -1 to 1 fill the height, or the width. */
function place({ x, y, width, height }: Box, px: number, py: number): [x: number, y: number] {
  const unit = (0.94 * Math.min(width, height)) / 2;
  return [x + width / 2 + px * unit, y + height / 2 - py * unit];
}

async function hover(page: Page, { at }: Known, row: number): Promise<void> {
  const [x, y] = place(await surface(page), ...at(row));
  await page.mouse.move(x + 30, y + 1);
  await page.mouse.move(x, y);
}

async function drag(page: Page, corners: readonly [number, number][]): Promise<void> {
  await page.mouse.move(...corners[0]!);
  await page.mouse.down();
  for (const corner of corners.slice(1)) await page.mouse.move(...corner, { steps: 4 });
  await page.mouse.up();
}

/** Two frames and what is drawn in them. */
async function settled(page: Page): Promise<void> {
  await page.waitForTimeout(150);
  await page.evaluate(
    () => new Promise<void>((done) => requestAnimationFrame(() => requestAnimationFrame(() => done()))),
  );
}

async function colourAt(page: Page, { at }: Known, row: number): Promise<number[]> {
  await page.mouse.move(2, 2);
  return pixel(page, ...place(await surface(page), ...at(row)));
}

async function pixel(page: Page, x: number, y: number): Promise<number[]> {
  const clip = { x: Math.round(x) - 1, y: Math.round(y) - 1, width: 3, height: 3 };
  const { data } = PNG.sync.read(await page.screenshot({ clip }));
  return [...data.subarray(16, 19)];
}

/** The pixel in the middle of a canvas. */
function middleOf(page: Page, selector: string): Promise<number[]> {
  return page.locator(selector).evaluate((canvas) => {
    const { width, height } = canvas as HTMLCanvasElement;
    const context = (canvas as HTMLCanvasElement).getContext("2d")!;
    return [...context.getImageData(width >> 1, height >> 1, 1, 1).data.subarray(0, 3)];
  });
}

function channels(colour: string): number[] {
  return [1, 3, 5].map((at) => Number.parseInt(colour.slice(at, at + 2), 16));
}

function rgb(colour: string): string {
  return `rgb(${channels(colour).join(", ")})`;
}

/** Points let the paper through a little. */
function near(found: readonly number[], wanted: string, within = 30): boolean {
  return found.every((value, i) => Math.abs(value - channels(wanted)[i]!) <= within);
}

async function downloaded(page: Page, name: string): Promise<{ name: string; text: string }> {
  const [file] = await Promise.all([
    page.waitForEvent("download"),
    page.getByRole("button", { name: `Download the selected rows as ${name}` }).click(),
  ]);
  return { name: file.suggestedFilename(), text: readFileSync(await file.path(), "utf8") };
}
