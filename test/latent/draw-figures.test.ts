import { renderAsync } from "@resvg/resvg-js";
import { PNG } from "pngjs";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { rgbOf } from "../../packages/latent/src/draw/colour.js";
import { palette, renderPng, type Theme } from "../../packages/latent/src/draw.js";
import { overlaps, textBoxes } from "./draw-boxes.js";
import { cases } from "./draw-cases.js";

const parse = (svg: string) => renderAsync(svg, { font: { loadSystemFonts: false } });

beforeEach(() => {
  vi.spyOn(console, "warn").mockImplementation((...words) => {
    throw new Error(`a warning: ${words.join(" ")}`);
  });
});
afterEach(() => vi.restoreAllMocks());

describe("the parser that the tests use", () => {
  it.each([
    "<svg xmlns='http://www.w3.org/2000/svg'><text>a & b</text></svg>",
    "<svg><g></svg>",
    "<svg>\u0001</svg>",
  ])("refuses %j", async (svg) => {
    await expect(parse(svg)).rejects.toThrow();
  });
});

it("sees text that lies over other text, turned or not", async () => {
  const text = (transform: string, words: string) =>
    `<g transform="translate(5,5)"><text text-anchor="end" transform="${transform}" font-size="11px">${words}</text></g>`;
  const boxes = await textBoxes(
    `<svg>${text("translate(60,20)", "one")}${text("translate(50,22)", "two")}${text("translate(45,60) rotate(270)", "three &amp; four")}</svg>`,
  );
  expect(boxes.map(({ text }) => text)).toEqual(["one", "two", "three & four"]);
  expect(boxes[0]!.right).toBe(65);
  expect(boxes[2]!.top).toBe(65);
  expect(overlaps(boxes)).toEqual([["one", "two"]]);
});

it.each(["variance of 1", "variance of 2", "variance"] as const)(
  "names the axis in full: %s",
  async (name) => {
    const boxes = await textBoxes((await cases[name]!({})).svg);
    expect(boxes.map(({ text }) => text)).toContain("principal component");
  },
);

describe.each(Object.entries(cases))("%s", (_, draw) => {
  it.each(["light", "dark"] as Theme[])(
    "is a whole SVG with a title and a description, and a PNG, %s",
    async (theme) => {
      const figure = await draw({ theme });
      await parse(figure.svg);
      expect(figure.svg).toMatch(
        /^<svg role="img" aria-labelledby="(vaekit-\w+-title) (vaekit-\w+-desc)"[^>]*><title id="\1">.+<\/title><desc id="\2">.+<\/desc>/,
      );
      expect(figure.svg.replace(/base64,[^"]*/g, "")).not.toMatch(/NaN|undefined|Infinity/);
      expect(figure.svg).not.toContain("<script");
      expect(figure.title).not.toBe("");
      expect(figure.alt).toMatch(/^[^\n]+\.$/);
      expect(figure.alt.length).toBeLessThan(700);

      const png = PNG.sync.read(Buffer.from(await renderPng(figure, { scale: 2 })));
      expect([png.width, png.height]).toEqual([Math.round(2 * figure.width), Math.round(2 * figure.height)]);
      const { paper, ink } = palette(theme);
      expect([...png.data.subarray(0, 3)]).toEqual([...rgbOf(paper)]);
      expect(count(png, [0, 4, 428, 36], ink), "ink where the title is").toBeGreaterThan(100);
    },
  );

  it("cuts no text and lays none over another", async () => {
    const figure = await draw({
      title: "A title of several words ".repeat(12),
      subtitle: "and below it ".repeat(60),
    });
    const boxes = await textBoxes(figure.svg);
    expect(boxes.length).toBeGreaterThan(2);
    const outside = boxes.filter(
      ({ left, top, right, bottom }) => left < 0 || top < 0 || right > figure.width || bottom > figure.height,
    );
    expect(outside).toEqual([]);
    expect(overlaps(boxes)).toEqual([]);
  });

  it("is the same each time, also beside others", async () => {
    const [one, two] = await Promise.all([draw({}), draw({}), draw({ theme: "dark" })]);
    expect(two.svg === one.svg).toBe(true);
  });
});

it("shares no id with another figure", async () => {
  const ids = await Promise.all(
    Object.values(cases).map(async (draw) =>
      Array.from((await draw({})).svg.matchAll(/ id="([^"]*)"/g), ([, id]) => id),
    ),
  );
  expect(new Set(ids.flat()).size).toBe(ids.flat().length);
});

it("refuses options that do not exist, and sizes out of range", async () => {
  const { kl } = cases;
  await expect(kl!({ colour: "red" } as object)).rejects.toThrow('klFigure: there is no option "colour"');
  await expect(kl!({ theme: "blue" } as object)).rejects.toThrow("theme must be one of light, dark");
  await expect(kl!({ width: Number.NaN })).rejects.toThrow("width must be a number from 40 to 4000, got NaN");
});

it("takes a title, a subtitle and a sentence, and escapes them", async () => {
  const figure = await cases.kl!({ title: "<script>&\"'", subtitle: "a < b", alt: "]]> & more." });
  await parse(figure.svg);
  expect(figure.svg).toContain(">&lt;script&gt;&amp;\"'</title>");
  expect(figure.svg).toContain(">]]&gt; &amp; more.</desc>");
  expect(figure.svg).toContain("a &lt; b");
});

/** Pixels of a part [x, y, width, height] that are closer to a colour than half-way from white or black. */
function count(
  png: PNG,
  [left, top, width, height]: [number, number, number, number],
  colour: string,
): number {
  const wanted = rgbOf(colour);
  let found = 0;
  for (let y = top; y < Math.min(top + height, png.height); y++) {
    for (let x = left; x < Math.min(left + width, png.width); x++) {
      const at = 4 * (y * png.width + x);
      if (wanted.every((value, c) => Math.abs(png.data[at + c]! - value) < 60)) found++;
    }
  }
  return found;
}
