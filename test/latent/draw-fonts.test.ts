import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Resvg } from "@resvg/resvg-js";
import * as vega from "vega";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { readMetrics } from "../../packages/latent/src/draw/font-metrics.js";
import { subsetFont } from "../../packages/latent/src/draw/font-subset.js";
import { type Font, type FontWeight, loadFonts } from "../../packages/latent/src/draw/fonts.js";
import { clean, type Typesetter, typesetter } from "../../packages/latent/src/draw/text.js";
import { measureWith } from "../../packages/latent/src/draw/text-metrics.js";
import { unpackWoff } from "../../packages/latent/src/draw/woff.js";
import { klFigure } from "../../packages/latent/src/draw.js";

const path = createRequire(import.meta.url).resolve("roboto-fontface/fonts/roboto/Roboto-Regular.woff");
let file: Uint8Array;
let fonts: Record<FontWeight, Font>;
let type: Typesetter;

beforeAll(async () => {
  file = new Uint8Array(await readFile(path));
  fonts = await loadFonts();
  type = typesetter(fonts);
});

describe("unpackWoff", () => {
  it("gives the tables that the header lists, each with the checksum of OpenType", () => {
    const font = unpackWoff(file);
    const view = new DataView(font.buffer);
    expect(font.length).toBe(new DataView(file.buffer).getUint32(16));
    const names: string[] = [];
    for (let i = 0; i < view.getUint16(4); i++) {
      const entry = 12 + 16 * i;
      const name = String.fromCharCode(...font.subarray(entry, entry + 4));
      names.push(name);
      const offset = view.getUint32(entry + 8);
      const length = view.getUint32(entry + 12);
      let sum = 0;
      for (let at = 0; at < length; at += 4) {
        // The checksum of head leaves out its own field that adjusts the whole font's.
        if (name !== "head" || at !== 8) sum = (sum + view.getUint32(offset + at)) >>> 0;
      }
      expect(sum, name).toBe(view.getUint32(entry + 4));
    }
    expect(names).toEqual(expect.arrayContaining(["cmap", "glyf", "head", "hhea", "hmtx"]));
  });

  it.each<[string, (bytes: Uint8Array, view: DataView) => Uint8Array | undefined]>([
    ["no wOFF header", (bytes) => bytes.fill(0, 0, 4)],
    ["is 40 bytes long|no wOFF header", (bytes) => bytes.slice(0, 40)],
    ["bytes long and says", (bytes) => bytes.slice(0, 5000)],
    ["unpacks to 4294967295 bytes", (_, view) => void view.setUint32(16, 0xffffffff)],
    ["65535 tables do not fit", (_, view) => void view.setUint16(12, 0xffff)],
    ["table 0 ends behind the file", (_, view) => void view.setUint32(48, 0xfffffff0)],
    ["table 0 ends behind the file", (_, view) => void view.setUint32(56, 0x7fffffff)],
  ])("refuses a file that lies: %s", (message, change) => {
    const bytes = file.slice();
    expect(() => unpackWoff(change(bytes, new DataView(bytes.buffer)) ?? bytes)).toThrow(new RegExp(message));
  });
});

describe("subsetFont", () => {
  const characters = Array.from("AZagéÅİΩЖ0%−… fi@");

  it("has the same glyphs, composed ones too, in a small part of the bytes", async () => {
    const subset = subsetFont(fonts[400].ttf, characters);
    expect(subset.length).toBeLessThan(5000);
    const folder = await mkdtemp(join(tmpdir(), "vaekit-test-"));
    try {
      const draw = async (ttf: Uint8Array, name: string) => {
        await writeFile(`${folder}/${name}`, ttf);
        const letters = characters
          .map((character, i) => `<text x="${8 + 45 * i}" y="45">${character}</text>`)
          .join("");
        const svg = `<svg xmlns="http://www.w3.org/2000/svg" width="900" height="70" font-family="Roboto" font-size="40">${letters}</svg>`;
        const font = {
          loadSystemFonts: false,
          fontFiles: [`${folder}/${name}`],
          defaultFontFamily: "Roboto",
        };
        return new Resvg(svg, { font }).render().pixels;
      };
      const whole = await draw(fonts[400].ttf, "whole.ttf");
      const part = await draw(named(unpackWoff(subset), fonts[400].ttf), "part.ttf");
      expect(whole.filter((value) => value > 0).length).toBeGreaterThan(3000);
      expect(part.equals(whole)).toBe(true);
    } finally {
      await rm(folder, { recursive: true, force: true });
    }
  });

  it("has their widths, and no other characters", () => {
    const { advance } = readMetrics(unpackWoff(subsetFont(fonts[500].ttf, [...characters, "😀", "日"])));
    for (const character of characters) {
      const code = character.codePointAt(0)!;
      expect(advance(code), character).toBe(fonts[500].metrics.advance(code));
    }
    expect(advance(0x42)).toBeNaN();
    expect(advance(0x65e5)).toBeNaN();
    expect(() => unpackWoff(subsetFont(fonts[400].ttf, []))).not.toThrow();
  });

  it("comes with each figure", async () => {
    const { svg } = await klFigure({ kl: [1], names: ["Ünïque"] }, { title: "Żółw" });
    const faces = Array.from(svg.matchAll(/font-weight:(\d+);src:url\(data:font\/woff;base64,([^)]*)\)/g));
    expect(faces.map(([, weight]) => weight)).toEqual(["400", "500"]);
    const [regular, medium] = faces.map(([, , data]) =>
      readMetrics(unpackWoff(new Uint8Array(Buffer.from(data!, "base64")))),
    );
    for (const character of "Ünïque") expect(regular!.advance(character.codePointAt(0)!)).toBeGreaterThan(0);
    for (const character of "Żółw") expect(medium!.advance(character.codePointAt(0)!)).toBeGreaterThan(0);
  });

  /** With the names of another font, by which resvg finds fonts; browsers go by @font-face. */
  function named(ttf: Uint8Array, other: Uint8Array): Uint8Array {
    const record = (font: Uint8Array) => {
      const view = new DataView(font.buffer, font.byteOffset);
      const entry = Array.from({ length: view.getUint16(4) }, (_, i) => 12 + 16 * i).find(
        (at) => String.fromCharCode(...font.subarray(at, at + 4)) === "name",
      )!;
      return { view, entry, start: view.getUint32(entry + 8), size: view.getUint32(entry + 12) };
    };
    const from = record(other);
    const whole = new Uint8Array(ttf.length + from.size);
    whole.set(ttf);
    whole.set(other.subarray(from.start, from.start + from.size), ttf.length);
    const { view, entry } = record(whole);
    view.setUint32(entry + 8, ttf.length);
    view.setUint32(entry + 12, from.size);
    return whole;
  }
});

