import { describe, expect, it } from "vitest";
import {
  contrast,
  hexOf,
  mix,
  type Rgb,
  ramp,
  readableOn,
  rgbOf,
} from "../../packages/latent/src/draw/colour.js";
import { palette, type Theme } from "../../packages/latent/src/draw.js";

/** How people see colours who lack a kind of cone: Machado, Oliveira & Fernandes 2009, table 1, severity 1, on linear RGB. */
const visions: Record<string, number[][]> = {
  normal: [
    [1, 0, 0],
    [0, 1, 0],
    [0, 0, 1],
  ],
  protanopia: [
    [0.152286, 1.052583, -0.204868],
    [0.114503, 0.786281, 0.099216],
    [-0.003882, -0.048116, 1.051998],
  ],
  deuteranopia: [
    [0.367322, 0.860646, -0.227968],
    [0.280085, 0.672501, 0.047413],
    [-0.01182, 0.04294, 0.968881],
  ],
  tritanopia: [
    [1.255528, -0.076749, -0.178779],
    [-0.078411, 0.930809, 0.147602],
    [0.004733, 0.691367, 0.3039],
  ],
};

const linear = (value: number) => {
  const share = value / 255;
  return share <= 0.04045 ? share / 12.92 : ((share + 0.055) / 1.055) ** 2.4;
};

/** CIE 1976 L*a*b* under D65. */
function lab(colour: string, seen: number[][] = visions.normal!): [number, number, number] {
  const plain = rgbOf(colour).map(linear);
  const [red, green, blue] = seen.map((row) =>
    Math.min(
      Math.max(
        row.reduce((sum, weight, i) => sum + weight * plain[i]!, 0),
        0,
      ),
      1,
    ),
  ) as [number, number, number];
  const curve = (t: number) => (t > 216 / 24389 ? Math.cbrt(t) : ((24389 / 27) * t + 16) / 116);
  const x = curve((0.4124564 * red + 0.3575761 * green + 0.1804375 * blue) / 0.95047);
  const y = curve(0.2126729 * red + 0.7151522 * green + 0.072175 * blue);
  const z = curve((0.0193339 * red + 0.119192 * green + 0.9503041 * blue) / 1.08883);
  return [116 * y - 16, 500 * (x - y), 200 * (y - z)];
}

const distance = (a: readonly number[], b: readonly number[]) =>
  Math.hypot(...a.map((value, i) => value - b[i]!));

describe.each<Theme>(["light", "dark"])("%s", (theme) => {
  const colours = palette(theme);
  const on = (colour: string) => contrast(rgbOf(colour), rgbOf(colours.paper));

  it("has ink and muted text of contrast 4.5 on its paper, and marks that are seen", () => {
    expect(on(colours.ink)).toBeGreaterThan(12);
    expect(on(colours.muted)).toBeGreaterThan(4.5);
    expect(on(colours.accent)).toBeGreaterThan(3);
    expect(on(colours.highlight)).toBeGreaterThan(2.8);
    for (const colour of colours.categorical) expect(on(colour), colour).toBeGreaterThan(2.15);
  });

  it.each(Object.entries(visions))("has twelve classes at least 20 apart in CIE Lab, %s", (_, seen) => {
    const marks = [...colours.categorical, colours.none].map((colour) => lab(colour, seen));
    expect(colours.categorical).toHaveLength(12);
    for (let i = 0; i < marks.length; i++) {
      for (let j = 0; j < i; j++) expect(distance(marks[i]!, marks[j]!), `${i} and ${j}`).toBeGreaterThan(20);
    }
  });

  it.each(Object.entries(visions))("has greys for noise and for other classes that differ, %s", (_, seen) => {
    const { none, other } = colours;
    expect(distance(lab(none, seen), lab(other, seen))).toBeGreaterThan(17);
    expect(on(other)).toBeGreaterThan(3);
  });

  it.each(Object.entries(visions))(
    "has a sequential scale whose lightness only grows or falls, %s",
    (_, seen) => {
      const lightness = colours.sequential.map((colour) => lab(colour, seen)[0]);
      const sign = Math.sign(lightness.at(-1)! - lightness[0]!);
      for (let i = 1; i < lightness.length; i++)
        expect(sign * (lightness[i]! - lightness[i - 1]!)).toBeGreaterThan(0);
      expect(Math.abs(lightness.at(-1)! - lightness[0]!)).toBeGreaterThan(60);
    },
  );

  it("has scales in steps of CIE Lab that differ by less than 25 %", () => {
    const middle = (colours.diverging.length - 1) / 2;
    for (const stops of [
      colours.sequential,
      colours.diverging.slice(0, middle + 1),
      colours.diverging.slice(middle),
    ]) {
      const steps = stops.slice(1).map((stop, i) => distance(lab(stop), lab(stops[i]!)));
      expect(Math.max(...steps) / Math.min(...steps)).toBeLessThan(1.25);
    }
  });

  it("has a diverging scale from paper to both sides, which differ to everyone", () => {
    const { diverging, paper } = colours;
    const middle = (diverging.length - 1) / 2;
    expect(distance(lab(diverging[middle]!), lab(paper))).toBeLessThan(8);
    for (const seen of Object.values(visions)) {
      for (let i = 2; i <= middle; i++) {
        expect(
          distance(lab(diverging[middle - i]!, seen), lab(diverging[middle + i]!, seen)),
        ).toBeGreaterThan(20);
      }
    }
  });
});

it("has a palette that callers may change", () => {
  palette("light").categorical.length = 0;
  expect(palette("light").categorical).toHaveLength(12);
  expect(() => palette("blue" as Theme)).toThrow("theme must be one of light, dark");
});

describe("colours", () => {
  it("turn into words and back", () => {
    for (const hex of ["#000000", "#ffffff", "#0a1b2c"]) expect(hexOf(rgbOf(hex))).toBe(hex);
  });

  it("have contrasts from 1 to 21", () => {
    const [black, white] = [rgbOf("#000000"), rgbOf("#ffffff")];
    expect(contrast(white, black)).toBeCloseTo(21, 10);
    expect(contrast(black, black)).toBe(1);
    expect(contrast(rgbOf("#767676"), white)).toBeCloseTo(4.54, 2);
    expect(readableOn(black, "#222222", "#eeeeee")).toBe("#eeeeee");
    expect(readableOn(white, "#222222", "#eeeeee")).toBe("#222222");
  });

  it("lie on ramps between their stops, and end with them", () => {
    const colour = ramp(["#000000", "#646464", "#ffffff"]);
    expect(colour(0.25)).toEqual([50, 50, 50]);
    expect(colour(-1)).toEqual([0, 0, 0]);
    expect(colour(2)).toEqual([255, 255, 255]);
    expect(mix([0, 0, 0] as Rgb, [100, 50, 10], 0.5)).toEqual([50, 25, 5]);
  });
});