describe("widths", () => {
  const fontWidth = (character: string, weight: number) => {
    const svg = (times: number) =>
      `<svg xmlns="http://www.w3.org/2000/svg" width="9000" height="99"><text x="9" y="50" font-size="40" font-weight="${weight}" font-family="Roboto">${character.repeat(times)}</text></svg>`;
    const box = (times: number) =>
      new Resvg(svg(times), {
        font: { loadSystemFonts: false, fontFiles: [fontFiles[weight]!] },
      }).innerBBox()!.width;
    return (box(60) - box(20)) / 40;
  };
  const fontFiles: Record<number, string> = {};
  let folder: string;
  afterAll(() => rm(folder, { recursive: true, force: true }));
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), "vaekit-test-"));
    for (const { weight, ttf } of Object.values(fonts)) {
      fontFiles[weight] = `${folder}/${weight}.ttf`;
      await writeFile(fontFiles[weight], ttf);
    }
  });

  it.each(["H", "m", "i", "0", "−", "é", "Ж", "Ω", "…"])("of %s is what resvg draws", (character) => {
    for (const weight of [400, 500] as const) {
      expect(type.width(character, 40, weight)).toBeCloseTo(fontWidth(character, weight), 0);
    }
  });

  it("are told to Vega for our font, and not for others", async () => {
    const { textMetrics } = vega as unknown as {
      textMetrics: { width: (item: object, text: string) => number };
    };
    const other = { font: "Times", fontSize: 10, limit: 40 };
    const before = textMetrics.width({ ...other, limit: 0 }, "some words");
    await klFigure({ kl: [1] });
    measureWith(vega, type);
    expect(textMetrics.width({ ...other, limit: 0 }, "some words")).toBe(before);
    expect(textMetrics.width(other, "some words")).toBe(40);
    const ours = { font: "Roboto, Helvetica, Arial, sans-serif", fontSize: 20 };
    expect(textMetrics.width(ours, "some words")).toBe(type.width("some words", 20));
    expect(textMetrics.width({ ...ours, fontWeight: 500 }, "some words")).toBe(
      type.width("some words", 20, 500),
    );
  });
});

describe("fit and wrap", () => {
  it("keep what fits, and cut the rest with an ellipsis between graphemes", () => {
    expect(type.fit("short", 100, 11)).toBe("short");
    const cut = type.fit("a label that is far too long", 60, 11);
    expect(cut).toMatch(/^a label.*…$/);
    expect(type.width(cut, 11)).toBeLessThanOrEqual(60);
    const family = "👩‍👩‍👧";
    expect(type.fit(family.repeat(9), 60, 11)).toMatch(new RegExp(`^(${family})*…$`));
    expect(type.fit("anything", 0, 11)).toBe("…");
  });

  it("break between words, at most as often as asked for", () => {
    const text = "one two three four five six seven eight nine ten";
    const lines = type.wrap(text, 80, 3, 11);
    expect(lines).toHaveLength(3);
    expect(lines[2]).toMatch(/…$/);
    for (const line of lines) expect(type.width(line, 11)).toBeLessThanOrEqual(80);
    expect(type.wrap(text, 1000, 3, 11)).toEqual([text]);
    expect(type.wrap("", 80, 3, 11)).toEqual([]);
    expect(type.wrap("x".repeat(500), 80, 2, 11)).toEqual([expect.stringMatching(/^x+…$/)]);
  });
});

describe("clean", () => {
  it.each([
    ["a\u0000b\u0007c", "a b c"],
    ["two\nlines\tand\r\nmore", "two lines and more"],
    ["\u202eturned\u202c round", "turned round"],
    ["half \ud800 a pair \udc00", "half \ufffd a pair \ufffd"],
    ["😀 whole", "😀 whole"],
    [12.5, "12.5"],
  ])("of %j is %j", (text, cleaned) => {
    expect(clean(text)).toBe(cleaned);
  });

  it("takes no longer for a label of ten million characters", () => {
    expect(clean("x".repeat(10_000_000)).length).toBeLessThan(3000);
  });
});
